#include "protocol/head_memory.hpp"

#include "protocol/line_scan.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

namespace jobaudit::protocol {
namespace {

constexpr std::array<std::string_view, 8> read_fields{"connection",        "content-encoding", "content-type",
                                                      "location",          "proxy-connection", "retry-after",
                                                      "transfer-encoding", "upgrade"};

constexpr std::size_t line_end = 2;  // CRLF

std::optional<std::uint64_t> to_number(std::string_view digits) noexcept
{
    std::uint64_t value = 0;
    const auto* end = digits.data() + digits.size();
    const auto [stop, failed] = std::from_chars(digits.data(), end, value);
    return failed == std::errc{} && stop == end ? std::optional{value} : std::nullopt;
}

// Of a whole field line.
std::string_view value_in(std::string_view text, std::size_t name_size) noexcept
{
    return without_blanks(text.substr(name_size, text.size() - name_size - line_end));
}

}  // namespace

head_memory::kind head_memory::kind_of(std::string_view field) noexcept
{
    if (is_in_any_case(field, "date"))
        return kind::date;
    if (is_in_any_case(field, "content-length"))
        return kind::content_length;
    const bool is_read = std::ranges::any_of(read_fields, [field](auto name) { return is_in_any_case(field, name); });
    return is_read ? kind::read_field : kind::unread_field;
}

void head_memory::remember(std::string_view head)
{
    knows_one_ = false;
    whole_.clear();
    if (head.size() > largest)
        return;
    std::size_t number = 0;
    while (!head.empty()) {
        const auto text = head.substr(0, find_line(head, head.size()).size);
        keep(number++, text);
        head.remove_prefix(text.size());
    }
    lines_.resize(number);
    if (count(kind::content_length) != 1 || count(kind::date) > 1)
        return;
    const auto& length = *std::ranges::find(lines_, kind::content_length, &head_line::what);
    const auto value = to_number(value_in(length.text, length.name_size));
    content_length_ = value.value_or(0);
    knows_one_ = value.has_value();
}

void head_memory::keep(std::size_t number, std::string_view text)
{
    if (number == lines_.size())
        lines_.emplace_back();
    auto& line = lines_[number];
    line.text = text;
    const auto colon = text.find(':');
    const bool is_field = number != 0 && colon != std::string_view::npos;
    line.what = is_field ? kind_of(text.substr(0, colon)) : kind::no_field;
    line.name_size = is_field ? colon + 1 : 0;
}

std::size_t head_memory::count(kind what) const noexcept
{
    return static_cast<std::size_t>(std::ranges::count(lines_, what, &head_line::what));
}

std::optional<head_memory::known_head> head_memory::recognise(std::string_view bytes)
{
    if (!knows_one_)
        return std::nullopt;
    if (!whole_.empty() && bytes.starts_with(whole_))
        return known_head{whole_.size(), content_length_, date_};
    whole_.clear();  // what it stands for may be renewed in part
    known_head known;
    for (auto& line : lines_) {
        const auto rest = bytes.substr(known.size);
        if (!rest.starts_with(line.text) && !renew(line, rest))
            return std::nullopt;
        known.size += line.text.size();
        if (line.what == kind::date)
            known.date = value_in(line.text, line.name_size);
    }
    known.content_length = content_length_;
    whole_ = bytes.substr(0, known.size);
    date_ = known.date;
    return known;
}

bool head_memory::renew(head_line& line, std::string_view bytes)
{
    if (line.what == kind::no_field || line.what == kind::read_field)
        return false;
    const auto found = find_line(bytes, largest);
    const auto text = bytes.substr(0, found.size);
    const auto name = std::string_view{line.text}.substr(0, line.name_size);
    if (found.state != line_state::complete || !text.starts_with(name))
        return false;
    const auto value = value_in(text, line.name_size);
    if (!is_printable_line(value))
        return false;
    if (line.what == kind::content_length) {
        const auto length = to_number(value);
        if (!length)
            return false;
        content_length_ = *length;
    }
    line.text = text;
    return true;
}

}  // namespace jobaudit::protocol
