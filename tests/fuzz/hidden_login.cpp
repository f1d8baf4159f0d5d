#include "fuzz/hidden_login.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace jobaudit::fuzz {

std::string with_other_login(std::string_view url)
{
    std::string result{url};
    const auto scheme = url.find("://");
    const auto begin = scheme == std::string_view::npos ? 0 : scheme + 3;
    const auto end = url.rfind('@');
    if (end == std::string_view::npos || end < begin)
        return result;
    const auto at = [&](std::size_t position) { return result.begin() + static_cast<std::ptrdiff_t>(position); };
    std::transform(at(begin), at(end), at(begin), [](char c) {
        if (!std::isalnum(static_cast<unsigned char>(c)))
            return c;
        return c == 'x' ? 'y' : 'x';
    });
    return result;
}

}  // namespace jobaudit::fuzz
