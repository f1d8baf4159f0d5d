#include "protocol/string_run.hpp"

#include "protocol/instruction_set.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace jobaudit::protocol {

namespace {

#ifdef __x86_64__

using detail::block_marks;
using detail::look_sse2;
using detail::run_to;
using detail::sse2_block;

string_run find_baseline(std::string_view text, bool is_ascii) noexcept
{
    std::uint64_t others = is_ascii ? 0 : 1;
    std::size_t at = 0;
    for (; text.size() - at >= sse2_block; at += sse2_block) {
        const auto marks = look_sse2(text.data() + at);
        if (marks.ends != 0)
            return run_to(at, marks, others);
        others |= marks.others;
    }
    // Zero, which is a control character, ends what is left.
    std::array<char, sse2_block> last{};
    text.copy(last.data(), last.size(), at);
    return run_to(at, look_sse2(last.data()), others);
}

constexpr std::size_t avx2_block = 32;

[[gnu::target("avx2")]] inline block_marks look_avx2(const char* at) noexcept
{
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    const __m256i is_control = _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(0x1f)), bytes);
    const __m256i is_quote = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"'));
    const __m256i is_backslash = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\'));
    const __m256i ends = _mm256_or_si256(is_control, _mm256_or_si256(is_quote, is_backslash));
    return {static_cast<std::uint32_t>(_mm256_movemask_epi8(ends)),
            static_cast<std::uint32_t>(_mm256_movemask_epi8(bytes))};
}

[[gnu::target("avx2")]] string_run find_avx2(std::string_view text, bool is_ascii) noexcept
{
    std::uint64_t others = is_ascii ? 0 : 1;
    std::size_t at = 0;
    for (; text.size() - at >= avx2_block; at += avx2_block) {
        const auto marks = look_avx2(text.data() + at);
        if (marks.ends != 0)
            return run_to(at, marks, others);
        others |= marks.others;
    }
    const auto rest = find_baseline(text.substr(at), others == 0);
    return {at + rest.size, rest.is_ascii};
}

constexpr std::size_t avx512_block = 64;

[[gnu::target("avx512bw")]] inline block_marks look_avx512(const char* at, __mmask64 which) noexcept
{
    // Zero, which is a control character, stands behind the end.
    const __m512i bytes = _mm512_maskz_loadu_epi8(which, at);
    const __mmask64 is_control = _mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(0x20));
    const __mmask64 is_quote = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"'));
    const __mmask64 is_backslash = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\'));
    return {is_control | is_quote | is_backslash, _mm512_movepi8_mask(bytes)};
}

[[gnu::target("avx512bw")]] string_run find_avx512(std::string_view text, bool is_ascii) noexcept
{
    std::uint64_t others = is_ascii ? 0 : 1;
    std::size_t at = 0;
    for (; text.size() - at >= avx512_block; at += avx512_block) {
        const auto marks = look_avx512(text.data() + at, ~__mmask64{0});
        if (marks.ends != 0)
            return run_to(at, marks, others);
        others |= marks.others;
    }
    return run_to(at, look_avx512(text.data() + at, (__mmask64{1} << (text.size() - at)) - 1), others);
}

#else

constexpr bool ends_run(char byte) noexcept
{
    return static_cast<unsigned char>(byte) < 0x20 || byte == '"' || byte == '\\';
}

constexpr std::size_t word_size = 8;

// A word of eight bytes, each of them `value`.
constexpr std::uint64_t eight(unsigned char value) noexcept { return 0x0101010101010101u * value; }

// Nonzero where a byte of `word` is zero.
constexpr std::uint64_t zero_bytes(std::uint64_t word) noexcept { return (word - eight(1)) & ~word & eight(0x80); }

string_run find_baseline(std::string_view text, bool is_ascii) noexcept
{
    string_run run{0, is_ascii};
    for (; text.size() - run.size >= word_size; run.size += word_size) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + run.size, sizeof word);
        const std::uint64_t is_control = (word - eight(0x20)) & ~word & eight(0x80);
        if ((is_control | zero_bytes(word ^ eight('"')) | zero_bytes(word ^ eight('\\'))) != 0)
            break;
        run.is_ascii = run.is_ascii && (word & eight(0x80)) == 0;
    }
    for (; run.size < text.size() && !ends_run(text[run.size]); ++run.size)
        run.is_ascii = run.is_ascii && static_cast<unsigned char>(text[run.size]) < 0x80;
    return run;
}

#endif

}  // namespace

string_run detail::find_long_run(std::string_view text, bool is_ascii) noexcept
{
#ifdef __x86_64__
    switch (current_instruction_set()) {
    case instruction_set::avx512:
        return find_avx512(text, is_ascii);
    case instruction_set::avx2:
        return find_avx2(text, is_ascii);
    case instruction_set::baseline:
        break;
    }
#endif
    return find_baseline(text, is_ascii);
}

}  // namespace jobaudit::protocol
