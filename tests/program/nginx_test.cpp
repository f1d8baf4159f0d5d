#include "program/nginx_server.hpp"

#include "program/audited_platform.hpp"

#include <set>

using namespace jobaudit::test;

namespace {

constexpr std::size_t many = 20'000;

struct nginx_audit {
    nginx_server nginx;
    scratch_folder folder;
    std::string jobs = folder.write("jobs.txt", job_lines(many));

    std::vector<std::string> command(const std::vector<std::string>& further)
    {
        std::vector<std::string> arguments{"audit", "--url", nginx.url(), "--jobs", jobs};
        arguments.insert(arguments.end(), further.begin(), further.end());
        return jobaudit::test::jobaudit(arguments);
    }

    /// Every job stands in the output exactly once, as ok, with the record that the server tells of it.
    void check_that_all_is_right() const
    {
        std::set<std::string> seen;
        for (const auto& line : lines_of(folder.read("results.ndjson"))) {
            const std::string job{line.at("job_id").as_string()};
            BOOST_REQUIRE(seen.insert(job).second);
            BOOST_REQUIRE(line.at("outcome").as_string() == "ok");
            BOOST_REQUIRE(line.at("http_status").as_int64() == 200);
            const auto& files = line.at("failed_files").as_array();
            BOOST_REQUIRE(files.size() == 1U);
            BOOST_REQUIRE(files[0].at("document").as_string() == nginx_server::document_of(job));
            BOOST_REQUIRE(files[0].at("error").as_string() == "reset by peer");
        }
        BOOST_TEST(seen.size() == many);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(nginx)

BOOST_FIXTURE_TEST_CASE(is_audited_over_verified_tls, nginx_audit)
{
    process_run audit{command({"--ca-file", nginx.ca_file(), "-o", folder.path("results.ndjson")})};

    BOOST_TEST(audit.wait() == 0);
    check_that_all_is_right();
    BOOST_TEST(audit.out().empty());
    BOOST_TEST(contains(audit.error_out(), "20,000"));
}

BOOST_FIXTURE_TEST_CASE(is_sent_no_request_while_its_certificate_does_not_verify, nginx_audit)
{
    process_run audit{command({"-o", folder.path("results.ndjson"), "--summary-json", folder.path("summary.json")})};

    BOOST_TEST(audit.wait() == 3);
    BOOST_TEST(contains(audit.error_out(), "self-signed certificate"));
    BOOST_TEST(contains(audit.error_out(), "--ca-file"));
    BOOST_TEST(nginx.requests() == 0U);
    const auto summary = summary_of(folder.read("summary.json"));
    BOOST_TEST(summary.at("requests").to_number<int>() == 0);
    BOOST_TEST(summary.at("jobs").to_number<std::size_t>() == many);
}

BOOST_FIXTURE_TEST_CASE(may_be_away_for_fifteen_seconds_in_the_middle, nginx_audit)
{
    process_run audit{command({"--ca-file", nginx.ca_file(), "-o", folder.path("results.ndjson"), "--rate", "4000",
                               "--log-level", "debug", "--summary-json", folder.path("summary.json")})};
    BOOST_TEST_REQUIRE(audit.wait_until([this] { return nginx.requests() > many / 4; }));
    nginx.stop();
    BOOST_TEST_REQUIRE(
        audit.wait_until([this, outage_ends = std::chrono::steady_clock::now() + std::chrono::seconds{15}] {
            return std::chrono::steady_clock::now() > outage_ends;
        }));
    nginx.start();

    BOOST_TEST(audit.wait() == 0);
    check_that_all_is_right();
    const auto said = audit.error_out();
    std::size_t refused = 0;
    for (auto at = said.find("Connection refused"); at != std::string::npos;
         at = said.find("Connection refused", at + 1))
        ++refused;
    BOOST_TEST(refused > 0U);
    BOOST_TEST(refused < 120U);
    const auto summary = summary_of(folder.read("summary.json"));
    BOOST_TEST(summary.at("waited_for_server_s").to_number<double>() > 10);
}

BOOST_AUTO_TEST_SUITE_END()
