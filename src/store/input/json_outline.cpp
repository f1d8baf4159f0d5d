#include "store/input/json_outline.hpp"

#include <algorithm>
#include <array>

namespace jobaudit::store {

namespace {

// A look-up for each byte is several times as fast as find_first_of, which asks for each character of its set.
constexpr auto is_structure = [] {
    std::array<bool, 256> table{};
    for (const char each : std::string_view{"\"{}[],:"})
        table[static_cast<unsigned char>(each)] = true;
    return table;
}();

std::size_t next_structure(std::string_view piece, std::size_t at) noexcept
{
    while (at < piece.size() && !is_structure[static_cast<unsigned char>(piece[at])])
        ++at;
    return at;
}

std::size_t end_of_string_part(std::string_view piece, std::size_t at) noexcept
{
    while (at < piece.size() && piece[at] != '"' && piece[at] != '\\')
        ++at;
    return at;
}

}  // namespace

void json_outline::start(std::size_t depth) noexcept
{
    depth_ = depth;
    in_string_ = false;
    is_escaped_ = false;
    string_.clear();
    field_.clear();
}

char json_outline::advance(std::string_view piece, std::size_t& at)
{
    while (at < piece.size()) {
        if (in_string_) {
            skip_string(piece, at);
            continue;
        }
        at = next_structure(piece, at);
        if (at == piece.size())
            break;
        const char found = piece[at++];
        if (found != '"') {
            note(found);
            return found;
        }
        in_string_ = true;
        string_.clear();
    }
    return '\0';
}

void json_outline::skip_string(std::string_view piece, std::size_t& at)
{
    if (is_escaped_) {
        is_escaped_ = false;
        ++at;
        return;
    }
    const auto end = end_of_string_part(piece, at);
    string_ += piece.substr(at, std::min(end - at, field_limit - string_.size()));
    at = end;
    if (at == piece.size())
        return;
    is_escaped_ = piece[at] == '\\';
    in_string_ = is_escaped_;
    ++at;
}

void json_outline::note(char found)
{
    if (found == '{' || found == '[')
        ++depth_;
    else if ((found == '}' || found == ']') && depth_ > 0)
        --depth_;
    else if (found == ':' && depth_ == 1)
        field_ = string_;
    else if (found == ',' && depth_ == 1)
        field_.clear();
}

}  // namespace jobaudit::store
