#include "store/output/capped_text.hpp"

#include "protocol/utf8.hpp"

#include <algorithm>

namespace jobaudit::store {

namespace {

constexpr std::size_t printed_limit = 200;

// ASCII controls, and those that Latin 1 adds (U+0080 … U+009F): a terminal may obey them.
bool is_control(std::string_view character) noexcept
{
    const auto first = static_cast<unsigned char>(character.front());
    if (character.size() == 1)
        return first < 0x20 || first == 0x7F;
    return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
}

}  // namespace

std::string_view trimmed(std::string_view text) noexcept
{
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string_view without_comment(std::string_view line) noexcept
{
    for (auto at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1))
        if (at > 0 && blanks.find(line[at - 1]) != std::string_view::npos)
            return line.substr(0, at);
    return line;
}

void capped_text::clear() noexcept
{
    kept_.clear();
    size_ = 0;
    total_ = 0;
}

void capped_text::append(std::string_view piece)
{
    if (size_ == 0)
        piece.remove_prefix(std::min(piece.find_first_not_of(blanks), piece.size()));
    if (kept_.size() < kept_limit)
        kept_ += piece.substr(0, kept_limit - kept_.size());
    if (const std::size_t last = piece.find_last_not_of(blanks); last != std::string_view::npos)
        size_ = total_ + last + 1;
    total_ += piece.size();
}

std::string_view capped_text::front() const noexcept
{
    return std::string_view{kept_}.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(size_, kept_limit)));
}

std::string capped_text::printed() const
{
    std::string out;
    for (std::string_view rest = front(); !rest.empty();) {
        const std::size_t size = protocol::utf8_character_size(rest);
        const std::string_view character = rest.substr(0, std::max<std::size_t>(size, 1));
        const std::string_view shown = size == 0 || is_control(character) ? protocol::replacement_character : character;
        if (out.size() + shown.size() > printed_limit)
            return out + "… (" + std::to_string(size_) + " bytes)";
        out += shown;
        rest.remove_prefix(character.size());
    }
    return out;
}

}  // namespace jobaudit::store
