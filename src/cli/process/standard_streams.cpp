#include "cli/process/standard_streams.hpp"

#include "cli/failure.hpp"
#include "cli/process/system_error.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace jobaudit::cli {

int write_all(int descriptor, std::string_view text) noexcept
{
    while (!text.empty()) {
        const auto written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EAGAIN) {
            // Whoever shares a terminal or a pipe with us may have made it non-blocking.
            pollfd writable{descriptor, POLLOUT, 0};
            (void)::poll(&writable, 1, -1);
        } else if (written < 0 && errno != EINTR) {
            return errno;
        }
        if (written > 0)
            text.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

void occupy_closed_streams() noexcept
{
    // Each is opened for what nobody does with it: EBADF, as if it were closed still. The lowest free number is taken.
    for (const auto& [stream, mode] :
         {std::pair{STDIN_FILENO, O_WRONLY}, {STDOUT_FILENO, O_RDONLY}, {STDERR_FILENO, O_RDONLY}})
        if (::fcntl(stream, F_GETFD) < 0)
            (void)::open("/dev/null", mode);
}

void tell(std::string_view text) noexcept { (void)write_all(STDERR_FILENO, text); }

void print(std::string_view text)
{
    const auto error = write_all(STDOUT_FILENO, text);
    if (error != 0)
        throw failure{exit_code::output_failed, "standard output cannot be written: " + system_error_text(error)};
}

}  // namespace jobaudit::cli
