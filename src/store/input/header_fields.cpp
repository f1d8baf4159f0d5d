#include "store/input/header_fields.hpp"

#include "store/ascii_case.hpp"
#include "store/output/capped_text.hpp"

#include <algorithm>

namespace jobaudit::store {

namespace {

std::string unquoted(std::string_view field)
{
    field = trimmed(field);
    if (field.size() >= 2 && field.front() == '"' && field.back() == '"')
        field = trimmed(field.substr(1, field.size() - 2));
    return std::string{field};
}

}  // namespace

std::vector<std::string> header_fields(std::string_view line, char separator)
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

std::vector<std::string> most_fields(std::string_view line, std::string_view separators)
{
    std::vector<std::string> most;
    for (const char separator : separators)
        if (auto fields = header_fields(line, separator); fields.size() > most.size())
            most = std::move(fields);
    return most;
}

std::optional<csv_columns> find_id_column(std::string_view line, std::string_view separators, const id_column& column)
{
    std::optional<csv_columns> found;
    std::size_t best_rank = id_column::names;
    for (const char separator : separators) {
        const auto fields = header_fields(line, separator);
        for (std::size_t i = 0; i < fields.size(); ++i) {
            const auto rank = column.rank(fields[i]);
            if (!rank || *rank >= best_rank)
                continue;
            best_rank = *rank;
            found = csv_columns{separator, i, fields.size()};
        }
    }
    return found;
}

bool is_column_name(std::string_view field) noexcept
{
    constexpr std::size_t longest = 64;
    return !field.empty() && field.size() <= longest && (is_letter(field.front()) || field.front() == '_') &&
           std::ranges::all_of(field, [](char each) {
               return is_letter(each) || (each >= '0' && each <= '9') ||
                      std::string_view{"_ .-"}.find(each) != std::string_view::npos;
           });
}

std::string listed(const std::vector<std::string>& fields)
{
    capped_text text;
    for (const auto& each : fields) {
        if (each.empty())
            continue;
        text.append(text.empty() ? "" : ", ");
        text.append(each);
    }
    return text.printed();
}

}  // namespace jobaudit::store
