#pragma once

#include "simulated_connection.hpp"

#include "policy/connection_pool.hpp"

#include <cstddef>
#include <functional>
#include <utility>

namespace jobaudit::simulation {

/// The connections of one thread, or of all single fetches together, as net/pool keeps them.
class simulated_pool final : policy::connection_pool::listener {
public:
    /// `look_due` is told when look() is to be called.
    simulated_pool(const world_plan& plan, std::size_t most, policy::pipelining& lines, std::uint64_t seed,
                   std::function<void(time_point)> look_due)
        : share{most}
        , decides{{plan.pool_idle_timeout, std::chrono::hours{1}}, lines, *this, seed}
        , look_due_{std::move(look_due)}
    {}

    void reap(time_point now)
    {
        decides.reap(now);
        had_idle_for_all = std::exchange(has_idle_for_all_, decides.idle() > 0 && idle_is_enough());
    }
    /// Whether there is an idle connection for each that is being opened.
    [[nodiscard]] bool idle_is_enough() const { return decides.idle() + decides.leased() >= decides.in_use(); }

    policy::connection_share share;
    policy::connection_pool decides;
    bool had_idle_for_all = false;  ///< at the tick before the last one

private:
    void on_closed(std::uint64_t) override {}
    void on_left_over(std::uint64_t, std::size_t) override {}
    void on_look_due(time_point when) override { look_due_(when); }

    const std::function<void(time_point)> look_due_;
    bool has_idle_for_all_ = false;
};

}  // namespace jobaudit::simulation
