#pragma once

#include "store/input/csv_record.hpp"
#include "store/input/id_column.hpp"
#include "store/input/job_entry.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace jobaudit::store {

/// Finds the entries in the lines of one format. Lines come in pieces, since they may be far longer than what
/// should be kept of them.
class entry_format {
public:
    entry_format() = default;
    entry_format(const entry_format&) = delete;
    entry_format& operator=(const entry_format&) = delete;
    virtual ~entry_format() = default;

    /// The pieces that follow are of line `number`.
    void start_line(std::uint64_t number) noexcept { line_ = number; }

    /// Takes a piece of a line, without its line break, up to where an entry ends within it; says how much it took.
    /// Where that is less than all, next() has an entry.
    [[nodiscard]] virtual std::size_t feed(std::string_view piece) = 0;

    /// Ends the line.
    virtual void end_line() = 0;

    /// Ends the file, behind its last line; says what is wrong with such an end, or nothing.
    [[nodiscard]] virtual std::string end_file() { return {}; }

    /// The next entry of what was fed; false where there is none. To be asked until it is false, before more is fed.
    [[nodiscard]] virtual bool next(job_entry& out) = 0;

    /// The names of the fields in the first record, where no record so far has one for the IDs; else empty.
    [[nodiscard]] virtual std::string other_fields() const { return {}; }

    /// Whether the lines tell about how many entries there are.
    [[nodiscard]] virtual bool has_an_entry_a_line() const noexcept { return true; }

protected:
    /// The line that is fed.
    [[nodiscard]] std::uint64_t line() const noexcept { return line_; }

private:
    std::uint64_t line_ = 1;
};

/// One ID a line; with `has_header`, a printed table of one column, of which the header has been read.
[[nodiscard]] std::unique_ptr<entry_format> make_plain_format(bool has_header = false);

/// CSV (RFC 4180, with any one-byte separator), behind its header.
[[nodiscard]] std::unique_ptr<entry_format> make_csv_format(const csv_columns& columns);

/// A table as `psql` or Markdown has it, with `|` between its columns, behind its header.
[[nodiscard]] std::unique_ptr<entry_format> make_table_format(const csv_columns& columns);

/// One JSON object a line.
[[nodiscard]] std::unique_ptr<entry_format> make_ndjson_format(const id_column& column = id_column{});

}  // namespace jobaudit::store
