#include "protocol/utf8_check.hpp"

#include "protocol/instruction_set.hpp"
#include "protocol/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace jobaudit::protocol {

namespace {

utf8_check check_baseline(std::string_view text) noexcept
{
    utf8_check found;
    while (!text.empty()) {
        const auto size = utf8_character_size(text);
        if (size == 0)
            return {false, found.has_line_separators};
        const auto character = text.substr(0, size);
        found.has_line_separators |= character == "\u2028" || character == "\u2029";
        text.remove_prefix(size);
    }
    return found;
}

#ifdef __x86_64__

// Which bytes may not stand side by side. What is wrong of one kind is a bit; for each byte and the one behind it,
// three tables give the kinds that the four high bits of the first allow, its four low bits, and the four high bits of
// the second: two bytes are wrong where all three agree on a kind. So a kind must be a product of such sets.
struct byte_range {
    unsigned first;
    unsigned last;
};
struct wrong_pair {
    byte_range first;
    byte_range second;
    std::uint8_t kind;
};
constexpr std::uint8_t two_continuations = 0x80;
constexpr std::array wrong_pairs{
    wrong_pair{{0xc0, 0xff}, {0x00, 0x7f}, 0x01},  // begun, not continued
    wrong_pair{{0xc0, 0xff}, {0xc0, 0xff}, 0x01},
    wrong_pair{{0x00, 0x7f}, {0x80, 0xbf}, 0x02},  // continued, not begun
    wrong_pair{{0xe0, 0xe0}, {0x80, 0x9f}, 0x04},  // longer than need be
    wrong_pair{{0xf4, 0xff}, {0x90, 0xbf}, 0x08},  // above U+10FFFF
    wrong_pair{{0xed, 0xed}, {0xa0, 0xbf}, 0x10},  // surrogates
    wrong_pair{{0xc0, 0xc1}, {0x80, 0xbf}, 0x20},  // longer than need be
    wrong_pair{{0xf0, 0xf0}, {0x80, 0x8f}, 0x40},  // longer than need be
    wrong_pair{{0xf5, 0xff}, {0x80, 0x8f}, 0x40},  // above U+10FFFF
    // Right as the second and third byte of three, or the third and fourth of four, and there a must.
    wrong_pair{{0x80, 0xbf}, {0x80, 0xbf}, two_continuations},
};

using table = std::array<std::uint8_t, 16>;

struct pair_tables {
    alignas(16) table first_high{};
    alignas(16) table first_low{};
    alignas(16) table second_high{};
};

constexpr pair_tables make_tables() noexcept
{
    pair_tables all;
    for (const auto& wrong : wrong_pairs) {
        for (auto byte = wrong.first.first; byte <= wrong.first.last; ++byte) {
            all.first_high[byte >> 4U] |= wrong.kind;
            all.first_low[byte & 0xfU] |= wrong.kind;
        }
        for (auto byte = wrong.second.first; byte <= wrong.second.last; ++byte)
            all.second_high[byte >> 4U] |= wrong.kind;
    }
    return all;
}

constexpr pair_tables tables = make_tables();

// A character of more than two bytes has a third, and so on.
constexpr unsigned char lead_of_three = 0xe0;
constexpr unsigned char lead_of_four = 0xf0;
// U+2028 and U+2029 are E2 80 A8 and E2 80 A9.
constexpr unsigned char separator_first = 0xe2;
constexpr unsigned char separator_second = 0x80;
constexpr unsigned char separator_third = 0xa9;

// As many bytes as may stand in front of a byte within its character.
constexpr std::size_t look_back = 3;

bool ends_within_character(std::string_view text) noexcept
{
    static constexpr std::array<unsigned char, look_back> leads{0xc0, lead_of_three, lead_of_four};
    for (std::size_t back = 1; back <= look_back && back <= text.size(); ++back)
        if (static_cast<unsigned char>(text[text.size() - back]) >= leads[back - 1])
            return true;
    return false;
}

// What the blocks of a text have come to; nothing is zero.
struct found_avx2 {
    __m256i wrong;
    __m256i separators;
};

[[gnu::target("avx2")]] inline __m256i load_avx2(const char* at) noexcept
{
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
}

[[gnu::target("avx2")]] inline __m256i all_avx2(unsigned char byte) noexcept
{
    return _mm256_set1_epi8(static_cast<char>(byte));
}

[[gnu::target("avx2")]] inline __m256i look_up_avx2(const table& of_bits, __m256i bits) noexcept
{
    const __m128i half = _mm_load_si128(reinterpret_cast<const __m128i*>(of_bits.data()));
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(half), bits);
}

// The block at `at`, which has look_back bytes in front of it.
[[gnu::target("avx2")]] inline void check_block_avx2(found_avx2& found, const char* at) noexcept
{
    const __m256i low_bits = all_avx2(0x0f);
    const __m256i byte = load_avx2(at);
    const __m256i before = load_avx2(at - 1);
    const __m256i second_before = load_avx2(at - 2);
    const __m256i third_before = load_avx2(at - 3);
    const __m256i first_high = _mm256_and_si256(_mm256_srli_epi16(before, 4), low_bits);
    const __m256i second_high = _mm256_and_si256(_mm256_srli_epi16(byte, 4), low_bits);
    const __m256i pairs =
        _mm256_and_si256(_mm256_and_si256(look_up_avx2(tables.first_high, first_high),
                                          look_up_avx2(tables.first_low, _mm256_and_si256(before, low_bits))),
                         look_up_avx2(tables.second_high, second_high));
    // The high bit of each byte that must be the third or fourth of a character.
    const __m256i is_third = _mm256_subs_epu8(second_before, all_avx2(lead_of_three - 0x80));
    const __m256i is_fourth = _mm256_subs_epu8(third_before, all_avx2(lead_of_four - 0x80));
    const __m256i must_continue = _mm256_and_si256(_mm256_or_si256(is_third, is_fourth), all_avx2(two_continuations));
    found.wrong = _mm256_or_si256(found.wrong, _mm256_xor_si256(pairs, must_continue));
    const __m256i begins = _mm256_and_si256(_mm256_cmpeq_epi8(second_before, all_avx2(separator_first)),
                                            _mm256_cmpeq_epi8(before, all_avx2(separator_second)));
    const __m256i ends = _mm256_cmpeq_epi8(_mm256_or_si256(byte, all_avx2(1)), all_avx2(separator_third));
    found.separators = _mm256_or_si256(found.separators, _mm256_and_si256(begins, ends));
}

