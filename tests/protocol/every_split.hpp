#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

namespace jobaudit::protocol {

using pieces = std::vector<std::string_view>;

/// Cuts `text` into pieces of `size` bytes, the last of which may be shorter.
[[nodiscard]] inline pieces cut_evenly(std::string_view text, std::size_t size)
{
    pieces result;
    for (std::size_t at = 0; at < text.size(); at += size)
        result.push_back(text.substr(at, size));
    return result;
}

/// Cuts `text` into pieces of 0 … `longest` bytes.
[[nodiscard]] inline pieces cut_at_random(std::string_view text, std::size_t longest, std::mt19937& random)
{
    std::uniform_int_distribution<std::size_t> draw{0, longest};
    pieces result;
    while (!text.empty()) {
        const std::size_t size = std::min(draw(random), text.size());
        result.push_back(text.substr(0, size));
        text.remove_prefix(size);
    }
    return result;
}

/// Calls `use` with `text` byte by byte, cut in two at each place, and cut at random with pieces of all sizes. Of a
/// text above 4 KiB not all cuts in two are tried.
template <class Use>
void for_each_split(std::string_view text, Use use)
{
    use(cut_evenly(text, 1));
    const std::size_t stride = text.size() / 4096 + 1;
    for (std::size_t at = 1; at < text.size(); at += stride)
        use(pieces{text.substr(0, at), text.substr(at)});
    std::mt19937 random{static_cast<std::uint32_t>(text.size())};
    for (std::size_t longest = 2; longest <= text.size(); longest += longest / 2) {
        for (int i = 0; i < 3; ++i)
            use(cut_at_random(text, longest, random));
    }
}

}  // namespace jobaudit::protocol
