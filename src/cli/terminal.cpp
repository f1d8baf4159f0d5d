#include "cli/terminal.hpp"

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

}  // namespace jobaudit::cli
