#include "protocol/keep_alive.hpp"

#include "protocol/line_scan.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>

namespace jobaudit::protocol {
namespace {

duration seconds_in(std::string_view digits) noexcept
{
    std::uint32_t seconds = 0;
    const auto* end = digits.data() + digits.size();
    const auto [stop, failed] = std::from_chars(digits.data(), end, seconds);
    return failed == std::errc{} && stop == end ? std::chrono::seconds{seconds} : duration::max();
}

}  // namespace

duration parse_keep_alive_timeout(std::string_view field) noexcept
{
    while (!field.empty()) {
        const auto parameter = field.substr(0, field.find(','));
        field.remove_prefix(std::min(field.size(), parameter.size() + 1));
        const auto equals = parameter.find('=');
        if (equals != std::string_view::npos && is_in_any_case(without_blanks(parameter.substr(0, equals)), "timeout"))
            return seconds_in(without_blanks(parameter.substr(equals + 1)));
    }
    return duration::max();
}

}  // namespace jobaudit::protocol
