#include "protocol/record_scan.hpp"

#include "protocol/string_escapes.hpp"
#include "protocol/string_run.hpp"
#include "protocol/utf8_check.hpp"

#include <algorithm>

namespace jobaudit::protocol {
namespace {

constexpr std::string_view list_name = R"("failed_files")";

// Objects and lists within one another are left to the parser beyond this depth.
constexpr std::size_t most_levels = 16;
// Its digits decide whether a number is within a double's range only where there are more.
constexpr std::size_t most_digits = 200;

constexpr bool is_blank(char byte) noexcept { return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t'; }
constexpr bool is_digit(char byte) noexcept { return byte >= '0' && byte <= '9'; }

/// Reads JSON that may go on behind the end. Each member gives where that ends which it is to read at `at`, or null
/// where something else stands there, or null is given.
class scanner {
public:
    scanner(std::string_view bytes, std::size_t max_string) noexcept
        : end_{bytes.data() + bytes.size()}, max_string_{max_string}
    {}

    [[nodiscard]] const char* blanks(const char* at) const noexcept
    {
        while (at != nullptr && at != end_ && is_blank(*at))
            ++at;
        return at;
    }

    [[nodiscard]] const char* literal(const char* at, std::string_view expected) const noexcept
    {
        return at != nullptr && from(at).starts_with(expected) ? at + expected.size() : nullptr;
    }

    [[nodiscard]] const char* sign(const char* at, char expected) const noexcept
    {
        return at != nullptr && at != end_ && *at == expected ? at + 1 : nullptr;
    }

    [[nodiscard]] const char* sign_behind_blanks(const char* at, char expected) const noexcept
    {
        return sign(blanks(at), expected);
    }

    /// A string, quotation marks and all.
    [[nodiscard]] const char* string(const char* at, scanned_string& found) const noexcept
    {
        const char* const begin = sign(at, '"');
        if (begin == nullptr)
            return nullptr;
        auto run = find_string_run(from(begin));
        bool is_ascii = run.is_ascii;
        at = begin + run.size;
        found.has_escapes = false;
        while (at != end_ && *at != '"') {
            const auto escapes = escapes_size(from(at));
            if (escapes == 0)
                return nullptr;
            found.has_escapes = true;
            run = find_string_run(from(at + escapes));
            is_ascii &= run.is_ascii;
            at += escapes + run.size;
        }
        found.text = {begin, static_cast<std::size_t>(at - begin)};
        found.may_stay = true;
        if (at == end_ || found.text.size() > max_string_ || !(is_ascii || is_utf8(found)))
            return nullptr;
        return at + 1;
    }

    /// Any value.
    [[nodiscard]] const char* value(const char* at, std::size_t depth) const noexcept
    {
        if (at == nullptr || at == end_)
            return nullptr;
        scanned_string ignored;
        switch (*at) {
        case '"':
            return string(at, ignored);
        case '{':
            return depth != 0 ? members(at + 1, depth - 1) : nullptr;
        case '[':
            return depth != 0 ? elements(at + 1, depth - 1) : nullptr;
        case 't':
            return literal(at, "true");
        case 'f':
            return literal(at, "false");
        case 'n':
            return literal(at, "null");
        default:
            return number(at);
        }
    }

private:
    [[nodiscard]] std::string_view from(const char* at) const noexcept
    {
        return {at, static_cast<std::size_t>(end_ - at)};
    }

    static bool is_utf8(scanned_string& string) noexcept
    {
        const auto checked = check_utf8(string.text);
        string.may_stay = !checked.has_line_separators;
        return checked.is_valid;
    }

    [[nodiscard]] const char* members(const char* at, std::size_t depth) const noexcept
    {
        if (const char* const end = sign_behind_blanks(at, '}'); end != nullptr)
            return end;
        scanned_string name;
        for (;;) {
            at = sign_behind_blanks(string(blanks(at), name), ':');
            at = blanks(value(blanks(at), depth));
            if (const char* const next = sign(at, ','); next != nullptr)
                at = next;
            else
                return sign(at, '}');
        }
    }

    [[nodiscard]] const char* elements(const char* at, std::size_t depth) const noexcept
    {
        if (const char* const end = sign_behind_blanks(at, ']'); end != nullptr)
            return end;
        for (;;) {
            at = blanks(value(blanks(at), depth));
            if (const char* const next = sign(at, ','); next != nullptr)
                at = next;
            else
                return sign(at, ']');
        }
    }

    // What comes behind it, its exponent say, is none of what may stand there.
    [[nodiscard]] const char* number(const char* at) const noexcept
    {
        const char* const begin = at;
        if (*at == '-')
            ++at;
        const char* const zero = sign(at, '0');
        at = zero != nullptr ? zero : digits(at);
        if (const char* const point = sign(at, '.'); point != nullptr)
            at = digits(point);
        return at != nullptr && static_cast<std::size_t>(at - begin) <= most_digits ? at : nullptr;
    }

    [[nodiscard]] const char* digits(const char* at) const noexcept
    {
        const char* const begin = at;
        while (at != end_ && is_digit(*at))
            ++at;
        return at != begin ? at : nullptr;
    }

    const char* end_;
    std::size_t max_string_;
};

constexpr unsigned has_document = 1;
constexpr unsigned has_error = 2;
constexpr unsigned has_both = has_document | has_error;

// A field of a record. One that stands twice is for the parser to name.
const char* take_field(const scanner& json, const char* at, std::size_t depth, scanned_record& record,
                       unsigned& seen) noexcept
{
    unsigned field = 0;
    scanned_string name;
    const char* behind = json.literal(at, R"("document")");
    if (behind != nullptr)
        field = has_document;
    else if (behind = json.literal(at, R"("error")"); behind != nullptr)
        field = has_error;
    else if (behind = json.string(at, name); behind == nullptr || name.has_escapes)
        return nullptr;
    behind = json.blanks(json.sign_behind_blanks(behind, ':'));
    if (field == 0)
        return json.value(behind, depth);
    if ((seen & field) != 0)
        return nullptr;
    seen |= field;
    return json.string(behind, field == has_document ? record.document : record.error);
}

// The order and the spelling that nearly all have.
const char* take_shortest_fields(const scanner& json, const char* at, scanned_record& record) noexcept
{
    at = json.string(json.literal(at, R"({"document":)"), record.document);
    return json.string(json.literal(at, R"(,"error":)"), record.error);
}

const char* take_record(const scanner& json, const char* begin, std::size_t depth, scanned_record& record) noexcept
{
    unsigned seen = has_both;
    const char* at = take_shortest_fields(json, begin, record);
    bool is_shortest = at != nullptr;
    if (!is_shortest) {
        seen = 0;
        at = take_field(json, json.blanks(json.sign(begin, '{')), depth, record, seen);
    }
    for (;;) {
        if (const char* const end = json.sign(at, '}'); end != nullptr && seen == has_both) {
            is_shortest = is_shortest && record.document.may_stay && record.error.may_stay;
            record.json =
                is_shortest ? std::string_view{begin, static_cast<std::size_t>(end - begin)} : std::string_view{};
            return end;
        }
        is_shortest = false;
        const char* const next = json.sign_behind_blanks(at, ',');
        if (next == nullptr) {
            at = json.blanks(at);
            if (json.sign(at, '}') == nullptr || seen != has_both)
                return nullptr;
            continue;
        }
        at = take_field(json, json.blanks(next), depth, record, seen);
    }
}

}  // namespace

std::size_t scan_first_record(std::string_view bytes, scan_bounds bounds, scanned_record& record) noexcept
{
    const scanner json{bytes, bounds.string};
    const char* const end = take_record(json, json.blanks(bytes.data()), std::min(bounds.depth, most_levels), record);
    return end != nullptr ? static_cast<std::size_t>(end - bytes.data()) : 0;
}

std::size_t scan_next_record(std::string_view bytes, scan_bounds bounds, scanned_record& record) noexcept
{
    const scanner json{bytes, bounds.string};
    const char* const begin = json.blanks(json.sign_behind_blanks(bytes.data(), ','));
    const char* const end = take_record(json, begin, std::min(bounds.depth, most_levels), record);
    return end != nullptr ? static_cast<std::size_t>(end - bytes.data()) : 0;
}

std::size_t scan_list_opening(std::string_view bytes) noexcept
{
    const scanner json{bytes, list_name.size()};
    const char* at = json.blanks(json.sign_behind_blanks(bytes.data(), '{'));
    at = json.sign_behind_blanks(json.sign_behind_blanks(json.literal(at, list_name), ':'), '[');
    return at != nullptr ? static_cast<std::size_t>(at - bytes.data()) : 0;
}

bool is_list_closing(std::string_view bytes) noexcept
{
    const scanner json{bytes, 0};
    const char* const at = json.sign_behind_blanks(json.sign_behind_blanks(bytes.data(), ']'), '}');
    return at != nullptr && json.blanks(at) == bytes.data() + bytes.size();
}

}  // namespace jobaudit::protocol
