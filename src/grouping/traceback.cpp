#include "grouping/traceback.hpp"

#include "grouping/error_words.hpp"

namespace jobaudit::grouping {

namespace {

constexpr std::string_view heading_line = "Traceback (most recent call last)";

// A line of a traceback's end: not indented, and it begins with the name of an exception.
bool names_exception(std::string_view line) noexcept
{
    const auto end = line.find_first_of(": (");
    const auto name = line.substr(0, end);
    return !name.empty() && is_letter(name.front()) && exception_characters.size_within(name) == name.size();
}

}  // namespace

std::string_view without_traceback(std::string_view error) noexcept
{
    if (!holds_text(error, heading_line))
        return error;
    auto heading = error.find(heading_line);
    for (auto next = heading; next != std::string_view::npos; next = error.find(heading_line, next + 1))
        heading = next;
    auto rest = error.substr(heading + heading_line.size());
    for (auto line_end = rest.find('\n'); line_end != std::string_view::npos; line_end = rest.find('\n')) {
        rest.remove_prefix(line_end + 1);
        if (names_exception(rest.substr(0, rest.find('\n'))))
            return rest;
    }
    return error;
}

}  // namespace jobaudit::grouping
