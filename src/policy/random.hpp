#pragma once

#include "policy/time.hpp"

#include <cstdint>

namespace jobaudit::policy {

/// A small, fast source of randomness for jitter: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). Equal seeds
/// give equal sequences.
///
/// Not for secrets. Thread safety: none; one source a thread, or under its owner's mutex.
class random_source {
public:
    explicit random_source(std::uint64_t seed) noexcept : state_{seed} {}

    [[nodiscard]] std::uint64_t next() noexcept
    {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }

    /// In [0, 1).
    [[nodiscard]] double unit() noexcept { return static_cast<double>(next() >> 11) * 0x1p-53; }

    /// In [0, `limit`); zero when `limit` is not positive.
    [[nodiscard]] duration uniform(duration limit) noexcept
    {
        if (limit <= duration::zero())
            return duration::zero();
        return duration{static_cast<duration::rep>(unit() * static_cast<double>(limit.count()))};
    }

private:
    std::uint64_t state_;
};

}  // namespace jobaudit::policy
