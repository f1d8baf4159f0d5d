#include "cli/audit/progress_display.hpp"

#include "cli/captured_output.hpp"

#include <functional>

namespace {

using namespace jobaudit::cli;
using namespace jobaudit::test;
using namespace std::chrono_literals;

const std::string erase_line = "\r\x1b[K";

progress_display::time_point at(std::chrono::milliseconds time) { return progress_display::time_point{1h + time}; }

// What a display says on a stderr that is no terminal.
std::string said(progress_mode mode, const std::function<void(progress_display&)>& use)
{
    return output_of(STDERR_FILENO, [&] {
        progress_display display{mode};
        use(display);
    });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(progress_displays)

BOOST_AUTO_TEST_CASE(print_whole_lines_every_ten_seconds_where_there_is_no_terminal)
{
    const auto text = said(progress_mode::automatic, [](progress_display& display) {
        for (std::uint64_t second = 0; second <= 25; ++second)
            display.show({.done = second, .total = 100}, at(std::chrono::seconds{second}));
    });
    BOOST_TEST(text == "10/100 jobs  10 %  0/s  0 failed files\n20/100 jobs  20 %  0/s  0 failed files\n");
}

BOOST_AUTO_TEST_CASE(say_nothing_of_a_short_run_where_there_is_no_terminal)
{
    const auto text = said(progress_mode::automatic, [](progress_display& display) {
        display.show({.done = 1}, at(0s));
        display.show({.done = 2}, at(9999ms));
        display.clear();
    });
    BOOST_TEST(text == "");
}

BOOST_AUTO_TEST_CASE(rewrite_one_line_when_told_to_always_and_leave_none_behind)
{
    const auto text = said(progress_mode::always, [](progress_display& display) {
        display.show({.done = 1, .total = 4}, at(0ms));
        display.show({.done = 2, .total = 4}, at(149ms));
        display.show({.done = 3, .total = 4}, at(150ms));
    });
    BOOST_TEST(text == erase_line + "1/4 jobs  25 %  0/s  0 failed files" + erase_line +
                           "3/4 jobs  75 %  0/s  0 failed files" + erase_line);
}

BOOST_AUTO_TEST_CASE(put_messages_in_place_of_the_line_which_comes_back_at_once)
{
    const auto text = said(progress_mode::always, [](progress_display& display) {
        display.show({.done = 1}, at(0ms));
        display.message("hear");
        display.message("this");
        display.show({.done = 2}, at(1ms));
    });
    BOOST_TEST(text == erase_line + "1 job  0/s  0 failed files" + erase_line + "hear\nthis\n" + erase_line +
                           "2 jobs  0/s  0 failed files" + erase_line);
}

BOOST_AUTO_TEST_CASE(print_messages_alone_when_told_to_never_show_progress)
{
    const auto text = said(progress_mode::never, [](progress_display& display) {
        BOOST_TEST(!display.is_due(at(0s)));
        BOOST_TEST(!display.is_due(at(1h)));
        display.show({.done = 1}, at(0s));
        display.message("hear");
        display.show({.done = 1}, at(1h));
    });
    BOOST_TEST(text == "hear\n");
}

BOOST_AUTO_TEST_CASE(are_due_as_often_as_their_style_asks)
{
    struct {
        progress_mode mode;
        std::chrono::milliseconds interval;
    } const cases[] = {{progress_mode::always, progress_display::redraw_interval},
                       {progress_mode::automatic, progress_display::plain_interval}};
    for (const auto& each : cases)
        (void)said(each.mode, [&each](progress_display& display) {
            BOOST_TEST(display.is_due(at(0ms)));
            display.show({}, at(0ms));
            BOOST_TEST(!display.is_due(at(each.interval - 1ms)));
            BOOST_TEST(display.is_due(at(each.interval)));
        });
}

BOOST_AUTO_TEST_SUITE_END()
