#include "cli/standard_streams.hpp"

#include "cli/failure.hpp"
#include "cli/system_error.hpp"

#include <cerrno>

#include <unistd.h>

namespace jobaudit::cli {

int write_all(int descriptor, std::string_view text) noexcept
{
    while (!text.empty()) {
        const auto written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno != EINTR)
            return errno;
        if (written > 0)
            text.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

void tell(std::string_view text) noexcept { (void)write_all(STDERR_FILENO, text); }

void print(std::string_view text)
{
    const auto error = write_all(STDOUT_FILENO, text);
    if (error == EPIPE)
        throw failure{exit_code::incomplete, ""};
    if (error != 0)
        throw failure{exit_code::output_failed, "standard output cannot be written: " + system_error_text(error)};
}

}  // namespace jobaudit::cli
