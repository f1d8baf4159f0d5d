#include "cli/terminal/wrapped_text.hpp"

#include "cli/terminal/terminal_text.hpp"

#include <algorithm>

namespace jobaudit::cli {
namespace {

constexpr std::size_t indent_of_a_command_s_rest = 4;
constexpr std::size_t indent_below = 6;
/// Of the right column of a table: below that, words stand alone on their lines.
constexpr std::size_t least_room = 24;

/// Cut off the front of a text, with the blanks before it.
std::string_view take_word(std::string_view& text) noexcept
{
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    return word;
}

std::string wrapped_line(std::string_view line, std::size_t width)
{
    const auto indent = std::min(line.find_first_not_of(' '), line.size());
    const std::string blanks(indent, ' ');
    line.remove_prefix(indent);
    if (indent == 0)
        return wrapped(line, {.width = width});
    return blanks +
           wrapped(line,
                   {.width = width, .indent = indent + indent_of_a_command_s_rest, .begun = indent, .at_break = " \\"});
}

}  // namespace

std::string wrapped(std::string_view text, const wrapping& how)
{
    if (how.width == std::string_view::npos)
        return std::string{text};
    std::string all;
    auto taken = how.begun;
    bool is_first_of_line = true;
    for (auto word = take_word(text); !word.empty(); word = take_word(text)) {
        // What ends the line when another word follows has to fit too.
        const auto needed = columns(word) + (text.empty() ? 0 : columns(how.at_break));
        if (!is_first_of_line && (needed >= how.width || taken + 1 > how.width - needed)) {
            (all += how.at_break) += '\n';
            all.append(how.indent, ' ');
            taken = how.indent;
            is_first_of_line = true;
        }
        if (!is_first_of_line) {
            all += ' ';
            ++taken;
        }
        all += word;
        taken += columns(word);
        is_first_of_line = false;
    }
    return all;
}

std::string wrapped_lines(std::string_view text, std::size_t width)
{
    std::string all;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        all += wrapped_line(line, width);
        text.remove_prefix(line.size());
        if (text.starts_with('\n')) {
            all += '\n';
            text.remove_prefix(1);
        }
    }
    return all;
}

std::string table_line(std::string_view left, std::string_view right, std::size_t column, std::size_t width)
{
    std::string line{left};
    if (right.empty())
        return line += '\n';
    constexpr std::size_t gap = 2;
    const bool has_room = width >= column + least_room;
    const auto indent = has_room ? column : indent_below;
    if (has_room && columns(left) + gap <= column) {
        line.append(column - columns(left), ' ');
    } else {
        line += left.empty() ? "" : "\n";
        line.append(indent, ' ');
    }
    return line + wrapped(right, {.width = width, .indent = indent, .begun = indent}) + '\n';
}

}  // namespace jobaudit::cli
