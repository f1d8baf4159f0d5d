#include "store/format_detection.hpp"

#include "store/capped_text.hpp"
#include "store/input_error.hpp"

#include <jobaudit/job_id.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

namespace jobaudit::store {

namespace {

constexpr std::string_view separators = ",;\t";
constexpr std::size_t shown_columns = 200;

char lower(char letter) noexcept
{
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool is_letter(char character) noexcept { return lower(character) >= 'a' && lower(character) <= 'z'; }

std::string unquoted(std::string_view field)
{
    field = trimmed(field);
    if (field.size() >= 2 && field.front() == '"' && field.back() == '"')
        field = trimmed(field.substr(1, field.size() - 2));
    return std::string{field};
}

std::vector<std::string> split(std::string_view line, char separator)
{
    std::vector<std::string> fields;
    bool in_quotes = false;
    std::size_t start = 0;
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (line[at] == '"')
            in_quotes = !in_quotes;
        if (line[at] != separator || in_quotes)
            continue;
        fields.push_back(unquoted(line.substr(start, at - start)));
        start = at + 1;
    }
    fields.push_back(unquoted(line.substr(start)));
    return fields;
}

std::optional<std::size_t> find_column(const std::vector<std::string>& fields, std::string_view name)
{
    const auto found = std::find_if(fields.begin(), fields.end(), [name](const std::string& field) {
        return std::equal(field.begin(), field.end(), name.begin(), name.end(),
                          [](char a, char b) { return lower(a) == b; });
    });
    if (found == fields.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - fields.begin());
}

// What a person would call a column: it begins with a letter, and is short.
bool is_column_name(const std::string& field) noexcept
{
    constexpr std::size_t longest = 64;
    return !field.empty() && field.size() <= longest && (is_letter(field.front()) || field.front() == '_') &&
           std::all_of(field.begin(), field.end(), [](char each) {
               return is_letter(each) || (each >= '0' && each <= '9') ||
                      std::string_view{"_ .-"}.find(each) != std::string_view::npos;
           });
}

bool is_job(const std::string& field) noexcept { return job_id::parse(field).has_value(); }

bool is_named_csv(std::string_view file) noexcept
{
    return file.ends_with(".csv") || file.ends_with(".CSV") || file.ends_with(".tsv");
}

[[noreturn]] void refuse_columns(std::string_view line, const std::string& file)
{
    capped_text columns;
    columns.append(line.substr(0, shown_columns));
    throw input_error{file + " looks like CSV, but has no column job_id or id (its first line is: " +
                      columns.printed() + "): name the column of the IDs so"};
}

// Refuses what would otherwise be one invalid line after the other.
void check_columns(std::string_view line, const std::string& file)
{
    if (is_named_csv(file))
        refuse_columns(line, file);
    for (const char separator : separators) {
        const auto fields = split(line, separator);
        if (fields.size() < 2)
            continue;
        if (std::any_of(fields.begin(), fields.end(), is_job))
            throw input_error{file + " has several columns, but no header: put a first line that names the "
                                     "column of the IDs job_id"};
        if (std::all_of(fields.begin(), fields.end(), is_column_name))
            refuse_columns(line, file);
    }
}

}  // namespace

detected_format detect_format(std::string_view line, const std::string& file)
{
    if (job_id::parse(line))
        return {make_plain_format(), false};
    if (line.front() == '{')
        return {make_ndjson_format(), false};
    if (line.front() == '[')
        throw input_error{file + " is a JSON array: give one object a line (jq -c '.[]' does that)"};

    for (const std::string_view name : {"job_id", "id"})
        for (const char separator : separators)
            if (const auto column = find_column(split(line, separator), name))
                return {make_csv_format(separator, *column), true};
    check_columns(line, file);
    return {make_plain_format(), false};
}

}  // namespace jobaudit::store
