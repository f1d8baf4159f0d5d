#pragma once

#include <cstdint>

namespace jobaudit::emulator {

/// The finaliser of splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014): a
/// bijection that looks random.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t value) noexcept
{
    value += 0x9e3779b97f4a7c15U;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31);
}

[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t first, std::uint64_t second) noexcept
{
    return mix(mix(first) ^ second);
}

/// Numbers that depend on nothing but where they start.
class random_stream {
public:
    explicit constexpr random_stream(std::uint64_t start) noexcept : state_{start} {}

    [[nodiscard]] constexpr std::uint64_t next() noexcept
    {
        state_ = mix(state_);
        return state_;
    }

    /// 0 … bound − 1; `bound` must be below 2³².
    [[nodiscard]] constexpr std::uint64_t below(std::uint64_t bound) noexcept { return ((next() >> 32) * bound) >> 32; }

    [[nodiscard]] constexpr std::uint64_t between(std::uint64_t lowest, std::uint64_t highest) noexcept
    {
        return lowest + below(highest - lowest + 1);
    }

    /// 0 ≤ x < 1.
    [[nodiscard]] constexpr double fraction() noexcept { return static_cast<double>(next() >> 11) * 0x1p-53; }

private:
    std::uint64_t state_;
};

}  // namespace jobaudit::emulator
