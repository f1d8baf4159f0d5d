#pragma once

#include "store/output/capped_text.hpp"

#include <jobaudit/job_id.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace jobaudit::store {

/// The columns of a table, as its header names them.
struct csv_columns {
    char separator = ',';
    std::size_t id = 0;     ///< the column of the IDs, from 0
    std::size_t count = 1;  ///< how many there are
};

/// One record of a CSV, which comes in pieces and of which little is kept, however long it is.
class csv_record {
public:
    /// Which quotes at the start of a field enclose it; others are text.
    enum class quotes : unsigned char {
        all,
        closed,  ///< those with a closing one in the same piece, and nothing between that and the separator
        none,
    };

    csv_record(const csv_columns& columns, quotes enclosing) : columns_{columns}, enclosing_{enclosing} {}

    /// Takes a piece, line breaks in quotes among it.
    void feed(std::string_view piece);

    /// Forgets the record, keeps the memory.
    void clear() noexcept;

    /// Whether a quote was opened and not yet closed.
    [[nodiscard]] bool is_open() const noexcept { return in_quotes_; }

    /// The field that is being read, from 0.
    [[nodiscard]] std::size_t field() const noexcept { return field_; }

    /// Whether text stands behind a closing quote: one of the two may be no quote at all.
    [[nodiscard]] bool is_malformed() const noexcept { return is_malformed_; }

    /// Whether it holds nothing but blanks and separators.
    [[nodiscard]] bool is_blank() const noexcept { return !has_content_; }

    /// Whether it is more than a line of text: it has a job ID in its column, and a separator where the header has any.
    [[nodiscard]] bool is_row() const noexcept { return (field_ > 0 || columns_.count == 1) && job().has_value(); }

    [[nodiscard]] std::optional<job_id> job() const noexcept;

    /// The field of the ID, or the whole record where that is empty, as printed() of capped_text.
    [[nodiscard]] std::string printed() const { return value_.empty() ? record_.printed() : value_.printed(); }

private:
    [[nodiscard]] std::size_t take_quoted(std::string_view piece);
    [[nodiscard]] std::size_t take_bare(std::string_view piece);
    void take_quote(std::string_view behind);
    [[nodiscard]] bool closes_in(std::string_view text) const noexcept;
    void keep(std::string_view text);
    void end_field() noexcept;

    csv_columns columns_;
    quotes enclosing_;
    capped_text record_;
    capped_text value_;
    std::size_t field_ = 0;
    bool in_quotes_ = false;
    bool was_quoted_ = false;   // the field
    bool after_quote_ = false;  // right behind the closing one
    bool at_field_start_ = true;
    bool has_content_ = false;
    bool is_malformed_ = false;
};

}  // namespace jobaudit::store
