#include "grouping/error_words.hpp"

#include <algorithm>
#include <array>

namespace jobaudit::grouping {

namespace {

constexpr character_set word_ends{" \t\n\v\f\r'\"`()[]{}<>,;=|"};
constexpr character_set url_ends{" \t\n\v\f\r'\"`()[]{}<>"};
constexpr std::array<std::string_view, 9> quotation_marks{"\u201e", "\u201c", "\u201d", "\u2018", "\u2019",
                                                          "\u00ab", "\u00bb", "\u300c", "\u300d"};
constexpr character_set sentence_marks{".!,:"};
constexpr character_set joints{"-:./,_+T"};

constexpr std::array<std::string_view, 20> exception_ends{
    "Error",        "Exception",   "Timeout",  "Denied",  "NotFound",  "Exceeded", "Failure",
    "Fault",        "Credentials", "Expired",  "Invalid", "Refused",   "Aborted",  "Disabled",
    "Disconnected", "Unavailable", "Required", "Failed",  "Forbidden", "Interrupt"};

constexpr std::array<std::string_view, 10> code_words{"code",  "errno",    "winerror", "status",     "http",
                                                      "error", "sqlstate", "exit",     "statuscode", "status_code"};

constexpr std::array<std::string_view, 12> telling_keys{"code",   "type",        "error",      "reason",
                                                        "status", "message",     "msg",        "detail",
                                                        "title",  "description", "error_code", "error_description"};

constexpr std::array<std::string_view, 24> units{"s",           "sec",          "secs", "second", "seconds", "ms",
                                                 "millisecond", "milliseconds", "min",  "mins",   "minute",  "minutes",
                                                 "hour",        "hours",        "day",  "days",   "byte",    "bytes",
                                                 "kb",          "mb",           "gb",   "kib",    "mib",     "gib"};

constexpr std::array<std::string_view, 19> calendar_names{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun",
                                                          "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
                                                          "Aug", "Sep", "Oct", "Nov", "Dec"};

constexpr char lowered(char c) noexcept { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_word(std::string_view one, std::string_view lower) noexcept
{
    return std::ranges::equal(one, lower, {}, lowered);
}

bool begins_quotation_mark(std::string_view text) noexcept { return quotation_mark_size(text) != 0; }

bool has_scheme(std::string_view text) noexcept
{
    const auto end = std::ranges::find_if_not(text, is_word);
    return end != text.begin() && std::string_view{end, text.end()}.starts_with("://");
}

bool all_of(std::string_view text, bool (*is)(char)) noexcept { return std::ranges::all_of(text, is); }

std::size_t count_of(std::string_view text, bool (*is)(char)) noexcept
{
    return static_cast<std::size_t>(std::ranges::count_if(text, is));
}

constexpr bool is_slash(char c) noexcept { return c == '/' || c == '\\'; }
constexpr bool is_hexadecimal(char c) noexcept { return is_digit(c) || (lowered(c) >= 'a' && lowered(c) <= 'f'); }

bool is_path(std::string_view word) noexcept
{
    const auto slashes = count_of(word, is_slash);
    if (slashes == 0 || word.size() < 2)
        return false;
    const bool begins_as_one =
        is_slash(word[0]) || word[0] == '.' || word[0] == '~' || (word[1] == ':' && is_letter(word[0]));
    return begins_as_one || slashes >= 2 || word.find_first_of("0123456789._-") != std::string_view::npos;
}

bool is_address(std::string_view word) noexcept
{
    const auto at = word.find('@');
    return at != 0 && at != std::string_view::npos && word.find('.', at) != std::string_view::npos;
}

bool is_camel_case(std::string_view word) noexcept
{
    return !word.empty() && is_upper(word.front()) && count_of(word, is_lower) > 0;
}

std::string_view last_component(std::string_view word) noexcept { return word.substr(word.rfind('.') + 1); }

// A host or the name of a file: it ends with a point and a word. A class's name behind its module is neither.
bool is_dotted(std::string_view word) noexcept
{
    word = word.substr(0, word.find(':'));
    const auto point = word.rfind('.');
    if (point == std::string_view::npos || point < 2)
        return false;
    const auto end = word.substr(point + 1);
    return !end.empty() && count_of(end, is_letter) > 0 && !is_camel_case(end);
}

bool is_hexadecimal_number(std::string_view word) noexcept
{
    if (word.starts_with("0x"))
        return true;
    const auto digits = [](char c) { return is_hexadecimal(c) || c == '-' || c == ':'; };
    const bool has_colons = count_of(word, [](char c) { return c == ':'; }) >= 2;
    return (word.size() >= 8 || has_colons) && all_of(word, digits) && count_of(word, is_digit) > 0;
}

// Capital letters and then digits: AADSTS50034, ORA-00942.
bool is_labelled_number(std::string_view word) noexcept
{
    const auto letters = static_cast<std::size_t>(std::ranges::find_if_not(word, is_upper) - word.begin());
    const auto number = word.substr(std::min(word.size(), letters + (word.substr(letters).starts_with('-') ? 1 : 0)));
    return letters >= 2 && !number.empty() && all_of(number, is_digit);
}

// Long, and of digits and letters mixed as no word is.
bool is_random(std::string_view word) noexcept
{
    constexpr std::size_t shortest = 12;
    if (is_labelled_number(word) || word.size() < shortest || !all_of(word, [](char c) {
            return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '+' || c == '~';
        }))
        return false;
    const auto digits = count_of(word, is_digit);
    const auto uppers = count_of(word, is_upper);
    const auto lowers = count_of(word, is_lower);
    const bool is_mixed = digits >= 2 && uppers >= 2 && lowers >= 2;
    const bool is_upper_identifier = digits >= 1 && lowers == 0 && word.find('_') == std::string_view::npos;
    return is_mixed || is_upper_identifier || digits * 4 >= word.size();
}

bool is_status(std::string_view word) noexcept
{
    return word.size() == 3 && (word[0] == '4' || word[0] == '5') && all_of(word, is_digit) && word[1] <= '3';
}

bool follows_code_word(std::string_view previous) noexcept
{
    const auto is = [previous](std::string_view word) { return same_word(previous, word); };
    return std::ranges::any_of(code_words, is) || previous.starts_with("HTTP/");
}

constexpr std::array<std::string_view, 14> failure_words{
    "DENIED", "EXCEEDED", "EXHAUSTED", "INVALID", "NOT_FOUND", "UNAVAILABLE", "ERROR",
    "FAILED", "EXPIRED",  "TIMEOUT",   "UNAUTH",  "MISMATCH",  "UNRESOLVED",  "CANCELLED"};

bool is_failure_constant(std::string_view word) noexcept
{
    return count_of(word, is_lower) == 0 &&
           std::ranges::any_of(failure_words, [word](auto part) { return word.find(part) != std::string_view::npos; });
}

bool is_plain_word(std::string_view word) noexcept
{
    return !word.empty() && std::ranges::all_of(word, [](char c) { return is_word(c) && !is_digit(c) && c != '_'; });
}

}  // namespace

std::size_t quotation_mark_size(std::string_view text) noexcept
{
    // The first bytes of them all.
    const char first = text.front();
    if (first != '\xC2' && first != '\xE2' && first != '\xE3')
        return 0;
    const auto found = std::ranges::find_if(quotation_marks, [text](auto mark) { return text.starts_with(mark); });
    return found == quotation_marks.end() ? 0 : found->size();
}

std::size_t word_size(std::string_view text) noexcept
{
    if (has_scheme(text))
        return url_ends.size_before(text);
    if (text.starts_with("arn:"))
        return word_ends.size_before(text);
    std::size_t size = word_ends.size_before(text);
    for (std::size_t at = 0; at < size; ++at) {
        if (static_cast<unsigned char>(text[at]) >= 0x80 && begins_quotation_mark(text.substr(at)))
            return at;
        if (text[at] == ':' && at > 1 && is_plain_word(text.substr(0, at)))
            return at;
    }
    return size;
}

std::size_t digits_size(std::string_view word, std::size_t at) noexcept
{
    std::size_t end = at;
    if (at == 0 && word.size() > 1 && (word[0] == '-' || word[0] == '+'))
        ++end;
    if (end == word.size() || !is_digit(word[end]))
        return 0;
    // A single digit behind a letter belongs to the word: S3, psycopg2.
    const bool is_part_of_word =
        at > 0 && is_letter(word[at - 1]) && (at + 1 == word.size() || !is_digit(word[at + 1]));
    if (is_part_of_word)
        return 0;
    while (end < word.size() &&
           (is_digit(word[end]) || (joints.holds(word[end]) && end + 1 < word.size() && is_digit(word[end + 1]))))
        ++end;
    // UTC, behind a time.
    const bool is_time =
        end < word.size() && word[end] == 'Z' && word.substr(at, end - at).find('T') != std::string_view::npos;
    return end - at + (is_time ? 1 : 0);
}

bool is_name(std::string_view word) noexcept
{
    // Most words are nothing but letters.
    if (all_of(word, is_letter))
        return word.size() == 3 && std::ranges::find(calendar_names, word) != calendar_names.end();
    if (is_exception_name(word))
        return false;
    return word.find("://") != std::string_view::npos || word.starts_with("arn:") || is_address(word) ||
           is_path(word) || is_dotted(word) || is_hexadecimal_number(word) || is_random(word);
}

bool is_exception_name(std::string_view word) noexcept
{
    const auto name = last_component(word);
    return is_camel_case(name) && exception_characters.size_within(word) == word.size() &&
           std::ranges::any_of(exception_ends, [name](auto end) { return name.ends_with(end); });
}

bool is_error_code(std::string_view word, const word_context& context) noexcept
{
    constexpr std::size_t longest_code = 6;
    const bool is_like_one =
        word.size() <= longest_code && all_of(word, [](char c) { return is_digit(c) || is_upper(c); });
    if (is_like_one && follows_code_word(context.previous))
        return true;
    if (is_labelled_number(word))
        return context.next == ':' || context.is_bracketed;
    if (!is_status(word))
        return false;
    const bool closes = context.is_bracketed && std::string_view{")],"}.find(context.next) != std::string_view::npos;
    return context.is_first || closes || is_exception_name(context.previous);
}

bool tells_reasons_apart(std::string_view word) noexcept
{
    return is_exception_name(word) || is_failure_constant(word) || is_labelled_number(word) ||
           (!word.empty() && all_of(word, is_digit));
}

bool is_unit(std::string_view word) noexcept
{
    return std::ranges::any_of(units, [word](auto unit) { return same_word(word, unit); });
}

bool is_sentence(std::string_view text) noexcept
{
    std::size_t words = 0;
    while (!text.empty()) {
        const auto size = std::min(text.find(' '), text.size());
        const auto word = text.substr(0, size);
        if (!is_plain_word(word.substr(0, sentence_marks.size_without_end(word))) ||
            (words > 0 && is_upper(word.front())))
            return false;
        ++words;
        text.remove_prefix(std::min(size + 1, text.size()));
    }
    return words >= 4;
}

bool tells_reason(std::string_view key) noexcept
{
    return std::ranges::any_of(telling_keys, [key](auto telling) { return same_word(key, telling); });
}

}  // namespace jobaudit::grouping
