#include "store/capped_text.hpp"
#include "store/entry_format.hpp"

#include <jobaudit/job_id.hpp>

#include <algorithm>
#include <cstddef>

namespace jobaudit::store {

namespace {

class csv_format final : public entry_format {
public:
    csv_format(char separator, std::size_t column) : separator_{separator}, column_{column} {}

    void feed(std::string_view piece) override
    {
        record_.append(piece);
        if (is_comment())
            return;
        while (!piece.empty()) {
            const std::size_t run = in_quotes_ ? take_quoted(piece) : take_bare(piece);
            piece.remove_prefix(run);
        }
    }

    found end_line(job_entry& out) override
    {
        after_quote_ = false;
        if (in_quotes_ && !is_comment()) {
            feed("\n");
            return found::more;
        }
        const found result = take(out);
        clear();
        return result;
    }

private:
    [[nodiscard]] bool is_comment() const noexcept { return !record_.empty() && record_.front().front() == '#'; }

    // Takes the text up to the closing quote, and that too.
    std::size_t take_quoted(std::string_view piece)
    {
        const std::size_t quote = piece.find('"');
        keep(piece.substr(0, quote));
        if (quote == std::string_view::npos)
            return piece.size();
        in_quotes_ = false;
        after_quote_ = true;
        return quote + 1;
    }

    // Takes the text up to the next quote or separator, and that too.
    std::size_t take_bare(std::string_view piece)
    {
        const char specials[] = {'"', separator_};
        const std::size_t at = std::min(piece.find_first_of(std::string_view{specials, 2}), piece.size());
        if (at > 0) {
            keep(piece.substr(0, at));
            at_field_start_ = at_field_start_ && trimmed(piece.substr(0, at)).empty();
            after_quote_ = false;
        }
        if (at == piece.size())
            return at;
        if (piece[at] == separator_)
            end_field();
        else
            take_quote();
        return at + 1;
    }

    // A quote opens a field at its start; right after the closing one it stands for itself; elsewhere it is
    // text.
    void take_quote()
    {
        if (at_field_start_ || after_quote_)
            in_quotes_ = true;
        if (!at_field_start_)
            keep("\"");
        at_field_start_ = false;
        after_quote_ = false;
    }

    void keep(std::string_view text)
    {
        if (field_ == column_)
            value_.append(text);
        has_content_ = has_content_ || !trimmed(text).empty();
    }

    void end_field() noexcept
    {
        ++field_;
        at_field_start_ = true;
        after_quote_ = false;
    }

    found take(job_entry& out) const
    {
        if (!has_content_ || is_comment())
            return found::nothing;
        out.job = value_.is_whole() ? job_id::parse(value_.front()) : std::nullopt;
        if (!out.job)
            out.invalid = value_.empty() ? record_.printed() : value_.printed();
        return found::entry;
    }

    void clear() noexcept
    {
        record_.clear();
        value_.clear();
        field_ = 0;
        in_quotes_ = false;
        after_quote_ = false;
        at_field_start_ = true;
        has_content_ = false;
    }

    char separator_;
    std::size_t column_;
    capped_text record_;
    capped_text value_;
    std::size_t field_ = 0;
    bool in_quotes_ = false;
    bool after_quote_ = false;
    bool at_field_start_ = true;
    bool has_content_ = false;
};

}  // namespace

std::unique_ptr<entry_format> make_csv_format(char separator, std::size_t column)
{
    return std::make_unique<csv_format>(separator, column);
}

}  // namespace jobaudit::store
