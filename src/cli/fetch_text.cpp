#include "cli/fetch_text.hpp"

#include "cli/quantities.hpp"
#include "cli/terminal_text.hpp"

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
    return line + to_text(result.elapsed) + ")\n";
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

void append_failed_files(std::string& text, const outcome& result)
{
    constexpr std::string_view document = "document";
    auto width = document.size();
    for (const auto& file : result.failed_files)
        width = std::max(width, std::min(columns(printable(file.document)), widest_document));

    const auto append = [&](std::string_view left, std::string_view right) {
        text += left;
        text.append(width - std::min(width, columns(left)) + 2, ' ');
        (text += right) += '\n';
    };
    text += '\n';
    append(document, "error");
    for (const auto& file : result.failed_files)
        append(printable(file.document), printable(file.error));
}

}  // namespace

std::string fetch_text(const outcome& result)
{
    auto text = head_line(result);
    if (!result.message.empty())
        text += printable(result.message) + '\n';
    for (const auto& issue : result.validation)
        text += "  " + printable(place_of(issue)) + ": " + printable(issue.msg) + '\n';
    if (!result.failed_files.empty())
        append_failed_files(text, result);
    return text;
}

}  // namespace jobaudit::cli
