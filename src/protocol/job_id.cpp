#include <jobaudit/job_id.hpp>

#include <cstring>
#include <ostream>

namespace jobaudit {
namespace {

// Where the two digits of each byte stand in 8-4-4-4-12.
constexpr std::array<std::uint8_t, 16> digit_positions{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};

constexpr std::uint8_t no_digit = 0xff;

constexpr auto make_digit_values()
{
    std::array<std::uint8_t, 256> values{};
    values.fill(no_digit);
    for (std::uint8_t i = 0; i < 10; ++i)
        values[static_cast<std::size_t>('0' + i)] = i;
    for (std::uint8_t i = 0; i < 6; ++i) {
        values[static_cast<std::size_t>('a' + i)] = static_cast<std::uint8_t>(10 + i);
        values[static_cast<std::size_t>('A' + i)] = static_cast<std::uint8_t>(10 + i);
    }
    return values;
}

constexpr auto digit_values = make_digit_values();

constexpr std::uint8_t digit_value(char c) noexcept { return digit_values[static_cast<unsigned char>(c)]; }

// The two digits of each byte's value, one after the other.
constexpr auto make_digit_pairs()
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<char, 2 * 256> pairs{};
    for (std::size_t value = 0; value < 256; ++value) {
        pairs[2 * value] = digits[value >> 4];
        pairs[2 * value + 1] = digits[value & 0x0f];
    }
    return pairs;
}

constexpr auto digit_pairs = make_digit_pairs();

constexpr bool has_hyphens(std::string_view text) noexcept
{
    return text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-';
}

// The finalizer of SplitMix64: each bit of the input changes half of the output's, so sequential IDs spread.
constexpr std::uint64_t mix(std::uint64_t value) noexcept
{
    value ^= value >> 30;
    value *= 0xbf58476d1ce4e5b9u;
    value ^= value >> 27;
    value *= 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

}  // namespace

std::optional<job_id> job_id::parse(std::string_view text) noexcept
{
    if (text.size() != text_size || !has_hyphens(text))
        return std::nullopt;
    bytes_type bytes;
    // Digits are at most 15, so no_digit alone sets the upper half of what is gathered: one test for all 32 characters.
    std::uint8_t seen = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const std::uint8_t high = digit_value(text[digit_positions[i]]);
        const std::uint8_t low = digit_value(text[digit_positions[i] + 1u]);
        seen = static_cast<std::uint8_t>(seen | high | low);
        bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    if (seen > 0x0f)
        return std::nullopt;
    return job_id{bytes};
}

std::string job_id::to_string() const
{
    std::string text(text_size, '\0');
    write_to(std::span<char, text_size>{text});
    return text;
}

void job_id::write_to(std::span<char, text_size> out) const noexcept
{
    for (std::size_t i = 0; i < bytes_.size(); ++i)
        std::memcpy(out.data() + digit_positions[i], digit_pairs.data() + std::size_t{2} * bytes_[i], 2);
    for (const std::size_t hyphen : {8u, 13u, 18u, 23u})
        out[hyphen] = '-';
}

std::ostream& operator<<(std::ostream& out, const job_id& job)
{
    std::array<char, job_id::text_size> text;
    job.write_to(text);
    return out << std::string_view{text.data(), text.size()};
}

}  // namespace jobaudit

std::size_t std::hash<jobaudit::job_id>::operator()(const jobaudit::job_id& job) const noexcept
{
    std::array<std::uint64_t, 2> halves;
    static_assert(sizeof halves == sizeof(jobaudit::job_id::bytes_type));
    std::memcpy(halves.data(), job.bytes().data(), sizeof halves);
    return static_cast<std::size_t>(jobaudit::mix(jobaudit::mix(halves[0] + 0x9e3779b97f4a7c15u) ^ halves[1]));
}
