#pragma once

#include "decompressed.hpp"
#include "preloading.hpp"
#include "program/audited_platform.hpp"
#include "store/compression/compression.hpp"
#include "store/output/open_output.hpp"
#include "store/sqlite/sqlite_database.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::test {

/// What write_faults.cpp is told.
struct write_fault {
    std::string kind = "none";  ///< `count`: the calls are logged, none is broken
    std::uint64_t at = 0;       ///< the call's number, from 1
    std::uint64_t bytes = 0;    ///< instead of it: killed when so many have been written
    std::string calls = "write,ftruncate,fdatasync,rename,unlink,close";
};

/// How much of the work the user's own command does and the test suite only samples.
inline bool is_full_run() { return std::getenv("CRASH_FULL") != nullptr; }

/// The row of one kind of fault: printed when it ends.
struct fault_row {
    std::string fault;
    std::uint64_t places = 0;   ///< runs that met it
    std::uint64_t kills = 0;    ///< of them, those that ended by SIGKILL
    std::uint64_t resumes = 0;  ///< runs that went on with what they had left
    std::uint64_t refused = 0;  ///< damaged outputs that were refused; with the line's number where there are lines
    std::uint64_t lost = 0;     ///< jobs that are missing or wrong in the end
    std::uint64_t doubled = 0;  ///< jobs that are final more than once

    explicit fault_row(std::string name) : fault{std::move(name)} {}
    fault_row(const fault_row&) = delete;
    fault_row& operator=(const fault_row&) = delete;
    ~fault_row()
    {
        std::printf("row|%s|%llu|%llu|%llu|%llu|%llu|%llu\n", fault.c_str(), as_long(places), as_long(kills),
                    as_long(resumes), as_long(refused), as_long(lost), as_long(doubled));
        std::fflush(stdout);
    }

private:
    static unsigned long long as_long(std::uint64_t value) { return value; }
};

/// A platform, and audits of it that are broken on purpose.
class faulted_audit {
public:
    /// The output is of the form that its name tells.
    faulted_audit(const emulator::emulator_options& options, std::vector<std::string> further = {},
                  std::string output = "results.ndjson")
        : platform{options}, further_{std::move(further)}
    {
        platform.output_name = std::move(output);
    }

    /// Starts from nothing, or goes on; with the fault.
    [[nodiscard]] int run(const write_fault& fault, bool resumes = false)
    {
        process_run audit{platform.audit_all(command(resumes)), {.environment = environment(fault)}};
        const int result = audit.wait();
        said = audit.error_out();
        return result;
    }

    /// Goes on without a fault. 1 is a right end too: there may be jobs that the platform does not know.
    void finish(fault_row& row)
    {
        const int result = run({}, true);
        ++row.resumes;
        BOOST_TEST((result == 0 || result == 1), said);
        count(row);
    }

    /// Compares the output with the truth.
    void count(fault_row& row) const
    {
        const auto check = cli::check_truth(platform.output(), platform.server);
        row.lost += check.jobs - check.right;
        row.doubled += store::is_database_name(platform.output()) ? doubled_rows() : doubled_lines();
        BOOST_TEST(check.is_right());
    }

    /// With all that lies beside it.
    void forget_output() const
    {
        for (const auto& each : std::filesystem::directory_iterator{platform.folder.path("")})
            if (const auto name = each.path().filename().string();
                name.starts_with(platform.output_name) || name == "calls")
                std::filesystem::remove(each);
    }

    /// Lines of the log since the output was forgotten: `write`, `fdatasync`, `fault`, …
    [[nodiscard]] std::map<std::string, std::uint64_t> calls() const
    {
        std::map<std::string, std::uint64_t> counted;
        std::istringstream log{platform.folder.read("calls")};
        for (std::string line; std::getline(log, line);)
            ++counted[line];
        return counted;
    }
    [[nodiscard]] bool met_its_fault() const { return calls().contains("fault"); }

    /// The audit's own options.
    [[nodiscard]] std::vector<std::string> command(bool resumes) const
    {
        auto options = further_;
        if (resumes)
            options.emplace_back("--resume");
        return options;
    }

    /// With it a process meets the fault.
    [[nodiscard]] std::map<std::string, std::string> environment(const write_fault& fault) const
    {
        if (fault.kind == "none")
            return {};
        const char* library = std::getenv("WRITE_FAULTS_LIBRARY");
        BOOST_REQUIRE_MESSAGE(library != nullptr, "WRITE_FAULTS_LIBRARY is not set: run the tests through ctest");
        const char* sanitizer = std::getenv("ASAN_OPTIONS");
        auto environment = preloading(library);
        environment.merge(std::map<std::string, std::string>{
            {"ASAN_OPTIONS", (sanitizer != nullptr ? std::string{sanitizer} + ":" : "") + "verify_asan_link_order=0"},
            {"WRITE_FAULT_FILE", platform.output()},
            {"WRITE_FAULT_CALLS", fault.calls},
            {"WRITE_FAULT", fault.kind},
            {"WRITE_FAULT_AT", std::to_string(fault.at)},
            {"WRITE_FAULT_BYTES", std::to_string(fault.bytes)},
            {"WRITE_FAULT_LOG", platform.folder.path("calls")}});
        return environment;
    }

    audited_platform platform;
    std::string said;  ///< by the last run, on stderr

private:
    [[nodiscard]] std::uint64_t doubled_lines() const
    {
        std::uint64_t doubled = 0;
        std::map<std::string, unsigned> finals;
        for (const auto& line : lines_of(text_of_output()))
            if (is_final(std::string{line.at("outcome").as_string()}))
                doubled += ++finals[std::string{line.at("job_id").as_string()}] == 2 ? 1U : 0U;
        return doubled;
    }

    [[nodiscard]] std::string text_of_output() const
    {
        const auto path = platform.output();
        return store::compression_of_name(path) == store::compression::none ? platform.folder.read(platform.output_name)
                                                                            : decompressed(path).text;
    }

    /// Of any outcome: a database holds no line that a later one replaces.
    [[nodiscard]] std::uint64_t doubled_rows() const
    {
        store::sqlite_database database{platform.output(), store::sqlite_database::access::read};
        BOOST_TEST(database.text("PRAGMA integrity_check") == "ok");
        return static_cast<std::uint64_t>(database.integer(
            "SELECT count(*) - count(DISTINCT job_id) FROM jobs WHERE run = (SELECT max(run) FROM runs)"));
    }

    static bool is_final(std::string_view outcome)
    {
        return outcome == "ok" || outcome == "not_found" || outcome == "validation" || outcome == "invalid_job_id";
    }

    std::vector<std::string> further_;
};

}  // namespace jobaudit::test
