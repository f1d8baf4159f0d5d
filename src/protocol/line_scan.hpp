#pragma once

#include <cstddef>
#include <string_view>

namespace jobaudit::protocol {

enum class line_state { incomplete, complete, too_long, bare_line_feed };

struct line {
    line_state state = line_state::incomplete;
    std::size_t size = 0;  ///< of a complete line, its CRLF included
};

/// Looks for the first line of `bytes`, which ends in CRLF and has at most `limit` bytes.
[[nodiscard]] line find_line(std::string_view bytes, std::size_t limit) noexcept;

/// Whether `text` holds no control character except the tab.
[[nodiscard]] bool is_printable_line(std::string_view text) noexcept;

/// Whether `text`, without its CRLF, is a field line: token, colon, value (RFC 9112 §5).
[[nodiscard]] bool is_field_line(std::string_view text) noexcept;

/// `text` without the blanks and tabs around it.
[[nodiscard]] std::string_view without_blanks(std::string_view text) noexcept;

/// Whether `text` is `word`, which is of lower case, in any case.
[[nodiscard]] bool is_in_any_case(std::string_view text, std::string_view word) noexcept;

/// Whether `text`, without its CRLF, is the size line of the last chunk (RFC 9112 §7.1): zeros, then extensions at
/// most.
[[nodiscard]] bool is_last_chunk_line(std::string_view text) noexcept;

/// Finds the end of a head in bytes that are shown again and again with more behind them.
class head_scan {
public:
    enum class result { incomplete, complete, too_large, no_status_line, bare_line_feed, folded_line };

    /// Looks on where the last call came to an end; `bytes` begins as it did then.
    [[nodiscard]] result advance(std::string_view bytes, std::size_t limit) noexcept;

    /// Bytes of a complete head, its empty line included.
    [[nodiscard]] std::size_t size() const noexcept { return line_at_; }

private:
    std::size_t line_at_ = 0;
};

}  // namespace jobaudit::protocol
