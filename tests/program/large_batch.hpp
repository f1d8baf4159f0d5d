#pragma once

#include "program/audited_platform.hpp"
#include "program/program_run.hpp"
#include "scratch_folder.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace jobaudit::test {

/// A batch of jobs that any server will do for, and what came out of it.
struct large_batch {
    static constexpr std::size_t jobs = 20'000;

    scratch_folder folder;
    std::string jobs_file = folder.write("jobs.txt", job_lines(jobs));

    [[nodiscard]] std::vector<std::string> audit_of(const std::string& url,
                                                    const std::vector<std::string>& further) const
    {
        std::vector<std::string> arguments{"audit", "--url", url, "--jobs", jobs_file};
        arguments.insert(arguments.end(), further.begin(), further.end());
        return jobaudit(arguments);
    }

    /// The same, to the files that are looked at below; slow enough to have a middle.
    [[nodiscard]] std::vector<std::string> paced_audit_of(const std::string& url, const std::string& ca_file) const
    {
        return audit_of(url, {"--ca-file", ca_file, "-o", folder.path("results.ndjson"), "--rate", "4000",
                              "--summary-json", folder.path("summary.json")});
    }

    /// Every job stands in the output exactly once, as ok, with the one record that the server tells of it.
    void check_that_all_is_right(std::string (*document_of)(const std::string& job)) const
    {
        std::set<std::string> seen;
        for (const auto& line : lines_of(folder.read("results.ndjson"))) {
            const std::string job{line.at("job_id").as_string()};
            BOOST_REQUIRE(seen.insert(job).second);
            BOOST_REQUIRE(line.at("outcome").as_string() == "ok");
            BOOST_REQUIRE(line.at("http_status").as_int64() == 200);
            const auto& files = line.at("failed_files").as_array();
            BOOST_REQUIRE(files.size() == 1U);
            BOOST_REQUIRE(files[0].at("document").as_string() == document_of(job));
            BOOST_REQUIRE(files[0].at("error").as_string() == "reset by peer");
        }
        BOOST_TEST(seen.size() == jobs);
    }

    /// For who reads the test's messages.
    void tell_figures() const
    {
        const auto all = summary_of(folder.read("summary.json"));
        BOOST_TEST_MESSAGE(jobs << " jobs ok, " << figure("requests") << " requests, " << figure("retries")
                                << " retries, " << figure("connections") << " connections, "
                                << all.at("elapsed_s").to_number<double>() << " s");
    }

    /// A figure of the summary.
    [[nodiscard]] std::size_t figure(const char* name) const
    {
        return summary_of(folder.read("summary.json")).at(name).to_number<std::size_t>();
    }
};

}  // namespace jobaudit::test
