#include "cli/fetch/fetch_text.hpp"

#include "cli/options/quantities.hpp"
#include "cli/terminal/terminal_text.hpp"
#include "cli/terminal/wrapped_text.hpp"

#include <algorithm>
#include <variant>

namespace jobaudit::cli {
namespace {

/// Longer names push their own error aside instead of all others.
constexpr std::size_t widest_document = 60;

std::string head_line(const outcome& result)
{
    auto line = result.job.to_string() + ": " + std::string{to_string(result.kind)};
    if (result.kind == outcome_kind::ok) {
        line += ", ";
        line += result.failed_file_count == 0 ? "no failed files"
                                              : counted(result.failed_file_count, "failed file", "failed files");
    }
    line += " (";
    if (result.http_status != 0)
        line += "HTTP " + std::to_string(result.http_status) + ", ";
    line += counted(result.attempts, "attempt", "attempts") + ", ";
    return line + to_text(result.elapsed) + ')';
}

std::string place_of(const validation_issue& issue)
{
    std::string place;
    for (const auto& part : issue.loc) {
        place += place.empty() ? "" : ".";
        place += std::holds_alternative<std::string>(part) ? std::get<std::string>(part)
                                                           : std::to_string(std::get<std::int64_t>(part));
    }
    return place;
}

void append_failed_files(std::string& text, const outcome& result, std::size_t width)
{
    constexpr std::string_view document = "document";
    constexpr std::size_t gap = 2;
    const auto widest = std::min(widest_document, width / 2);
    auto names = document.size();
    for (const auto& file : result.failed_files)
        names = std::max(names, std::min(columns(printable(file.document)), widest));

    const auto append = [&](const std::string& left, const std::string& right) {
        if (columns(left) <= names || width != std::string::npos)
            text += table_line(left, right, names + gap, width);
        else
            text += left + std::string(gap, ' ') + right + '\n';
    };
    text += '\n';
    append(std::string{document}, "error");
    for (const auto& file : result.failed_files)
        append(printable(file.document), printable(file.error));
}

}  // namespace

std::string fetch_text(const outcome& result, std::size_t width)
{
    const auto in_lines = [width](const std::string& line) {
        return wrapped(line, {.width = width, .indent = 2}) + '\n';
    };
    auto text = in_lines(head_line(result));
    if (!result.message.empty())
        text += in_lines(printable(result.message));
    for (const auto& issue : result.validation)
        text += "  " +
                wrapped(printable(place_of(issue)) + ": " + printable(issue.msg),
                        {.width = width, .indent = 4, .begun = 2}) +
                '\n';
    if (!result.failed_files.empty())
        append_failed_files(text, result, width);
    return text;
}

}  // namespace jobaudit::cli
