#include <jobaudit/emulator/fault.hpp>

#include <algorithm>
#include <array>
#include <ostream>

namespace jobaudit::emulator {

namespace {

constexpr std::array<std::string_view, fault_count> fault_names{
    "none",
    "reset_before_head",
    "reset_in_head",
    "reset_in_body",
    "close_before_response",
    "truncated_body",
    "truncated_chunked",
    "eof_without_close_notify",
    "stale_keep_alive",
    "empty_body",
    "detail_body",
    "cut_json",
    "invalid_utf8",
    "corrupted_gzip",
    "garbage",
    "length_and_chunked",
    "wrong_content_length",
    "oversized_head",
    "huge_chunk_extension",
    "continue_first",
    "early_hints",
    "slow_head",
    "dribble",
    "close_after_response",
    "unsolicited_bytes",
    "unknown_values",
    "stall",
    "redirect",
};
static_assert(fault_names.back() == "redirect");

constexpr std::array<std::string_view, 3> profile_names{"none", "rough", "hostile"};

template <class Enumeration, std::size_t Size>
std::optional<Enumeration> find(const std::array<std::string_view, Size>& names, std::string_view name) noexcept
{
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
        return std::nullopt;
    return static_cast<Enumeration>(found - names.begin());
}

}  // namespace

std::string_view to_string(fault value) noexcept { return fault_names[static_cast<std::size_t>(value)]; }

std::optional<fault> parse_fault(std::string_view name) noexcept { return find<fault>(fault_names, name); }

std::ostream& operator<<(std::ostream& out, fault value) { return out << to_string(value); }

std::string_view to_string(fault_profile value) noexcept { return profile_names[static_cast<std::size_t>(value)]; }

std::optional<fault_profile> parse_fault_profile(std::string_view name) noexcept
{
    return find<fault_profile>(profile_names, name);
}

std::ostream& operator<<(std::ostream& out, fault_profile value) { return out << to_string(value); }

}  // namespace jobaudit::emulator
