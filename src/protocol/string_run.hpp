#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#ifdef __x86_64__
#include <emmintrin.h>
#endif

namespace jobaudit::protocol {

struct string_run {
    std::size_t size = 0;
    bool is_ascii = true;  ///< otherwise whether it is valid UTF-8 is still to be seen
};

namespace detail {

/// find_string_run of a text of any size; `is_ascii`: whether what stands in front of it is.
[[nodiscard]] string_run find_long_run(std::string_view text, bool is_ascii) noexcept;

#ifdef __x86_64__

// Of a block, bit by bit: which bytes end a run, and which are no ASCII.
struct block_marks {
    std::uint64_t ends;
    std::uint64_t others;
};

inline constexpr std::size_t sse2_block = 16;

inline block_marks look_sse2(const char* at) noexcept
{
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i is_control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
    const __m128i is_quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i is_backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    const __m128i ends = _mm_or_si128(is_control, _mm_or_si128(is_quote, is_backslash));
    return {static_cast<std::uint32_t>(_mm_movemask_epi8(ends)), static_cast<std::uint32_t>(_mm_movemask_epi8(bytes))};
}

// The run that ends in a block at `at`; before it, `others` are the marks of all blocks together.
inline string_run run_to(std::size_t at, block_marks marks, std::uint64_t others) noexcept
{
    const auto before = (marks.ends & -marks.ends) - 1;
    return {at + static_cast<std::size_t>(std::countr_zero(marks.ends)), (others | (marks.others & before)) == 0};
}

#endif

}  // namespace detail

/// The front of `text` that stands in a JSON string as it is (RFC 8259 §7): up to the first quotation mark, backslash
/// or control character.
[[nodiscard]] inline string_run find_string_run(std::string_view text) noexcept
{
#ifdef __x86_64__
    // Most strings are short: a call costs more than to look at them.
    constexpr auto block = detail::sse2_block;
    if (text.size() >= 2 * block) {
        const auto first = detail::look_sse2(text.data());
        if (first.ends != 0)
            return detail::run_to(0, first, 0);
        const auto second = detail::look_sse2(text.data() + block);
        if (second.ends != 0)
            return detail::run_to(block, second, first.others);
        const auto rest = detail::find_long_run(text.substr(2 * block), (first.others | second.others) == 0);
        return {2 * block + rest.size, rest.is_ascii};
    }
#endif
    return detail::find_long_run(text, true);
}

}  // namespace jobaudit::protocol
