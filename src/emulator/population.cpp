#include "emulator/population.hpp"

#include "emulator/random.hpp"

#include <cstddef>
#include <utility>

namespace jobaudit::emulator {

namespace {

// The second half of a UUID has 62 free bits below its variant. The number goes there, through a bijection on 62 bits,
// so that it can be read back; the first half follows from it.
constexpr std::uint64_t mask = (std::uint64_t{1} << 62) - 1;
constexpr std::uint64_t factor = 0x2545f4914f6cdd1dU;

// The inverse of an odd number modulo 2⁶⁴, by Newton's iteration; each round doubles the bits that are right.
constexpr std::uint64_t inverse(std::uint64_t odd) noexcept
{
    std::uint64_t result = odd;
    for (int round = 0; round < 6; ++round)
        result *= 2 - odd * result;
    return result;
}

// Shifting by at least half of the width makes the step its own inverse.
constexpr std::uint64_t fold(std::uint64_t value) noexcept { return value ^ (value >> 31); }

constexpr std::uint64_t scramble(std::uint64_t value, std::uint64_t key) noexcept
{
    for (int round = 0; round < 3; ++round)
        value = fold(((value ^ key) * factor) & mask);
    return value;
}

constexpr std::uint64_t unscramble(std::uint64_t value, std::uint64_t key) noexcept
{
    for (int round = 0; round < 3; ++round)
        value = ((fold(value) * inverse(factor)) & mask) ^ key;
    return value;
}

static_assert(unscramble(scramble(123456789, 42), 42) == 123456789);

std::uint64_t key_of(std::uint64_t seed) noexcept { return mix(seed, 0x6a6f62) & mask; }

std::uint64_t first_half(std::uint64_t seed, std::uint64_t index) noexcept
{
    constexpr std::uint64_t version_4 = 0x4000;
    return (mix(seed, index) & ~std::uint64_t{0xf000}) | version_4;
}

std::uint64_t second_half(std::uint64_t seed, std::uint64_t index) noexcept
{
    constexpr std::uint64_t variant = std::uint64_t{1} << 63;
    return scramble(index & mask, key_of(seed)) | variant;
}

std::pair<std::uint64_t, std::uint64_t> halves(const job_id& job) noexcept
{
    std::uint64_t first = 0;
    std::uint64_t second = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        first = first << 8 | job.bytes()[i];
        second = second << 8 | job.bytes()[i + 8];
    }
    return {first, second};
}

}  // namespace

job_id population::job(std::uint64_t index) const noexcept
{
    auto first = first_half(seed_, index);
    auto second = second_half(seed_, index);
    job_id::bytes_type bytes{};
    for (std::size_t i = 8; i-- > 0;) {
        bytes[i] = static_cast<std::uint8_t>(first & 0xff);
        bytes[i + 8] = static_cast<std::uint8_t>(second & 0xff);
        first >>= 8;
        second >>= 8;
    }
    return job_id{bytes};
}

std::optional<std::uint64_t> population::index_of(const job_id& job) const noexcept
{
    const auto [first, second] = halves(job);
    const auto index = unscramble(second & mask, key_of(seed_));
    if (index >= size_ || first != first_half(seed_, index) || second != second_half(seed_, index))
        return std::nullopt;
    return index;
}

std::uint64_t hash_of(const job_id& job, std::uint64_t seed) noexcept
{
    const auto [first, second] = halves(job);
    return mix(mix(seed, first), second);
}

}  // namespace jobaudit::emulator
