#include "cli/audit/event_log.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace {

using namespace jobaudit::cli;

constexpr log_level levels[] = {log_level::error, log_level::warn, log_level::info, log_level::debug};

using lines = std::vector<std::string>;

// One that a test can foresee, with the text behind it.
event_log::clock::time_point some_time() noexcept
{
    return event_log::clock::time_point{std::chrono::milliseconds{1'795'999'538'007}};
}
std::string stamped(const std::string& line) { return "2026-11-30T00:45:38.007Z  " + line; }

}  // namespace

BOOST_AUTO_TEST_SUITE(event_logs)

BOOST_AUTO_TEST_CASE(keep_the_lines_of_their_level_and_graver_ones)
{
    for (std::size_t wanted = 0; wanted < std::size(levels); ++wanted) {
        event_log log{levels[wanted], &some_time};
        lines expected;
        for (std::size_t each = 0; each < std::size(levels); ++each) {
            log.add(levels[each], std::to_string(each));
            BOOST_TEST(log.wants(levels[each]) == (each <= wanted));
            if (each <= wanted)
                expected.push_back(stamped(std::to_string(each)));
        }
        BOOST_TEST(log.take() == expected, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(give_each_line_once)
{
    event_log log{log_level::debug, &some_time};
    log.add(log_level::warn, "first");
    BOOST_TEST(log.take() == lines{stamped("first")}, boost::test_tools::per_element());
    BOOST_TEST(log.take().empty());
    log.add(log_level::warn, "second");
    BOOST_TEST(log.take() == lines{stamped("second")}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(drop_lines_that_nobody_takes_and_tell_how_many)
{
    constexpr std::size_t most = 20'000;
    struct {
        std::size_t dropped;
        const char* told;
    } const cases[] = {
        {1, "(1 log line was dropped: lines came faster than they could be written)"},
        {1500, "(1,500 log lines were dropped: lines came faster than they could be written)"},
    };
    event_log log{log_level::debug, &some_time};
    for (const auto& each : cases) {
        for (std::size_t i = 0; i < most + each.dropped; ++i)
            log.add(log_level::debug, std::to_string(i));
        const auto taken = log.take();
        BOOST_TEST_REQUIRE(taken.size() == most + 1);
        BOOST_TEST(taken[most - 1] == stamped(std::to_string(most - 1)));
        BOOST_TEST(taken[most] == each.told);
    }
    log.add(log_level::debug, "later");
    BOOST_TEST(log.take() == lines{stamped("later")}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
