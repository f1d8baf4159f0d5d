#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

namespace jobaudit::cli {

bool is_terminal(int descriptor) noexcept { return ::isatty(descriptor) == 1; }

unsigned terminal_width(int descriptor) noexcept
{
    winsize size{};
    return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80u;
}

}  // namespace jobaudit::cli
