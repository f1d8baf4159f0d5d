#include "cli/audit/progress_line.hpp"

#include "cli/terminal/terminal_text.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace jobaudit::cli;
using jobaudit::wait_reason;
using namespace std::chrono_literals;

constexpr unsigned wide = 200;

progress_snapshot busy()
{
    return {
        .done = 1234, .total = 5000, .jobs_per_second = 812.4, .retries = 3, .failures = 1, .failed_files = 1234567};
}

// The parts of a line, which stand two blanks apart.
std::vector<std::string> parts_of(std::string_view line)
{
    std::vector<std::string> parts;
    while (!line.empty()) {
        const auto end = std::min(line.find("  "), line.size());
        parts.emplace_back(line.substr(0, end));
        line.remove_prefix(std::min(end + 2, line.size()));
    }
    return parts;
}

bool holds(const std::vector<std::string>& parts, const std::string& part)
{
    return std::ranges::find(parts, part) != parts.end();
}

rate_window::time_point at(std::chrono::milliseconds time) { return rate_window::time_point{1h + time}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(progress_lines)

BOOST_AUTO_TEST_CASE(say_how_far_it_is_how_fast_and_what_is_left)
{
    BOOST_TEST(progress_line(busy(), wide) ==
               "1,234/5,000 jobs  24 %  812/s  3 retries  1 failure  1,234,567 failed files  5.0 s left");
}

BOOST_AUTO_TEST_CASE(leave_out_what_did_not_happen)
{
    BOOST_TEST(progress_line({.done = 0, .total = 5000}, wide) == "0/5,000 jobs  0 %  0/s  0 failed files");
    BOOST_TEST(progress_line({.done = 1, .total = 2, .failed_files = 1}, wide) == "1/2 jobs  50 %  0/s  1 failed file");
}

BOOST_AUTO_TEST_CASE(tell_no_share_of_a_total_that_is_unknown)
{
    BOOST_TEST(progress_line({.done = 1, .jobs_per_second = 2}, wide) == "1 job  2.0/s  0 failed files");
    BOOST_TEST(progress_line({.done = 2000, .total = 0, .jobs_per_second = 2}, wide) ==
               "2,000 jobs  2.0/s  0 failed files");
}

BOOST_AUTO_TEST_CASE(keep_a_hundred_percent_for_the_end)
{
    struct {
        std::uint64_t done;
        std::uint64_t total;
        const char* share;
    } const cases[] = {{0, 1, "0 %"},         {1, 1000, "0 %"},     {999, 1000, "99 %"}, {999'999, 1'000'000, "99 %"},
                       {1000, 1000, "100 %"}, {1001, 1000, "100 %"}};
    for (const auto& each : cases)
        BOOST_TEST(holds(parts_of(progress_line({.done = each.done, .total = each.total}, wide)), each.share));
}

BOOST_AUTO_TEST_CASE(never_show_more_done_than_there_is)
{
    BOOST_TEST(progress_line({.done = 1001, .total = 1000}, wide).starts_with("1,001/1,001 jobs"));
}

BOOST_AUTO_TEST_CASE(show_slow_rates_with_a_decimal)
{
    struct {
        double per_second;
        const char* text;
    } const cases[] = {{0, "0/s"},      {0.04, "0/s"}, {0.05, "0.1/s"},  {0.96, "1.0/s"},
                       {9.94, "9.9/s"}, {10, "10/s"},  {812.5, "813/s"}, {12345, "12,345/s"}};
    for (const auto& each : cases)
        BOOST_TEST(holds(parts_of(progress_line({.jobs_per_second = each.per_second}, wide)), each.text));
}

BOOST_AUTO_TEST_CASE(guess_what_is_left_from_the_rate)
{
    struct {
        std::uint64_t left;
        double per_second;
        const char* text;
    } const cases[] = {{1, 100, "1.0 s left"},
                       {101, 100, "2.0 s left"},
                       {18'500, 100, "3 min 5 s left"},
                       {1, 0.01, "1 min 40 s left"},
                       {7200, 1, "2 h left"}};
    for (const auto& each : cases) {
        const progress_snapshot progress{.total = each.left, .jobs_per_second = each.per_second};
        BOOST_TEST(progress_line(progress, wide).ends_with(each.text));
    }
}

BOOST_AUTO_TEST_CASE(guess_nothing_where_a_guess_is_worth_nothing)
{
    for (const progress_snapshot& progress : {
             progress_snapshot{.done = 5, .total = 5, .jobs_per_second = 100},
             progress_snapshot{.done = 6, .total = 5, .jobs_per_second = 100},
             progress_snapshot{.done = 5, .total = std::nullopt, .jobs_per_second = 100},
             progress_snapshot{.done = 5, .total = 10, .jobs_per_second = 0},
             progress_snapshot{.done = 5, .total = 10, .jobs_per_second = 0.009},
             progress_snapshot{.done = 0, .total = 1'000'000'000, .jobs_per_second = 0.02},
         })
        BOOST_TEST(progress_line(progress, wide).find("left") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(say_why_they_wait_instead_of_how_fast_they_are)
{
    auto progress = busy();
    progress.wait = current_wait{wait_reason::server_asked, 3s, 12s, ""};
    BOOST_TEST(progress_line(progress, wide) == "1,234/5,000 jobs  24 %  waiting 12 s: the server asked to  3 retries  "
                                                "1 failure  1,234,567 failed files");

    progress.wait = current_wait{wait_reason::outage, 14s, 2s, ""};
    BOOST_TEST(progress_line(progress, wide) ==
               "1,234/5,000 jobs  24 %  the server is down since 14 s; next try in 2.0 s  3 retries  1 failure  "
               "1,234,567 failed files");
}

BOOST_AUTO_TEST_CASE(say_the_cause_of_an_outage_in_the_words_for_which_there_is_room)
{
    auto progress = busy();
    progress.wait = current_wait{wait_reason::outage, 14s, 2s, "HTTP 503 Service Unavailable: no healthy upstream"};
    struct {
        unsigned width;
        const char* line;
    } const cases[] = {
        {200, "1,234/5,000 jobs  24 %  the server is down since 14 s (HTTP 503 Service Unavailable: no healthy "
              "upstream); next try in 2.0 s  3 retries  1 failure  1,234,567 failed files"},
        {90, "1,234/5,000 jobs  24 %  the server is down since 14 s (HTTP 503); next try in 2.0 s"},
        {79, "1,234/5,000 jobs  24 %  down since 14 s (HTTP 503); next try in 2.0 s"},
        {60, "1,234/5,000 jobs  24 %  down since 14 s (HTTP 503)"},
        {39, "24 %  down since 14 s (HTTP 503)"},
        {30, "24 %  down since 14 s"},
        {20, "24 %"},
    };
    for (const auto& each : cases)
        BOOST_TEST(progress_line(progress, each.width) == each.line);

    progress.wait->cause = "cannot connect to 127.0.0.1:8443: Connection refused";
    BOOST_TEST(progress_line(progress, 78) == "1,234/5,000 jobs  24 %  down since 14 s (Connection refused)");
    progress.wait->cause = std::string(600, 'x') + "\x1b[2J";
    for (unsigned width = 0; width <= wide; ++width) {
        const auto line = progress_line(progress, width);
        BOOST_TEST(columns(line) <= width);
        BOOST_TEST(line.find('\x1b') == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(do_not_blame_the_server_for_what_this_machine_lacks)
{
    auto progress = busy();
    progress.wait = current_wait{wait_reason::local_shortage, 14s, 2s, "cannot connect to a.example:443: no free port"};
    BOOST_TEST(progress_line(progress, 140) ==
               "1,234/5,000 jobs  24 %  this machine can open no connection since 14 s (cannot connect to "
               "a.example:443: no free port); next try in 2.0 s");
    BOOST_TEST(progress_line(progress, 79) == "1,234/5,000 jobs  24 %  no connection since 14 s (no free port)");
}

BOOST_AUTO_TEST_CASE(say_what_the_server_was_found_to_take)
{
    auto progress = busy();
    progress.limit = {38, 50, 0};
    BOOST_TEST(progress_line(progress, wide) == "1,234/5,000 jobs  24 %  812/s  the server takes 50/s: 38 refusals  "
                                                "3 retries  1 failure  1,234,567 failed files  5.0 s left");
    progress.limit = {1, 0, 10};
    BOOST_TEST(holds(parts_of(progress_line(progress, wide)), "the server takes 10 at a time: 1 refusal"));
    progress.limit = {2, 0, 0};
    BOOST_TEST(holds(parts_of(progress_line(progress, wide)), "2 refusals"));
    progress.limit = {38, 50, 0};
    BOOST_TEST(progress_line(progress, 100) == "1,234/5,000 jobs  24 %  812/s  38 refusals  3 retries  1 failure  "
                                               "1,234,567 failed files  5.0 s left");
}

BOOST_AUTO_TEST_CASE(hold_whole_figures_at_every_width)
{
    const auto whole = parts_of(progress_line(busy(), wide));
    for (unsigned width = 0; width <= wide; ++width) {
        const auto line = progress_line(busy(), width);
        BOOST_TEST_CONTEXT(width << " columns: \"" << line << '"')
        {
            BOOST_TEST(line.size() <= width);
            for (const auto& part : parts_of(line))
                BOOST_TEST(holds(whole, part));
        }
    }
}

BOOST_AUTO_TEST_CASE(keep_how_far_it_is_and_what_is_left_longest)
{
    struct {
        unsigned width;
        const char* line;
    } const cases[] = {{87, "1,234/5,000 jobs  24 %  812/s  3 retries  1 failure  1,234,567 failed files  5.0 s left"},
                       {79, "1,234/5,000 jobs  24 %  812/s  1 failure  1,234,567 failed files  5.0 s left"},
                       {60, "1,234/5,000 jobs  24 %  812/s  1 failure  5.0 s left"},
                       {45, "1,234/5,000 jobs  24 %  812/s  5.0 s left"},
                       {39, "1,234/5,000 jobs  24 %  5.0 s left"},
                       {33, "1,234/5,000 jobs  5.0 s left"},
                       {27, "24 %  5.0 s left"},
                       {15, "24 %"},
                       {4, "24 %"},
                       {3, ""},
                       {0, ""}};
    for (const auto& each : cases)
        BOOST_TEST(progress_line(busy(), each.width) == each.line);
    const progress_snapshot without_total{.done = 1'234'567, .jobs_per_second = 1234};
    BOOST_TEST(progress_line(without_total, 30) == "1,234,567 jobs  1,234/s");
    BOOST_TEST(progress_line(without_total, 20) == "1,234,567 jobs");
    BOOST_TEST(progress_line(without_total, 10) == "");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(rate_windows)

BOOST_AUTO_TEST_CASE(know_no_rate_before_the_second_count)
{
    rate_window window;
    BOOST_TEST(window.per_second() == 0);
    window.add(at(0ms), 100);
    BOOST_TEST(window.per_second() == 0);
    window.add(at(0ms), 200);
    BOOST_TEST(window.per_second() == 0);
    window.add(at(500ms), 300);
    BOOST_TEST(window.per_second() == 400);
}

BOOST_AUTO_TEST_CASE(forget_what_is_older_than_their_length)
{
    rate_window window;
    for (int second = 0; second <= 10; ++second)
        window.add(at(second * 1s), static_cast<std::uint64_t>(second) * 1000);
    for (int second = 11; second <= 15; ++second)
        window.add(at(second * 1s), 10'000);
    BOOST_TEST(window.per_second() == 0);
}

BOOST_AUTO_TEST_CASE(span_counts_that_come_seldom)
{
    rate_window window;
    window.add(at(0s), 0);
    window.add(at(10s), 100);
    BOOST_TEST(window.per_second() == 10);
    window.add(at(20s), 300);
    BOOST_TEST(window.per_second() == 20);
}

BOOST_AUTO_TEST_SUITE_END()
