#pragma once

#include "store/job_entry.hpp"

#include <cstddef>
#include <memory>
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

    /// What the end of a line gave.
    enum class found : unsigned char {
        nothing,  ///< a blank line or a comment
        entry,
        more,  ///< the entry goes on in the next line
    };

    /// Takes a piece of a line, without its line break.
    virtual void feed(std::string_view piece) = 0;

    /// Ends the line; sets the entry's job or text where there is one.
    [[nodiscard]] virtual found end_line(job_entry& out) = 0;
};

/// One ID a line.
[[nodiscard]] std::unique_ptr<entry_format> make_plain_format();

/// CSV (RFC 4180, with any one-byte separator), behind its header: the ID stands in column number `column`,
/// from 0.
[[nodiscard]] std::unique_ptr<entry_format> make_csv_format(char separator, std::size_t column);

/// One JSON object a line, with a field `job_id` or, where it has none, `id`.
[[nodiscard]] std::unique_ptr<entry_format> make_ndjson_format();

}  // namespace jobaudit::store
