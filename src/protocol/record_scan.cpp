#include "protocol/record_scan.hpp"

#include "protocol/plain_text.hpp"
#include "protocol/utf8.hpp"

namespace jobaudit::protocol {
namespace {

bool take(std::string_view& rest, std::string_view expected) noexcept
{
    if (!rest.starts_with(expected))
        return false;
    rest.remove_prefix(expected.size());
    return true;
}

void take_blank(std::string_view& rest) noexcept
{
    if (rest.starts_with(' '))
        rest.remove_prefix(1);
}

// Takes a string's content and the quotation mark behind it.
bool take_string(std::string_view& rest, std::size_t max_size, std::string_view& content) noexcept
{
    std::size_t size = 0;
    for (;;) {
        size += plain_prefix(rest.substr(size));
        if (size == rest.size() || size > max_size)
            return false;
        if (rest[size] == '"')
            break;
        const auto character = utf8_character_size(rest.substr(size));
        if (character < 2)
            return false;
        size += character;
    }
    content = rest.substr(0, size);
    rest.remove_prefix(size + 1);
    return true;
}

}  // namespace

std::size_t scan_record(std::string_view bytes, std::size_t max_string, failed_file_view& record) noexcept
{
    auto rest = bytes;
    if (!take(rest, ","))
        return 0;
    take_blank(rest);
    if (!take(rest, R"({"document":)"))
        return 0;
    take_blank(rest);
    if (!take(rest, R"(")") || !take_string(rest, max_string, record.document) || !take(rest, ","))
        return 0;
    take_blank(rest);
    if (!take(rest, R"("error":)"))
        return 0;
    take_blank(rest);
    if (!take(rest, R"(")") || !take_string(rest, max_string, record.error) || !take(rest, "}"))
        return 0;
    return bytes.size() - rest.size();
}

}  // namespace jobaudit::protocol