constexpr std::size_t avx2_block = 32;

[[gnu::target("avx2")]] utf8_check check_avx2(std::string_view text) noexcept
{
    found_avx2 found{_mm256_setzero_si256(), _mm256_setzero_si256()};
    // The first blocks with nothing in front of them; a short text with nothing behind.
    std::array<char, look_back + 2 * avx2_block> first{};
    const bool is_short = text.size() < avx2_block + look_back;
    text.copy(first.data() + look_back, is_short ? text.size() : avx2_block);
    check_block_avx2(found, first.data() + look_back);
    if (is_short)
        check_block_avx2(found, first.data() + look_back + avx2_block);
    // The last block begins within the one before it.
    for (std::size_t at = avx2_block; !is_short && at < text.size(); at += avx2_block)
        check_block_avx2(found, text.data() + std::min(at, text.size() - avx2_block));
    return {_mm256_testz_si256(found.wrong, found.wrong) != 0 && !ends_within_character(text),
            _mm256_testz_si256(found.separators, found.separators) == 0};
}

struct found_avx512 {
    __m512i wrong;
    __mmask64 separators;
};

[[gnu::target("avx512bw")]] inline __m512i all_avx512(unsigned char byte) noexcept
{
    return _mm512_set1_epi8(static_cast<char>(byte));
}

[[gnu::target("avx512bw")]] inline __m512i look_up_avx512(const table& of_bits, __m512i bits) noexcept
{
    const __m128i quarter = _mm_load_si128(reinterpret_cast<const __m128i*>(of_bits.data()));
    // Without a mask, GCC 12 warns of its own header.
    return _mm512_shuffle_epi8(_mm512_maskz_broadcast_i32x4(~__mmask16{0}, quarter), bits);
}

// The bytes of `which` of the block at `at`; in front of them, those of `which` shifted up by one, two and three.
[[gnu::target("avx512bw")]] inline void check_block_avx512(found_avx512& found, const char* at, __mmask64 which,
                                                           std::size_t in_front) noexcept
{
    const auto before_mask = [&](unsigned back) noexcept {
        return in_front >= back ? which : which & (~__mmask64{0} << (back - in_front));
    };
    const __m512i low_bits = all_avx512(0x0f);
    const __m512i byte = _mm512_maskz_loadu_epi8(which, at);
    const __m512i before = _mm512_maskz_loadu_epi8(before_mask(1), at - 1);
    const __m512i second_before = _mm512_maskz_loadu_epi8(before_mask(2), at - 2);
    const __m512i third_before = _mm512_maskz_loadu_epi8(before_mask(3), at - 3);
    const __m512i first_high = _mm512_and_si512(_mm512_srli_epi16(before, 4), low_bits);
    const __m512i second_high = _mm512_and_si512(_mm512_srli_epi16(byte, 4), low_bits);
    const __m512i pairs =
        _mm512_and_si512(_mm512_and_si512(look_up_avx512(tables.first_high, first_high),
                                          look_up_avx512(tables.first_low, _mm512_and_si512(before, low_bits))),
                         look_up_avx512(tables.second_high, second_high));
    const __m512i is_third = _mm512_subs_epu8(second_before, all_avx512(lead_of_three - 0x80));
    const __m512i is_fourth = _mm512_subs_epu8(third_before, all_avx512(lead_of_four - 0x80));
    const __m512i must_continue = _mm512_and_si512(_mm512_or_si512(is_third, is_fourth), all_avx512(two_continuations));
    found.wrong = _mm512_or_si512(found.wrong, _mm512_xor_si512(pairs, must_continue));
    found.separators |= _mm512_mask_cmpeq_epi8_mask(
        _mm512_mask_cmpeq_epi8_mask(_mm512_cmpeq_epi8_mask(second_before, all_avx512(separator_first)), before,
                                    all_avx512(separator_second)),
        _mm512_or_si512(byte, all_avx512(1)), all_avx512(separator_third));
}

constexpr std::size_t avx512_block = 64;

[[gnu::target("avx512bw")]] utf8_check check_avx512(std::string_view text) noexcept
{
    found_avx512 found{_mm512_setzero_si512(), 0};
    for (std::size_t at = 0; at < text.size(); at += avx512_block) {
        const auto rest = text.size() - at;
        const auto which = rest < avx512_block ? (__mmask64{1} << rest) - 1 : ~__mmask64{0};
        check_block_avx512(found, text.data() + at, which, at);
    }
    return {_mm512_test_epi8_mask(found.wrong, found.wrong) == 0 && !ends_within_character(text),
            found.separators != 0};
}

#endif

}  // namespace

utf8_check check_utf8(std::string_view text) noexcept
{
#ifdef __x86_64__
    switch (current_instruction_set()) {
    case instruction_set::avx512:
        return check_avx512(text);
    case instruction_set::avx2:
        return check_avx2(text);
    case instruction_set::baseline:
        break;
    }
#endif
    return check_baseline(text);
}

}  // namespace jobaudit::protocol
