#include "program/audited_platform.hpp"

#include <filesystem>

#include <sys/resource.h>

using namespace jobaudit::test;

namespace {

void limit_to(__rlimit_resource resource, rlim_t most)
{
    const rlimit limit{most, most};
    (void)::setrlimit(resource, &limit);
}

// A sanitizer takes terabytes of addresses, and threads of its own.
boost::test_tools::assertion_result without_sanitizers(boost::unit_test::test_unit_id)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return false;
#else
    return true;
#endif
}

boost::test_tools::assertion_result as_root(boost::unit_test::test_unit_id unit)
{
    boost::test_tools::assertion_result can{without_sanitizers(unit) && ::geteuid() == 0};
    can.message() << "only root can become a user who runs nothing else";
    return can;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(shortage)

BOOST_AUTO_TEST_CASE(of_descriptors_says_how_many_connections_there_may_be)
{
    audited_platform platform{{.jobs = 200}};
    const auto limited = [] { limit_to(RLIMIT_NOFILE, 64); };
    process_run refused{platform.audit_all(), {.before_exec = limited}};
    BOOST_TEST(refused.wait() == 2);
    BOOST_TEST(contains(refused.error_out(), "lets a process have 64"));
    BOOST_TEST(contains(refused.error_out(), "ulimit -Hn"));

    constexpr std::string_view advice = "give --concurrency ";
    const auto said = refused.error_out();
    const auto at = said.find(advice);
    BOOST_TEST_REQUIRE(at != std::string::npos);
    const auto possible = said.substr(at + advice.size(), said.find(" or less") - at - advice.size());
    process_run taken{platform.audit_all({"--concurrency", possible}), {.before_exec = limited}};
    BOOST_TEST(taken.wait() == 0);
    BOOST_TEST(platform.is_right());
}

BOOST_AUTO_TEST_CASE(of_memory_is_told_with_the_limit_and_what_to_do,
                     *boost::unit_test::precondition(without_sanitizers))
{
    audited_platform platform{{.jobs = 200}};
    unsigned told = 0;
    // From where not even the libraries can be loaded to where there is enough.
    for (rlim_t mebibytes = 16; mebibytes <= 64; ++mebibytes) {
        process_run audit{platform.audit_all({"--overwrite"}),
                          {.before_exec = [mebibytes] { limit_to(RLIMIT_AS, mebibytes << 20U); }}};
        const auto code = audit.wait();
        const auto said = audit.error_out();
        if (code == 0 || code == 127 || contains(said, "shared libraries"))
            continue;
        ++told;
        BOOST_TEST((code == 5 || code == 6), code << " with " << mebibytes << " MiB: " << said);
        BOOST_TEST(contains(said, "ulimit -v"), mebibytes << " MiB: " << said);
    }
    BOOST_TEST(told > 0U);
}

/// As a user of its own: root has as many threads as it wants.
struct ordinary_audit {
    audited_platform platform{{.jobs = 200}};

    ordinary_audit()
    {
        const auto arguments = platform.audit_all();
        std::filesystem::copy_file(arguments.front(), program());
        std::filesystem::permissions(platform.folder.path(""), std::filesystem::perms::all);
    }

    [[nodiscard]] std::string program() const { return platform.folder.path("jobaudit"); }

    [[nodiscard]] std::vector<std::string> with(const std::vector<std::string>& further) const
    {
        auto arguments = platform.audit_all(further);
        arguments.front() = program();
        return arguments;
    }

    [[nodiscard]] static start_options limited_to(rlim_t threads)
    {
        return {.before_exec = [threads] {
            constexpr uid_t who_runs_nothing_else = 65'533;
            limit_to(RLIMIT_NPROC, threads);
            (void)::setuid(who_runs_nothing_else);
        }};
    }
};

BOOST_AUTO_TEST_CASE(of_threads_is_told_with_what_to_do, *boost::unit_test::precondition(as_root))
{
    const ordinary_audit audit;
    process_run fewer{audit.with({"--threads", "4"}), ordinary_audit::limited_to(3)};
    BOOST_TEST(fewer.wait() == 0);
    BOOST_TEST(contains(fewer.error_out(), "Only 2 of 4 threads were to be had"));
    BOOST_TEST(contains(fewer.error_out(), "ulimit -u, now 3"));
    BOOST_TEST(audit.platform.is_right());

    process_run none{audit.with({"--resume"}), ordinary_audit::limited_to(1)};
    BOOST_TEST(none.wait() == 6);
    BOOST_TEST(contains(none.error_out(), "no other thread"));
    BOOST_TEST(contains(none.error_out(), "ulimit -u, now 1"));
}

BOOST_AUTO_TEST_SUITE_END()
