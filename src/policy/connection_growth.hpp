#pragma once

#include "policy/random.hpp"
#include "policy/time.hpp"

#include <cstdint>
#include <limits>

namespace jobaudit::policy {

/// When one more connection may be opened to a server that did not take another one while those that it has worked: it
/// may take no more of them, or is about to end. Who needs one had better wait for one of those that work.
///
/// The pauses between two openings double until one succeeds; until then one is tried at a time. Then two may be under
/// way, and one more with each that succeeds, as in the slow start of TCP (RFC 5681 §3.1): a server that has room for
/// one again may not have it for all. Not thread-safe.
class connection_growth {
public:
    static constexpr duration first_pause = std::chrono::milliseconds{100};
    static constexpr duration longest_pause = std::chrono::seconds{10};

    explicit connection_growth(std::uint64_t seed) noexcept : random_{seed} {}

    [[nodiscard]] bool may_open(time_point now) const noexcept { return under_way_ < most_ && now >= next_at_; }

    /// One is being opened.
    void begin() noexcept { ++under_way_; }
    /// It is over, whatever came of it.
    void end() noexcept { --under_way_; }

    /// One that was begun before a failure says nothing of what the server takes beyond it.
    void note_success(time_point begun) noexcept;
    /// It could not be opened, though others worked.
    void note_failure(time_point now) noexcept;

private:
    static constexpr unsigned unlimited = std::numeric_limits<unsigned>::max();

    random_source random_;
    unsigned under_way_ = 0;
    unsigned most_ = unlimited;  // that may be under way
    unsigned failures_ = 0;      // since the last success; those that came together are one
    time_point failed_at_ = time_point::min();
    time_point next_at_ = time_point::min();
};

}  // namespace jobaudit::policy
