// What --sync forces onto the disk, and when.
#include "crash/faulted_audit.hpp"

using namespace jobaudit::test;

namespace {

/// The calls of an audit of `jobs` jobs at `rate` a second.
std::map<std::string, std::uint64_t> calls_with(const std::vector<std::string>& further, std::uint64_t jobs)
{
    faulted_audit audit{{.jobs = jobs}, further};
    BOOST_TEST(audit.run({.kind = "count"}) == 0, audit.said);
    return audit.calls();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(syncing)

BOOST_AUTO_TEST_CASE(stands_at_the_end_of_a_run_for_the_checksums_the_output_and_that_it_is_finished)
{
    BOOST_TEST(calls_with({}, 40).at("fdatasync") == 3U);
    BOOST_TEST(calls_with({"--sync", "end"}, 40).at("fdatasync") == 3U);
}

BOOST_AUTO_TEST_CASE(never_means_never) { BOOST_TEST(!calls_with({"--sync", "never"}, 40).contains("fdatasync")); }

BOOST_AUTO_TEST_CASE(always_follows_the_writing_while_it_lasts)
{
    const auto calls = calls_with({"--sync", "always", "--rate", "100"}, 100);

    // At 100 a second the lines go out in several batches, each of which is synced before the end.
    BOOST_TEST(calls.at("fdatasync") > 5U);
}

BOOST_AUTO_TEST_CASE(comes_also_where_the_run_is_interrupted)
{
    faulted_audit audit{{.jobs = 2000}, {"--rate", "200"}};
    process_run run{audit.platform.audit_all(audit.command(false)),
                    {.environment = audit.environment({.kind = "count"})}};
    BOOST_TEST_REQUIRE(run.wait_until([&] { return audit.calls()["write"] >= 3; }));
    run.send(SIGINT);

    BOOST_TEST(run.wait() == 130);
    BOOST_TEST(audit.calls().at("fdatasync") == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
