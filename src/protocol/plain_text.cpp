#include "protocol/plain_text.hpp"

#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <bit>
#include <emmintrin.h>
#endif

namespace jobaudit::protocol {
namespace {

constexpr bool is_plain(char byte) noexcept
{
    const auto value = static_cast<unsigned char>(byte);
    return value >= 0x20 && value < 0x80 && byte != '"' && byte != '\\';
}

#ifdef __SSE2__

// Which bytes are not plain.
unsigned special_in(__m128i bytes) noexcept
{
    // As signed bytes, those from 0x80 on are below the blank too.
    const __m128i below_blank = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
    const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(below_blank, _mm_or_si128(quote, backslash))));
}

constexpr std::size_t block_size = 16;

// Of the block's bytes, those in front of the first that is not plain.
std::size_t plain_in_block(const char* at) noexcept
{
    const auto special = special_in(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)));
    return static_cast<std::size_t>(std::countr_zero(special | 0x10000u));
}

std::size_t plain_in_half_block(const char* at) noexcept
{
    // The half that is not loaded is zero, which is not plain.
    return static_cast<std::size_t>(
        std::countr_zero(special_in(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(at)))));
}

#else

constexpr std::size_t block_size = 16;

// A word of eight bytes, each of them `value`.
constexpr std::uint64_t eight(unsigned char value) noexcept { return 0x0101010101010101u * value; }

// Nonzero where a byte of `word` is zero (and perhaps also in a byte above that one).
constexpr std::uint64_t zero_bytes(std::uint64_t word) noexcept { return (word - eight(1)) & ~word & eight(0x80); }

std::size_t plain_in_half_block(const char* at) noexcept
{
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    const std::uint64_t below_blank = (word - eight(0x20)) & ~word;
    if (((word | below_blank) & eight(0x80)) == 0 && zero_bytes(word ^ eight('"')) == 0 &&
        zero_bytes(word ^ eight('\\')) == 0)
        return sizeof word;
    std::size_t plain = 0;
    while (plain < sizeof word && is_plain(at[plain]))
        ++plain;
    return plain;
}

std::size_t plain_in_block(const char* at) noexcept
{
    const auto first = plain_in_half_block(at);
    return first < block_size / 2 ? first : first + plain_in_half_block(at + first);
}

#endif

}  // namespace

std::size_t plain_prefix(std::string_view text) noexcept
{
    std::size_t at = 0;
    for (; text.size() - at >= block_size; at += block_size)
        if (const auto plain = plain_in_block(text.data() + at); plain < block_size)
            return at + plain;
    // The last block overlaps what was looked at already.
    if (text.size() >= block_size)
        return text.size() - block_size + plain_in_block(text.data() + text.size() - block_size);
    if (text.size() >= block_size / 2) {
        if (const auto plain = plain_in_half_block(text.data()); plain < block_size / 2)
            return plain;
        return text.size() - block_size / 2 + plain_in_half_block(text.data() + text.size() - block_size / 2);
    }
    while (at < text.size() && is_plain(text[at]))
        ++at;
    return at;
}

}  // namespace jobaudit::protocol
