#include "cli/audit/progress_display.hpp"

#include "cli/process/standard_streams.hpp"
#include "cli/terminal/terminal.hpp"
#include "cli/terminal/wrapped_text.hpp"

#include <string>

#include <unistd.h>

namespace jobaudit::cli {
namespace {

constexpr std::string_view erase_line = "\r\x1b[K";
constexpr unsigned plain_width = 200;

}  // namespace

progress_display::progress_display(progress_mode mode) : style_{style_for(mode)} {}

progress_display::~progress_display() { clear(); }

progress_display::style progress_display::style_for(progress_mode mode) noexcept
{
    if (mode == progress_mode::never)
        return style::none;
    return mode == progress_mode::always || can_rewrite_lines(STDERR_FILENO) ? style::rewritten : style::plain;
}

bool progress_display::is_due(time_point now) const noexcept
{
    if (style_ == style::none)
        return false;
    if (!shown_at_)
        return true;
    return now - *shown_at_ >= (style_ == style::plain ? time_point::duration{plain_interval} : redraw_interval);
}

void progress_display::show(const progress_snapshot& progress, time_point now)
{
    if (!is_due(now))
        return;
    const bool is_first = !shown_at_;
    shown_at_ = now;
    if (style_ == style::plain) {
        // A run that ends within the first interval needs no such line.
        if (!is_first)
            tell(progress_line(progress, plain_width) + '\n');
        return;
    }
    // The last column stays free: some terminals would wrap.
    tell(std::string{erase_line} + progress_line(progress, terminal_width(STDERR_FILENO) - 1));
    line_is_shown_ = true;
}

void progress_display::message(std::string_view line)
{
    clear();
    tell(wrapped(line, {.width = text_width(STDERR_FILENO), .indent = 2}) + '\n');
    if (style_ == style::rewritten)
        shown_at_.reset();
}

void progress_display::clear()
{
    if (line_is_shown_)
        tell(erase_line);
    line_is_shown_ = false;
}

}  // namespace jobaudit::cli
