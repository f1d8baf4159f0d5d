#include "protocol/string_escapes.hpp"

#include "protocol/instruction_set.hpp"

#include <array>
#include <bit>
#include <cstdint>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace jobaudit::protocol {

namespace {

// `\n`, and `\u000a`.
constexpr std::size_t short_size = 2;
constexpr std::size_t long_size = 6;

constexpr std::uint32_t first_high_half = 0xd800;
constexpr std::uint32_t first_low_half = 0xdc00;
constexpr std::uint32_t behind_halves = 0xe000;

constexpr std::uint32_t no_code = 0x10000;

// By the character behind the backslash; '\0' where that is no escape of two.
constexpr std::array<char, 256> make_meanings() noexcept
{
    std::array<char, 256> all{};
    constexpr std::string_view spelled = "\"\\/bfnrt";
    constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
    for (std::size_t i = 0; i < spelled.size(); ++i)
        all[static_cast<unsigned char>(spelled[i])] = meant[i];
    return all;
}
constexpr auto meanings = make_meanings();

// A digit's value; for what is no digit so much that no sum with it is a code.
constexpr std::array<std::uint32_t, 256> make_digits() noexcept
{
    std::array<std::uint32_t, 256> all{};
    all.fill(no_code);
    constexpr std::string_view lower = "0123456789abcdef";
    constexpr std::string_view upper = "0123456789ABCDEF";
    for (std::uint32_t value = 0; value < lower.size(); ++value)
        all[static_cast<unsigned char>(lower[value])] = all[static_cast<unsigned char>(upper[value])] = value;
    return all;
}
constexpr auto digits = make_digits();

// What the four digits of `\uXXXX` say, at `at`; no_code or more where they are not all digits.
std::uint32_t code_of(const char* at) noexcept
{
    const auto digit = [at](std::size_t i) { return digits[static_cast<unsigned char>(at[short_size + i])]; };
    // A wrong digit has a bit that no shift of a right one reaches.
    const auto wrong = (digit(0) | digit(1) | digit(2) | digit(3)) & no_code;
    return wrong | digit(0) << 12U | digit(1) << 8U | digit(2) << 4U | digit(3);
}

constexpr bool is_half(std::uint32_t code) noexcept { return code >= first_high_half && code < behind_halves; }

bool is_long_escape(std::string_view text) noexcept
{
    return text.size() >= long_size && text[0] == '\\' && text[1] == 'u';
}

std::size_t long_escape_size(std::string_view text) noexcept
{
    const auto code = is_long_escape(text) ? code_of(text.data()) : no_code;
    if (code >= no_code)
        return 0;
    if (!is_half(code))
        return long_size;
    const auto second = text.substr(long_size);
    const auto low = code < first_low_half && is_long_escape(second) ? code_of(second.data()) : no_code;
    return low >= first_low_half && low < behind_halves ? 2 * long_size : 0;
}

#ifdef __x86_64__

// Of a block that is to be looked at as `\uXXXX` one behind the other: each mask has a bit for each byte.
struct block_masks {
    std::uint64_t fits;        // a backslash, a `u` or a digit in its place
    std::uint64_t is_d;        // `d` or `D`
    std::uint64_t is_above_7;  // in the order of ASCII
};

constexpr std::uint64_t places(std::size_t first) noexcept
{
    std::uint64_t all = 0;
    for (; first < 64; first += long_size)
        all |= std::uint64_t{1} << first;
    return all;
}

// In front of the first of the block's `whole` bytes that does not fit, and of halves of pairs, which begin with a D
// and a digit from 8 on: as many bytes as whole escapes have.
inline std::size_t fitting_size(block_masks masks, std::size_t whole) noexcept
{
    const auto halves = (masks.is_d & places(2)) << 1U & masks.is_above_7 & places(3);
    const auto wrong = ~masks.fits | halves | std::uint64_t{1} << whole;
    const auto size = static_cast<std::size_t>(std::countr_zero(wrong));
    return size - size % long_size;
}

template <std::size_t Size>
constexpr std::array<char, Size> spelled_out() noexcept
{
    std::array<char, Size> all{};
    for (std::size_t at = 0; at < Size; ++at)
        all[at] = at % long_size == 0 ? '\\' : at % long_size == 1 ? 'u' : '\0';
    return all;
}

constexpr std::size_t avx2_block = 32;
alignas(avx2_block) constexpr auto spelled_avx2 = spelled_out<avx2_block>();

[[gnu::target("avx2")]] inline std::uint64_t mask_avx2(__m256i bytes) noexcept
{
    return static_cast<std::uint32_t>(_mm256_movemask_epi8(bytes));
}

[[gnu::target("avx2")]] std::size_t long_escapes_avx2(const char* at) noexcept
{
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    const __m256i lower = _mm256_or_si256(bytes, _mm256_set1_epi8(0x20));
    const __m256i number = _mm256_sub_epi8(bytes, _mm256_set1_epi8('0'));
    const __m256i letter = _mm256_sub_epi8(lower, _mm256_set1_epi8('a'));
    const __m256i is_digit = _mm256_or_si256(_mm256_cmpeq_epi8(_mm256_min_epu8(number, _mm256_set1_epi8(9)), number),
                                             _mm256_cmpeq_epi8(_mm256_min_epu8(letter, _mm256_set1_epi8(5)), letter));
    const __m256i is_sign =
        _mm256_cmpeq_epi8(bytes, _mm256_load_si256(reinterpret_cast<const __m256i*>(spelled_avx2.data())));
    constexpr auto signs = places(0) | places(1);
    return fitting_size({.fits = (mask_avx2(is_sign) & signs) | (mask_avx2(is_digit) & ~signs),
                         .is_d = mask_avx2(_mm256_cmpeq_epi8(lower, _mm256_set1_epi8('d'))),
                         .is_above_7 = mask_avx2(_mm256_cmpgt_epi8(bytes, _mm256_set1_epi8('7')))},
                        avx2_block / long_size * long_size);
}

constexpr std::size_t avx512_block = 64;
alignas(avx512_block) constexpr auto spelled_avx512 = spelled_out<avx512_block>();

[[gnu::target("avx512bw")]] std::size_t long_escapes_avx512(const char* at) noexcept
{
    const __m512i bytes = _mm512_loadu_si512(at);
    const __m512i lower = _mm512_or_si512(bytes, _mm512_set1_epi8(0x20));
    const __m512i number = _mm512_sub_epi8(bytes, _mm512_set1_epi8('0'));
    const __m512i letter = _mm512_sub_epi8(lower, _mm512_set1_epi8('a'));
    const auto is_digit =
        _mm512_cmple_epu8_mask(number, _mm512_set1_epi8(9)) | _mm512_cmple_epu8_mask(letter, _mm512_set1_epi8(5));
    const auto is_sign = _mm512_cmpeq_epi8_mask(bytes, _mm512_load_si512(spelled_avx512.data()));
    constexpr auto signs = places(0) | places(1);
    return fitting_size({.fits = (is_sign & signs) | (is_digit & ~signs),
                         .is_d = _mm512_cmpeq_epi8_mask(lower, _mm512_set1_epi8('d')),
                         .is_above_7 = _mm512_cmpgt_epi8_mask(bytes, _mm512_set1_epi8('7'))},
                        avx512_block / long_size * long_size);
}

#endif

// Of long escapes that are no halves of pairs; 0 where none is seen.
std::size_t many_long_escapes(std::string_view text) noexcept
{
#ifdef __x86_64__
    const auto set = current_instruction_set();
    if (set == instruction_set::avx512 && text.size() >= avx512_block)
        return long_escapes_avx512(text.data());
    if (set != instruction_set::baseline && text.size() >= avx2_block)
        return long_escapes_avx2(text.data());
#endif
    (void)text;
    return 0;
}

char* write_utf8(std::uint32_t code, char* out) noexcept
{
    const auto put = [&out](std::uint32_t byte) { *out++ = static_cast<char>(byte); };
    const auto continuation = [code](unsigned shift) { return 0x80U | ((code >> shift) & 0x3fU); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xc0U | code >> 6U);
        put(continuation(0));
    } else if (code < 0x10000) {
        put(0xe0U | code >> 12U);
        put(continuation(6));
        put(continuation(0));
    } else {
        put(0xf0U | code >> 18U);
        put(continuation(12));
        put(continuation(6));
        put(continuation(0));
    }
    return out;
}

