#include "cli/terminal/terminal.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

namespace jobaudit::cli {

bool is_terminal(int descriptor) noexcept { return ::isatty(descriptor) == 1; }

bool can_rewrite_lines(int descriptor) noexcept
{
    const char* kind = std::getenv("TERM");
    return is_terminal(descriptor) && kind != nullptr && *kind != '\0' && std::string_view{kind} != "dumb";
}

unsigned terminal_width(int descriptor) noexcept
{
    winsize size{};
    return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80u;
}

std::size_t text_width(int descriptor) noexcept
{
    return is_terminal(descriptor) ? terminal_width(descriptor) : std::string_view::npos;
}

std::size_t help_width() noexcept
{
    constexpr unsigned widest = 110;
    return std::min(terminal_width(STDOUT_FILENO), widest);
}

unsigned terminal_height(int descriptor) noexcept
{
    winsize size{};
    return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24u;
}

}  // namespace jobaudit::cli
