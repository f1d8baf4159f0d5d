#include "protocol/plain_text.hpp"

#include <bit>
#include <cstdint>
#include <cstring>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace jobaudit::protocol {
namespace {

constexpr std::size_t half_block_size = 16;
constexpr std::size_t block_size = 2 * half_block_size;

// Each `plain_in` gives how many bytes are in front of the first that is not plain.

#ifdef __x86_64__

// The sign of each byte says whether it is not plain.
__m128i special_in(const char* at) noexcept
{
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    // As signed bytes, those from 0x80 on are below the blank too.
    const __m128i below_blank = _mm_subs_epi8(bytes, _mm_set1_epi8(0x20));
    const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    return _mm_or_si128(below_blank, _mm_or_si128(quote, backslash));
}

unsigned signs_of(__m128i bytes) noexcept { return static_cast<unsigned>(_mm_movemask_epi8(bytes)); }

std::size_t plain_in_half_block(const char* at) noexcept
{
    return static_cast<std::size_t>(std::countr_zero(signs_of(special_in(at)) | 1u << half_block_size));
}

std::size_t plain_in_block(const char* at) noexcept
{
    const __m128i first = special_in(at);
    const __m128i second = special_in(at + half_block_size);
    if (signs_of(_mm_or_si128(first, second)) == 0)
        return block_size;
    return static_cast<std::size_t>(std::countr_zero(signs_of(first) | signs_of(second) << half_block_size));
}

#else

constexpr bool is_plain(char byte) noexcept
{
    const auto value = static_cast<unsigned char>(byte);
    return value >= 0x20 && value < 0x80 && byte != '"' && byte != '\\';
}

// A word of eight bytes, each of them `value`.
constexpr std::uint64_t eight(unsigned char value) noexcept { return 0x0101010101010101u * value; }

// Nonzero where a byte of `word` is zero (and perhaps also in a byte above that one).
constexpr std::uint64_t zero_bytes(std::uint64_t word) noexcept { return (word - eight(1)) & ~word & eight(0x80); }

std::size_t plain_in_word(const char* at) noexcept
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

std::size_t plain_in_half_block(const char* at) noexcept
{
    const auto first = plain_in_word(at);
    return first < half_block_size / 2 ? first : first + plain_in_word(at + first);
}

std::size_t plain_in_block(const char* at) noexcept
{
    const auto first = plain_in_half_block(at);
    return first < half_block_size ? first : first + plain_in_half_block(at + first);
}

#endif

std::size_t plain_prefix_of_any(std::string_view text) noexcept
{
    std::size_t at = 0;
    for (; text.size() - at >= block_size; at += block_size)
        if (const auto plain = plain_in_block(text.data() + at); plain < block_size)
            return at + plain;
    if (text.size() - at >= half_block_size) {
        if (const auto plain = plain_in_half_block(text.data() + at); plain < half_block_size)
            return at + plain;
        at += half_block_size;
    }
    // Zero, which is not plain, ends what is left.
    char last[half_block_size]{};
    text.copy(last, half_block_size, at);
    return at + plain_in_half_block(last);
}

#ifdef __x86_64__

// The same with half the instructions, where the processor can.
[[gnu::target("avx2")]] std::size_t plain_prefix_avx2(std::string_view text) noexcept
{
    std::size_t at = 0;
    for (; text.size() - at >= block_size; at += block_size) {
        const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text.data() + at));
        const __m256i below_blank = _mm256_subs_epi8(bytes, _mm256_set1_epi8(0x20));
        const __m256i quote = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"'));
        const __m256i backslash = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\'));
        const __m256i special = _mm256_or_si256(below_blank, _mm256_or_si256(quote, backslash));
        if (const auto signs = static_cast<unsigned>(_mm256_movemask_epi8(special)); signs != 0)
            return at + static_cast<std::size_t>(std::countr_zero(signs));
    }
    return at + plain_prefix_of_any(text.substr(at));
}

#endif

}  // namespace

std::size_t plain_prefix(std::string_view text) noexcept
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2"))
        return plain_prefix_avx2(text);
#endif
    return plain_prefix_of_any(text);
}

}  // namespace jobaudit::protocol
