#include "store/input/csv_record.hpp"

#include "store/input/written_id.hpp"

#include <algorithm>

namespace jobaudit::store {

void csv_record::feed(std::string_view piece)
{
    record_.append(piece);
    while (!piece.empty())
        piece.remove_prefix(in_quotes_ ? take_quoted(piece) : take_bare(piece));
}

// Takes the text up to the closing quote, and that too.
std::size_t csv_record::take_quoted(std::string_view piece)
{
    const std::size_t quote = piece.find('"');
    keep(piece.substr(0, quote));
    if (quote == std::string_view::npos)
        return piece.size();
    in_quotes_ = false;
    was_quoted_ = true;
    after_quote_ = true;
    return quote + 1;
}

// Takes the text up to the next quote or separator, and that too.
std::size_t csv_record::take_bare(std::string_view piece)
{
    const char specials[] = {columns_.separator, '"'};
    const std::string_view looked_for{specials, enclosing_ == quotes::none ? 1U : 2U};
    const std::size_t at = std::min(piece.find_first_of(looked_for), piece.size());
    if (at > 0) {
        const bool is_blank = trimmed(piece.substr(0, at)).empty();
        keep(piece.substr(0, at));
        at_field_start_ = at_field_start_ && is_blank;
        is_malformed_ = is_malformed_ || (was_quoted_ && !is_blank);
        after_quote_ = false;
    }
    if (at == piece.size())
        return at;
    if (piece[at] == columns_.separator)
        end_field();
    else
        take_quote(piece.substr(at + 1));
    return at + 1;
}

// A quote opens a field at its start; right after the closing one it stands for itself; elsewhere it is text.
void csv_record::take_quote(std::string_view behind)
{
    is_malformed_ = is_malformed_ || (was_quoted_ && !after_quote_);
    const bool opens = at_field_start_ && (enclosing_ == quotes::all || closes_in(behind));
    in_quotes_ = opens || after_quote_;
    if (!opens)
        keep("\"");
    at_field_start_ = false;
    after_quote_ = false;
}

bool csv_record::closes_in(std::string_view text) const noexcept
{
    std::size_t quote = text.find('"');
    while (quote != std::string_view::npos && text.substr(quote + 1).starts_with('"'))
        quote = text.find('"', quote + 2);
    if (quote == std::string_view::npos)
        return false;
    const auto next = text.find_first_not_of(blanks, quote + 1);
    return next == std::string_view::npos || text[next] == columns_.separator || columns_.separator == '\t';
}

void csv_record::keep(std::string_view text)
{
    if (field_ == columns_.id)
        value_.append(text);
    has_content_ = has_content_ || !trimmed(text).empty();
}

void csv_record::end_field() noexcept
{
    ++field_;
    at_field_start_ = true;
    was_quoted_ = false;
    after_quote_ = false;
}

void csv_record::clear() noexcept
{
    record_.clear();
    value_.clear();
    field_ = 0;
    in_quotes_ = false;
    was_quoted_ = false;
    after_quote_ = false;
    at_field_start_ = true;
    has_content_ = false;
    is_malformed_ = false;
}

std::optional<job_id> csv_record::job() const noexcept
{
    return value_.is_whole() ? written_id(value_.front()) : std::nullopt;
}

}  // namespace jobaudit::store
