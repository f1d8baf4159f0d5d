#pragma once

#include "simulated_server.hpp"

#include "policy/pooled_connection.hpp"

#include <cstdint>
#include <functional>
#include <optional>

namespace jobaudit::simulation {

/// One connection of a world: what the server does on it beside answering, and what of that the client can see.
class simulated_connection final : public policy::pooled_connection {
public:
    /// `clock` is the world's; `closed` is called once, when the client closes it.
    simulated_connection(std::uint64_t number, const time_point& clock, const world_plan& plan,
                         std::function<void()> closed)
        : pooled_connection{number}, clock_{clock}, plan_{plan}, closed_{std::move(closed)}
    {
        expect_request_until(clock_);
    }

    [[nodiscard]] bool still_fresh() override
    {
        if (stray_ && clock_ >= stray_->comes_at) {
            has_left_over_ = true;
            reusable_ = false;
            return false;
        }
        return clock_ < server_closes_at_ + plan_.latency / 4 && !is_broken_;
    }
    void give_up() override { reusable_ = false; }
    void close() noexcept override
    {
        reusable_ = false;
        closed_();
    }

    /// A whole reply came, to the request of `sent_at`.
    void take_reply(time_point sent_at, bool as_promised, bool is_kept)
    {
        ++answered_;
        order_.note_response(clock_ - sent_at, as_promised);
        reusable_ = reusable_ && is_kept;
        expect_request_until(clock_);
    }
    /// No further request can be answered on it.
    void break_down() noexcept
    {
        reusable_ = false;
        is_broken_ = true;
    }

    /// Whether what is under way on it at `when` gets nowhere.
    [[nodiscard]] bool is_forgotten(time_point when) const noexcept
    {
        return plan_.forgotten_at != duration::max() && opened_at_ < at(plan_.forgotten_at) &&
               when >= at(plan_.forgotten_at);
    }
    /// Whether a request that leaves now finds nobody any more.
    [[nodiscard]] bool is_closed_by_server() const noexcept { return clock_ >= server_closes_at_; }

    /// A reply that answers nothing: it comes behind one that it repeats, or behind its own request's turn.
    struct stray_reply {
        reply content;
        std::uint32_t job = 0;  ///< whose answer it is
        time_point comes_at{};
    };
    [[nodiscard]] const std::optional<stray_reply>& stray() const noexcept { return stray_; }
    void set_stray(std::optional<stray_reply> next) { stray_ = std::move(next); }

private:
    void expect_request_until(time_point now)
    {
        server_closes_at_ = plan_.idle_limit > 0ns ? now + plan_.idle_limit : time_point::max() - plan_.latency;
    }

    const time_point& clock_;
    const world_plan& plan_;
    const std::function<void()> closed_;
    const time_point opened_at_ = clock_;
    time_point server_closes_at_{};
    std::optional<stray_reply> stray_;
    bool is_broken_ = false;
};

}  // namespace jobaudit::simulation
