// A small audit in which each allocation fails once, one run for each, as curl's torture mode does it.
#include "preloading.hpp"
#include "program/audited_platform.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

using namespace jobaudit::test;

namespace {

/// The first allocation that fails, and how many are left out before the next run's.
std::uint64_t setting(const char* name, std::uint64_t standing)
{
    const char* value = std::getenv(name);
    return value != nullptr ? std::strtoull(value, nullptr, 10) : standing;
}

/// A platform with few jobs, and audits of it that run out of memory.
class starved_audit {
public:
    explicit starved_audit(unsigned threads)
        : threads_{std::to_string(threads)}, platform_{{.jobs = 3 * threads, .records_per_job = 4}}
    {}

    /// The exit code, or a signal below zero.
    int run(std::uint64_t at, bool all_later_fail)
    {
        for (const char* name : {"results.ndjson", "results.ndjson.sums", "fault"})
            std::filesystem::remove(platform_.folder.path(name));
        const char* library = std::getenv("ALLOCATION_FAULTS_LIBRARY");
        BOOST_REQUIRE_MESSAGE(library != nullptr, "ALLOCATION_FAULTS_LIBRARY is not set: run the tests through ctest");
        const char* sanitizer = std::getenv("ASAN_OPTIONS");
        // OpenSSL 3.0's own, where it can't add a name to its list of algorithms.
        platform_.folder.write("leaks", "leak:OBJ_NAME_do_all\nleak:EVP_*_fetch\n");
        auto environment = preloading(library);
        environment.merge(std::map<std::string, std::string>{
            {"ASAN_OPTIONS", (sanitizer != nullptr ? std::string{sanitizer} + ":" : "") +
                                 "verify_asan_link_order=0:detect_leaks=1:exitcode=99:fast_unwind_on_malloc=0"},
            {"LSAN_OPTIONS", "print_suppressions=0:suppressions=" + platform_.folder.path("leaks")},
            {"ALLOCATION_FAULT_AT", std::to_string(at)},
            {"ALLOCATION_FAULT_LOG", platform_.folder.path("fault")}});
        if (all_later_fail)
            environment.emplace("ALLOCATION_FAULT_LAST", "1");
        process_run audit{platform_.audit_all({"--threads", threads_, "--concurrency", threads_, "--attempts", "2",
                                               "--progress", "never"}),
                          {.environment = environment}};
        const int result = audit.wait();
        said_ = audit.error_out();
        return result;
    }

    [[nodiscard]] bool met_its_fault() const { return platform_.folder.has("fault"); }
    [[nodiscard]] const std::string& said() const noexcept { return said_; }

    /// OpenSSL 3.5 (seen; not 3.0) asserts that it has memory for what a thread needs to read its tables, and aborts
    /// the process. The output must be good even then.
    [[nodiscard]] bool was_aborted_by_openssl(int result) const noexcept
    {
        return result == -SIGABRT && said_.find("OpenSSL internal error: assertion failed") != std::string::npos;
    }

    /// What it left is gone on with to the truth.
    [[nodiscard]] bool can_be_resumed() const
    {
        process_run audit{platform_.audit_all({"--resume"})};
        return audit.wait() == 0 && platform_.is_right();
    }

private:
    std::string threads_;
    audited_platform platform_;
    std::string said_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(torture)

BOOST_DATA_TEST_CASE(each_allocation_that_fails_leads_to_a_clean_end,
                     boost::unit_test::data::make({1u, 2u}) * boost::unit_test::data::make({false, true}), threads,
                     all_later_fail)
{
    starved_audit audit{threads};
    std::map<int, std::uint64_t> ends;
    std::uint64_t tried = 0;
    const auto first = setting("TORTURE_FIRST", 1);
    const auto stride = threads * setting("TORTURE_STRIDE", 157);
    const auto last = setting("TORTURE_LAST", UINT64_MAX);
    for (std::uint64_t at = first; at <= last; at += stride) {
        const int result = audit.run(at, all_later_fail);
        if (!audit.met_its_fault())
            break;
        ++tried;
        ++ends[result];
        BOOST_TEST(((result >= 0 && result <= 6) || audit.was_aborted_by_openssl(result)),
                   "allocation " << at << " fails: it ended with " << result << " and said: " << audit.said());
        BOOST_TEST((result == 0 || !audit.said().empty()), "allocation " << at << " fails: it said nothing");
        BOOST_TEST(audit.can_be_resumed(), "allocation " << at << " fails: its output can't be gone on with");
    }
    BOOST_TEST(tried > 10U);
    std::printf("%u thread(s), %s: %llu allocations tried;", threads,
                all_later_fail ? "that allocation and all later ones fail" : "one fails",
                static_cast<unsigned long long>(tried));
    for (const auto& [code, count] : ends)
        std::printf(" %llu ended with %d", static_cast<unsigned long long>(count), code);
    std::printf("\n");
    std::fflush(stdout);
}

BOOST_AUTO_TEST_SUITE_END()
