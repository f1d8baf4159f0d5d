#include "program/audited_platform.hpp"

#include <cstring>
#include <filesystem>

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
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

boost::test_tools::assertion_result can_make_networks(boost::unit_test::test_unit_id)
{
    // A process of its own tries: this one would not come back.
    const auto child = ::fork();
    if (child == 0)
        ::_exit(::unshare(CLONE_NEWNET) == 0 && ::access("/proc/sys/net/ipv4/ip_local_port_range", W_OK) == 0 ? 0 : 1);
    int status = 1;
    ::waitpid(child, &status, 0);
    boost::test_tools::assertion_result can{status == 0};
    can.message() << "only root can make a network";
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

    process_run for_one{platform.audit_all({"--concurrency", "1"}),
                        {.before_exec = [] { limit_to(RLIMIT_NOFILE, 20); }}};
    BOOST_TEST(for_one.wait() == 2);
    BOOST_TEST(contains(for_one.error_out(), "1 connection needs 26 open files"), for_one.error_out());

    constexpr std::string_view advice = "give --concurrency ";
    const auto said = refused.error_out();
    const auto at = said.find(advice);
    BOOST_TEST_REQUIRE(at != std::string::npos);
    const auto possible = said.substr(at + advice.size(), said.find(" or less") - at - advice.size());
    process_run taken{platform.audit_all({"--concurrency", possible}), {.before_exec = limited}};
    BOOST_TEST(taken.wait() == 0);
    BOOST_TEST(platform.is_right());
}

/// An emulator, and audits of it, in a network of their own that has no port but the server's.
struct network_without_ports {
    scratch_folder folder;
    process_run server{jobaudit::test::jobaudit({"emulate", "--port", "8443", "--jobs", "40", "--cert-out",
                                                 folder.path("ca.pem"), "--jobs-out", folder.path("jobs.txt")}),
                       {.before_exec = enter_new_network}};

    [[nodiscard]] process_run audit(const std::vector<std::string>& further)
    {
        server.wait_until([this] { return folder.has("jobs.txt"); });
        std::vector<std::string> arguments{"audit",
                                           "--url",
                                           "https://127.0.0.1:8443",
                                           "--ca-file",
                                           folder.path("ca.pem"),
                                           "--jobs",
                                           folder.path("jobs.txt"),
                                           "-o",
                                           folder.path("results.ndjson")};
        arguments.insert(arguments.end(), further.begin(), further.end());
        const auto network = "/proc/" + std::to_string(server.pid()) + "/ns/net";
        return {jobaudit::test::jobaudit(arguments), {.before_exec = [network] {
                    (void)::setns(::open(network.c_str(), O_RDONLY | O_CLOEXEC), CLONE_NEWNET);
                }}};
    }

    static void enter_new_network()
    {
        (void)::unshare(CLONE_NEWNET);
        ifreq loopback{};
        std::strcpy(loopback.ifr_name, "lo");
        loopback.ifr_flags = IFF_UP;
        (void)::ioctl(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), SIOCSIFFLAGS, &loopback);
        const int range = ::open("/proc/sys/net/ipv4/ip_local_port_range", O_WRONLY | O_CLOEXEC);
        (void)!::write(range, "8443 8443", 9);
    }
};

BOOST_AUTO_TEST_CASE(of_ports_is_no_outage_of_the_server, *boost::unit_test::precondition(can_make_networks))
{
    network_without_ports network;
    auto audit = network.audit({"--outage-limit", "1s", "--attempts", "1"});

    BOOST_TEST(audit.wait() == 6);
    const auto said = audit.error_out();
    BOOST_TEST(contains(said, "this machine can open no connection"), said);
    BOOST_TEST(contains(said, "this machine could open no connection for 1"), said);
    BOOST_TEST(contains(said, "no free port"), said);
    BOOST_TEST(contains(said, "net.ipv4.ip_local_port_range"), said);
    BOOST_TEST(contains(said, "not_tried"), said);
    BOOST_TEST(!contains(said, "server is down"), said);
    BOOST_TEST(!contains(said, "server has been failing"), said);
    BOOST_TEST(network.folder.read("results.ndjson").empty());
}

BOOST_AUTO_TEST_CASE(of_memory_is_told_with_the_limit_and_what_to_do,
                     *boost::unit_test::precondition(without_sanitizers))
{
    audited_platform platform{{.jobs = 200}};
    unsigned told = 0;
    // From where not even the libraries can be loaded to where there is enough.
    for (rlim_t mebibytes = 16; mebibytes <= 64; ++mebibytes) {
        // With room for a few jobs and then for no connection more, it waits for memory until the limit of an outage.
        process_run audit{platform.audit_all({"--overwrite", "--outage-limit", "1s"}),
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
