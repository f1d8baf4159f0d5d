#pragma once

#include "policy/random.hpp"
#include "policy/time.hpp"

#include <cstdint>

namespace jobaudit::policy {

/// When one more connection may be opened to a server that did not take another one while those that it has worked: it
/// may take no more of them, or is about to end. Who needs one had better wait for one of those that work.
///
/// The pauses between two openings double until one succeeds; until then one is tried at a time. Not thread-safe.
class connection_growth {
public:
    static constexpr duration first_pause = std::chrono::milliseconds{100};
    static constexpr duration longest_pause = std::chrono::seconds{10};

    explicit connection_growth(std::uint64_t seed) noexcept : random_{seed} {}

    [[nodiscard]] bool may_open(time_point now) const noexcept
    {
        return failures_ == 0 || (!is_trying_ && now >= next_at_);
    }

    /// One is being opened; one of the three below tells what became of it.
    void begin() noexcept { is_trying_ = true; }
    /// One that was begun before a failure says nothing of what the server takes beyond it.
    void note_success(time_point begun) noexcept
    {
        is_trying_ = false;
        if (begun >= failed_at_)
            failures_ = 0;
    }
    /// It could not be opened, though others worked.
    void note_failure(time_point now) noexcept;
    /// It came to nothing for another reason.
    void abandon() noexcept { is_trying_ = false; }

private:
    random_source random_;
    unsigned failures_ = 0;  // since the last success; those that came together are one
    time_point failed_at_ = time_point::min();
    time_point next_at_ = time_point::min();
    bool is_trying_ = false;
};

}  // namespace jobaudit::policy
