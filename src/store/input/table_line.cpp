#include "store/input/table_line.hpp"

namespace jobaudit::store {

namespace {

constexpr std::string_view rule_characters = "-+|:= \t\r\v\f";
constexpr std::string_view digits = "0123456789";

}  // namespace

void table_line::feed(std::string_view piece)
{
    text_.append(piece);
    has_other_than_rule_ = has_other_than_rule_ || piece.find_first_not_of(rule_characters) != std::string_view::npos;
}

void table_line::clear() noexcept
{
    text_.clear();
    has_other_than_rule_ = false;
}

bool table_line::is_rule() const noexcept
{
    return !has_other_than_rule_ && text_.front().find("---") != std::string_view::npos;
}

bool table_line::is_row_count() const noexcept
{
    const auto line = text_.front();
    if (line.size() < 2 || line.front() != '(' || line.back() != ')')
        return false;
    // The one word behind the number is of the language that the printing program speaks.
    const auto inner = line.substr(1, line.size() - 2);
    const auto count_end = inner.find_first_not_of(digits);
    return count_end != std::string_view::npos && count_end > 0 && inner[count_end] == ' ' &&
           inner.find_first_of(" 0123456789", count_end + 1) == std::string_view::npos;
}

}  // namespace jobaudit::store
