#include "store/output/csv_row.hpp"

#include "protocol/utf8.hpp"

#include <algorithm>

namespace jobaudit::store {

namespace {

void append_valid(std::string& row, std::string_view text)
{
    while (!text.empty()) {
        const auto size = protocol::utf8_character_size(text);
        const auto character = text.substr(0, std::max<std::size_t>(size, 1));
        row += size == 0 ? protocol::replacement_character : character;
        if (character == "\"")
            row += '"';
        text.remove_prefix(character.size());
    }
}

}  // namespace

// OWASP, "CSV Injection".
bool is_csv_formula(std::string_view text) noexcept
{
    return !text.empty() && std::string_view{"=+-@\t\r"}.find(text.front()) != std::string_view::npos;
}

void append_csv_field(std::string& row, std::string_view text)
{
    if (!row.empty() && row.back() != '\n')
        row += ',';
    const bool is_formula = is_csv_formula(text);
    const bool is_quoted = text.empty() || is_formula || text.find_first_of(",\"\r\n") != std::string_view::npos;
    if (is_quoted)
        row += '"';
    if (is_formula)
        row += '\'';
    append_valid(row, text);
    if (is_quoted)
        row += '"';
}

}  // namespace jobaudit::store