// Gives how many bytes that are. It may write more, but no more than `text` has.
std::size_t copy_up_to_backslash(std::string_view text, char* out) noexcept
{
    std::size_t at = 0;
#ifdef __x86_64__
    constexpr std::size_t block = 16;
    for (; text.size() - at >= block; at += block) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out + at), bytes);
        const auto found = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))));
        if (found != 0)
            return at + static_cast<std::size_t>(std::countr_zero(found));
    }
#endif
    for (; at < text.size() && text[at] != '\\'; ++at)
        out[at] = text[at];
    return at;
}

// Takes the escape in front of `spelled`.
char* write_escape(std::string_view& spelled, char* out) noexcept
{
    if (const char meaning = meanings[static_cast<unsigned char>(spelled[1])]; meaning != '\0') {
        spelled.remove_prefix(short_size);
        *out = meaning;
        return out + 1;
    }
    auto code = code_of(spelled.data());
    spelled.remove_prefix(long_size);
    if (is_half(code)) {
        code = 0x10000U + ((code - first_high_half) << 10U) + (code_of(spelled.data()) - first_low_half);
        spelled.remove_prefix(long_size);
    }
    return write_utf8(code, out);
}

}  // namespace

std::size_t escapes_size(std::string_view text) noexcept
{
    if (text.size() < short_size || text[0] != '\\')
        return 0;
    if (meanings[static_cast<unsigned char>(text[1])] != '\0')
        return short_size;
    const auto many = many_long_escapes(text);
    return many != 0 ? many : long_escape_size(text);
}

char* write_unescaped(std::string_view spelled, char* out) noexcept
{
    while (!spelled.empty()) {
        const auto plain = copy_up_to_backslash(spelled, out);
        out += plain;
        spelled.remove_prefix(plain);
        while (!spelled.empty() && spelled.front() == '\\')
            out = write_escape(spelled, out);
    }
    return out;
}

}  // namespace jobaudit::protocol
