#pragma once

#include "cli/audit/truth_check.hpp"
#include "cli/emulate/emulator_files.hpp"
#include "emulator/population.hpp"
#include "program/program_run.hpp"
#include "scratch_folder.hpp"

#include <jobaudit/emulator/emulator.hpp>

#include <boost/json.hpp>

#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace jobaudit::test {

/// The emulator, with the files that an audit of it needs.
class audited_platform {
public:
    explicit audited_platform(emulator::emulator_options options = {}) : server{std::move(options)}
    {
        folder.write("ca.pem", server.certificate_pem());
        cli::write_job_ids(jobs_file(), server);
    }

    [[nodiscard]] std::string jobs_file() const { return folder.path("jobs.txt"); }
    [[nodiscard]] std::string output() const { return folder.path(output_name); }

    /// `jobaudit audit` of this server with further arguments.
    [[nodiscard]] std::vector<std::string> audit(const std::vector<std::string>& further) const
    {
        std::vector<std::string> arguments{"audit", "--url", server.url()};
        if (!server.certificate_pem().empty())
            arguments.insert(arguments.end(), {"--ca-file", folder.path("ca.pem")});
        arguments.insert(arguments.end(), further.begin(), further.end());
        return jobaudit(arguments);
    }

    /// The same of all its jobs, to output().
    [[nodiscard]] std::vector<std::string> audit_all(const std::vector<std::string>& further = {}) const
    {
        std::vector<std::string> arguments{"--jobs", jobs_file(), "-o", output()};
        arguments.insert(arguments.end(), further.begin(), further.end());
        return audit(arguments);
    }

    /// Whether the output tells the truth of every job.
    [[nodiscard]] bool is_right() const
    {
        const auto check = cli::check_truth(output(), server);
        for (const auto& difference : check.differences)
            BOOST_TEST_MESSAGE(difference);
        return check.is_right();
    }

    scratch_folder folder;
    emulator::emulator server;
    std::string output_name = "results.ndjson";
};

/// `count` job IDs, one a line.
inline std::string job_lines(std::size_t count)
{
    const emulator::population jobs{7, count};
    std::string lines;
    for (std::size_t i = 0; i < count; ++i)
        lines += jobs.job(i).to_string() + '\n';
    return lines;
}

/// The lines of an output; a test fails for one that is no JSON.
inline std::vector<boost::json::object> lines_of(const std::string& ndjson)
{
    std::vector<boost::json::object> lines;
    std::istringstream in{ndjson};
    for (std::string line; std::getline(in, line);)
        lines.push_back(boost::json::parse(line).as_object());
    return lines;
}

/// How often each outcome occurs in an output.
inline std::map<std::string, std::size_t> outcomes_of(const std::string& ndjson)
{
    std::map<std::string, std::size_t> counts;
    for (const auto& line : lines_of(ndjson))
        ++counts[std::string{line.at("outcome").as_string()}];
    return counts;
}

/// What `--summary-json` wrote.
inline boost::json::object summary_of(const std::string& text) { return boost::json::parse(text).as_object(); }

}  // namespace jobaudit::test
