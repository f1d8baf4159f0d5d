#include "store/inherited_descriptor.hpp"

#include <charconv>
#include <system_error>

#include <unistd.h>

namespace jobaudit::store {

std::optional<int> inherited_descriptor(std::string_view path) noexcept
{
    if (path == "-" || path == "/dev/stdout")
        return STDOUT_FILENO;
    if (path == "/dev/stderr")
        return STDERR_FILENO;
    for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
        if (!path.starts_with(folder))
            continue;
        const auto name = path.substr(folder.size());
        int number = -1;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
        if (error == std::errc{} && end == name.data() + name.size() && number >= 0)
            return number;
    }
    return std::nullopt;
}

}  // namespace jobaudit::store
