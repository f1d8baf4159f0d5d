#include "work/measured_audit.hpp"

#include "program/nginx_server.hpp"
#include "program/program_run.hpp"
#include "scratch_folder.hpp"
#include "work/callgrind_profile.hpp"

#include <sched.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

namespace jobaudit::test {

namespace {

constexpr int command_not_found = 127;

std::string job_lines(std::size_t count)
{
    std::string lines;
    for (std::size_t i = 0; i < count; ++i) {
        char line[48];
        const int size = std::snprintf(line, sizeof line, "%08zx-0000-4000-8000-%012zx\n", i, i);
        lines.append(line, static_cast<std::size_t>(size));
    }
    return lines;
}

/// While it lives, what this process starts runs on one processor. On two, how many answers a look at the sockets
/// finds, and so the work of a request, depends on how soon the server's processor wakes up.
class one_processor {
public:
    one_processor()
    {
        BOOST_TEST_REQUIRE(::sched_getaffinity(0, sizeof before_, &before_) == 0);
        int first = 0;
        while (CPU_ISSET(first, &before_) == 0)
            ++first;
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(first, &one);
        BOOST_TEST_REQUIRE(::sched_setaffinity(0, sizeof one, &one) == 0);
    }

    one_processor(const one_processor&) = delete;
    one_processor& operator=(const one_processor&) = delete;

    ~one_processor() { ::sched_setaffinity(0, sizeof before_, &before_); }

private:
    cpu_set_t before_{};
};

/// A server and the audits of it that a tool watches.
class watched_audits {
public:
    explicit watched_audits(const std::string& body) : nginx_{body} {}

    /// Runs an audit of so many jobs under the tool, and says where the tool's file is.
    std::string run(std::vector<std::string> tool, std::size_t jobs, const std::string& connections) const
    {
        const auto record = folder_.path("record-" + std::to_string(jobs));
        const auto tool_name = tool.front();
        // The server comes first: whatever else runs here, it has answered before the program looks.
        tool.insert(tool.begin(), {"/usr/bin/env", "nice", "-n", "5"});
        for (auto& word : tool)
            if (word.ends_with('='))
                word += record;
        const auto audit = jobaudit({"audit", "--url", nginx_.url(), "--ca-file", nginx_.ca_file(), "--jobs",
                                     folder_.write("jobs.txt", job_lines(jobs)), "-o", folder_.path("results.ndjson"),
                                     "--concurrency", connections, "--progress", "never"});
        tool.insert(tool.end(), audit.begin(), audit.end());

        process_run running{tool};
        const int ended = running.wait();
        const auto said = running.error_out();
        if (ended == command_not_found)
            throw tool_missing{tool_name + " is not installed"};
        if (!std::ifstream{record}.is_open() || contains(said, "PTRACE_TRACEME"))
            throw tool_missing{tool_name + " may not be used here: " + said};
        BOOST_TEST_REQUIRE(ended == 0, said);
        BOOST_TEST_REQUIRE(lines_in(folder_.read("results.ndjson")) == jobs);
        std::remove(folder_.path("results.ndjson").c_str());
        return record;
    }

private:
    static std::size_t lines_in(const std::string& text)
    {
        return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    }

    one_processor shared_;
    nginx_server nginx_;
    scratch_folder folder_;
};

struct counts {
    double instructions = 0;
    double allocations = 0;
    double openssl_allocations = 0;
};

std::string program_name() { return std::filesystem::path{jobaudit({}).front()}.filename(); }

bool counts_instructions(const std::string& object)
{
    return object == program_name() || object.starts_with("libboost_json.so") || object.starts_with("libstdc++.so") ||
           object.starts_with("libxxhash.so");
}

counts read_counts(const std::string& path)
{
    std::ifstream file{path};
    const auto profile = read_callgrind(file);
    counts result;
    for (const auto& [object, instructions] : profile.instructions)
        if (counts_instructions(object))
            result.instructions += static_cast<double>(instructions);
    for (const auto& [object, allocations] : profile.allocations)
        (object.starts_with("libcrypto.so") ? result.openssl_allocations : result.allocations) +=
            static_cast<double>(allocations);
    return result;
}

double read_system_calls(const std::string& path)
{
    std::ifstream file{path};
    std::string line;
    double all = 0;
    while (std::getline(file, line)) {
        std::istringstream columns{line};
        double share = 0;
        double seconds = 0;
        double each = 0;
        double calls = 0;
        if (columns >> share >> seconds >> each >> calls && !line.ends_with("total"))
            all += calls;
    }
    BOOST_TEST_REQUIRE(all > 0, "there are no system calls in strace's table");
    return all;
}

}  // namespace

work_figures count_under_callgrind(const std::string& body, std::size_t jobs)
{
    const watched_audits audits{body};
    const std::vector<std::string> tool{"valgrind", "--quiet", "--tool=callgrind", "--callgrind-out-file="};
    const auto half = read_counts(audits.run(tool, jobs, "1"));
    const auto whole = read_counts(audits.run(tool, 2 * jobs, "1"));
    const auto requests = static_cast<double>(jobs);
    return {{"instructions", (whole.instructions - half.instructions) / requests},
            {"allocations", (whole.allocations - half.allocations) / requests},
            {"openssl_allocations", (whole.openssl_allocations - half.openssl_allocations) / requests}};
}

double count_system_calls(const std::string& body, std::size_t jobs)
{
    const watched_audits audits{body};
    const std::vector<std::string> tool{"strace", "--follow-forks", "--summary-only", "--output="};
    const double half = read_system_calls(audits.run(tool, jobs, "64"));
    const double whole = read_system_calls(audits.run(tool, 2 * jobs, "64"));
    return (whole - half) / static_cast<double>(jobs);
}

}  // namespace jobaudit::test
