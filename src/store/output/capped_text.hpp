#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace jobaudit::store {

/// Blanks that may surround an entry of a job file.
inline constexpr std::string_view blanks = " \t\r\v\f";

[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

/// The part of a line before the first `#` that follows a blank.
[[nodiscard]] std::string_view without_comment(std::string_view line) noexcept;

/// A text without its surrounding blanks that comes in pieces and of which only the front is kept, however
/// long it is.
class capped_text {
public:
    /// Bytes that are kept: more than any ID, and than printed() shows.
    static constexpr std::size_t kept_limit = 256;

    /// Forgets the text, keeps the memory.
    void clear() noexcept;
    void append(std::string_view piece);

    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

    /// The text, or its first kept_limit bytes.
    [[nodiscard]] std::string_view front() const noexcept;

    /// Whether front() is all of it.
    [[nodiscard]] bool is_whole() const noexcept { return size_ <= kept_limit; }

    /// For people and for the output: valid UTF-8 without control characters, these and invalid bytes
    /// replaced by U+FFFD; at most 200 bytes, then `… (N bytes)`. The same text always prints the same.
    [[nodiscard]] std::string printed() const;

private:
    std::string kept_;
    std::uint64_t size_ = 0;   // without trailing blanks
    std::uint64_t total_ = 0;  // with them
};

}  // namespace jobaudit::store
