#include "store/input/format_detection.hpp"

#include "store/ascii_case.hpp"
#include "store/input/header_fields.hpp"
#include "store/input/input_error.hpp"
#include "store/input/json_document.hpp"
#include "store/input/table_line.hpp"
#include "store/input/written_id.hpp"
#include "store/output/capped_text.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace jobaudit::store {

namespace {

// Excel's own way to say which separator a CSV has; its first line, in quotes or not.
std::optional<char> declared_separator(std::string_view line) noexcept
{
    constexpr std::string_view declaration = "sep=";
    if (line.size() > 2 && line.front() == '"' && line.back() == '"')
        line = line.substr(1, line.size() - 2);
    // A tab, which is a blank, is gone from a line that was trimmed.
    if (equal_ignoring_case(line, declaration))
        return '\t';
    if (line.size() == declaration.size() + 1 && equal_ignoring_case(line.substr(0, declaration.size()), declaration))
        return line.back();
    return std::nullopt;
}

bool is_rule(std::string_view text)
{
    table_line line;
    line.feed(text);
    return line.is_rule();
}

bool is_named_csv(std::string_view file) noexcept
{
    return file.size() > 4 && (equal_ignoring_case(file.substr(file.size() - 4), ".csv") ||
                               equal_ignoring_case(file.substr(file.size() - 4), ".tsv"));
}

std::string printed(std::string_view line)
{
    capped_text text;
    text.append(line);
    return text.printed();
}

std::unique_ptr<entry_format> make_format(const csv_columns& columns, bool is_csv)
{
    if (columns.count == 1 && !is_csv)
        return make_plain_format(true);
    return columns.separator == '|' ? make_table_format(columns) : make_csv_format(columns);
}

}  // namespace

detected_format format_detection::look_at(std::string_view untrimmed, bool is_whole)
{
    const auto line = trimmed(untrimmed);
    if (says_nothing(line))
        return {};
    if (written_id(without_comment(line)) && column_.asked().empty())
        return {make_plain_format(), false};
    if (line.front() == '{' || line.front() == '[')
        return look_at_json(line, is_whole);
    // In front of a tab there may be a column without a name.
    return look_at_header(untrimmed);
}

bool format_detection::says_nothing(std::string_view line)
{
    if (line.empty())
        return true;
    if (line.front() == '#')
        return is_comment(line);
    if (const auto separator = declared_separator(line)) {
        separators_ = *separator;
        return true;
    }
    return is_rule(line);
}

// A header may begin with `#` too, as a short name for numbers.
bool format_detection::is_comment(std::string_view line) const
{
    const auto columns = find_id_column(line, separators_, column_);
    return !columns || header_fields(line, columns->separator).front().find(' ') != std::string::npos;
}

detected_format format_detection::look_at_json(std::string_view line, bool is_whole) const
{
    const bool goes_on = is_whole && std::string_view{"{[,:"}.find(line.back()) != std::string_view::npos;
    json_document read{column_};
    for (job_entry entry; !line.empty(); (void)read.next(entry))
        line.remove_prefix(read.feed(line));

    if (read.has_list() || (read.is_open() && goes_on))
        return {std::make_unique<json_document>(column_), false};
    return {make_ndjson_format(column_), false};
}

detected_format format_detection::look_at_header(std::string_view line) const
{
    if (const auto columns = find_id_column(line, separators_, column_))
        return {make_format(*columns, is_named_csv(file_)), true};
    check_for_columns(line);
    return {make_plain_format(), false};
}

// Refuses what would otherwise be one invalid line after the other.
void format_detection::check_for_columns(std::string_view line) const
{
    const auto fields = most_fields(line, separators_);
    const bool has_job = std::ranges::any_of(fields, [](const auto& field) { return written_id(field).has_value(); });
    if (fields.size() > 1 && has_job)
        throw input_error{file_ + " has several columns, but no header: put a first line that names the column of the "
                                  "IDs job_id"};
    const auto there = fields.size() > 1 ? "its columns are: " + listed(fields) : "its first line is: " + printed(line);
    if (!column_.asked().empty())
        throw column_error{file_ + " has no column \"" + column_.asked() + "\"; " + there};
    if (is_named_csv(file_) || (fields.size() > 1 && std::ranges::all_of(fields, is_column_name)))
        throw column_error{file_ + " looks like CSV, but has no column job_id, id or uuid; " + there};
}

}  // namespace jobaudit::store
