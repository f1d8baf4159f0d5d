#pragma once

#include "grouping/character_set.hpp"

#include <cstddef>
#include <string_view>

#include <string.h>

namespace jobaudit::grouping {

/// What the name of an exception consists of, with its modules.
inline constexpr character_set exception_characters{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_."};

[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
[[nodiscard]] constexpr bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
[[nodiscard]] constexpr bool is_letter(char c) noexcept { return is_upper(c) || is_lower(c); }
[[nodiscard]] constexpr bool is_blank(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Whether `part` stands somewhere in the text. Three times as fast as find() where its first character is a frequent
/// one.
[[nodiscard]] inline bool holds_text(std::string_view text, std::string_view part) noexcept
{
    return ::memmem(text.data(), text.size(), part.data(), part.size()) != nullptr;
}

/// What stands behind the last slash of a path.
[[nodiscard]] constexpr std::string_view last_part(std::string_view path) noexcept
{
    auto at = path.size();
    while (at > 0 && path[at - 1] != '/' && path[at - 1] != '\\')
        --at;
    return path.substr(at);
}

/// A letter, a digit or an underscore; bytes of other scripts count as letters.
[[nodiscard]] constexpr bool is_word(char c) noexcept
{
    return is_letter(c) || is_digit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

/// Bytes of the quotation mark that `text` begins with; 0 where there is none, or one of ASCII.
[[nodiscard]] std::size_t quotation_mark_size(std::string_view text) noexcept;

/// Bytes of the word that `text` begins with: up to a blank, a bracket, a quotation mark, or a colon behind mere
/// letters. A URL or an address with colons is one word.
[[nodiscard]] std::size_t word_size(std::string_view text) noexcept;

/// Bytes of the number, date or time at `at` in `word`; 0 where none begins.
[[nodiscard]] std::size_t digits_size(std::string_view word, std::size_t at) noexcept;

/// Whether a word is the name of something rather than a word: a URL, an e-mail address, a path, a file name, a host,
/// an identifier, an address in memory or in a network.
[[nodiscard]] bool is_name(std::string_view word) noexcept;

/// Whether a word is the name of an exception, with its modules or without.
[[nodiscard]] bool is_exception_name(std::string_view word) noexcept;

/// Where a word stands.
struct word_context {
    std::string_view previous;  ///< the word before; empty where something variable or quoted came since
    bool is_first = false;      ///< of the text
    bool is_bracketed = false;  ///< behind an opening bracket
    char next = '\0';           ///< the character behind it
};

/// Whether a word with digits tells reasons apart: the status of a response, the code of an error.
[[nodiscard]] bool is_error_code(std::string_view word, const word_context& context) noexcept;

/// Whether texts that differ in this word have different reasons: the name of an exception, a constant that says what
/// failed, a status or an error's code.
[[nodiscard]] bool tells_reasons_apart(std::string_view word) noexcept;

/// Whether a word is the unit of a duration or of a size.
[[nodiscard]] bool is_unit(std::string_view word) noexcept;

/// Whether four words or more stand here and nothing else: a sentence, no name.
[[nodiscard]] bool is_sentence(std::string_view text) noexcept;

/// Whether the value of this key in JSON or a Python dictionary says what went wrong.
[[nodiscard]] bool tells_reason(std::string_view key) noexcept;

}  // namespace jobaudit::grouping
