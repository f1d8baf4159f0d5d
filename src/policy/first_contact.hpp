#pragma once

#include "policy/time.hpp"

#include <atomic>

namespace jobaudit::policy {

/// Lets one request at a time out to a server that has not answered as it should yet: a wrong key, a certificate that
/// does not verify, a wrong path or a proxy's password is then refused once, and not once a connection.
///
/// Nobody waits for longer than `patience`, should the first job be a slow one.
///
/// Thread safety: every member may be called concurrently.
class first_contact {
public:
    static constexpr duration patience = std::chrono::seconds{3};

    /// Claims the only request that may be under way. False while another one has it.
    [[nodiscard]] bool try_begin(time_point now) noexcept
    {
        if (is_under_way_.exchange(true, std::memory_order_acq_rel))
            return false;
        auto never = time_point::max().time_since_epoch().count();
        patient_until_.compare_exchange_strong(never, (now + patience).time_since_epoch().count(),
                                               std::memory_order_acq_rel);
        return true;
    }

    /// The request has come to nothing, or to an answer.
    void end() noexcept { is_under_way_.store(false, std::memory_order_release); }

    /// When requests may leave although there was no answer; time_point::max() before the first one.
    [[nodiscard]] time_point patient_until() const noexcept
    {
        return time_point{duration{patient_until_.load(std::memory_order_acquire)}};
    }

    /// Waits for no answer any more.
    void skip() noexcept
    {
        patient_until_.store(time_point::min().time_since_epoch().count(), std::memory_order_release);
    }

private:
    std::atomic<bool> is_under_way_{false};
    std::atomic<duration::rep> patient_until_{time_point::max().time_since_epoch().count()};
};

}  // namespace jobaudit::policy
