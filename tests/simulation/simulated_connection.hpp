#pragma once

#include "simulated_server.hpp"

#include "policy/pooled_connection.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <iterator>
#include <utility>

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
        if (has_arrived()) {
            has_left_over_ = has_left_over_ || (!gave_up_ && arriving_.front().content.what != reply_kind::lost);
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

    /// One whose request is under way.
    struct asker {
        unsigned who = 0;
        std::uint32_t lane = 0;
        std::uint32_t turn = 0;
    };
    /// True when others stand before it.
    bool add(const asker& next)
    {
        if (queue_.empty())
            run_ = 0;
        else
            order_.note_line();
        queue_.push_back(next);
        return queue_.size() > 1;
    }
    /// Replies since it was last not awaited by anybody, so that what it was left with would have shown.
    [[nodiscard]] unsigned run() const noexcept { return run_; }
    [[nodiscard]] bool is_awaited() const noexcept { return !queue_.empty(); }
    [[nodiscard]] const asker& first() const noexcept { return queue_.front(); }
    asker take_first()
    {
        const auto first = queue_.front();
        queue_.pop_front();
        return first;
    }

    /// A whole reply came, to the request of `sent_at`. Says who stands in line for nothing.
    [[nodiscard]] std::deque<asker> take_reply(time_point sent_at, bool as_promised, bool is_kept)
    {
        ++answered_;
        ++run_;
        order_.note_response(clock_ - sent_at, as_promised);
        expect_request_until(clock_);
        if (plan_.announces_idle_limit)
            idle_timeout_ = std::chrono::floor<std::chrono::seconds>(plan_.idle_limit);
        if (is_kept && as_promised)
            return {};
        gave_up_ = gave_up_ || !queue_.empty();
        return lose_line(!is_kept);
    }
    /// No further request can be answered on it.
    [[nodiscard]] std::deque<asker> break_down()
    {
        is_broken_ = gave_up_ = true;
        lacks_response_ = reusable_;
        return lose_line(true);
    }
    /// One of them leaves; those behind it will get no answer.
    [[nodiscard]] std::deque<asker> withdraw(const asker& leaving, bool is_canceled)
    {
        const auto at = std::ranges::find_if(
            queue_, [&](const asker& each) { return each.who == leaving.who && each.lane == leaving.lane; });
        if (at == queue_.end())
            return {};
        lacks_response_ = reusable_ && !is_canceled;
        gave_up_ = true;
        std::deque<asker> behind{std::next(at), queue_.end()};
        const bool was_silent = at == queue_.begin() && !is_canceled;
        queue_.erase(at, queue_.end());
        reusable_ = false;
        broke_a_line_ = broke_a_line_ || (was_silent && !behind.empty());
        return behind;
    }

    /// Whether what is under way on it at `when` gets nowhere.
    [[nodiscard]] bool is_forgotten(time_point when) const noexcept
    {
        return plan_.forgotten_at != duration::max() && opened_at_ < at(plan_.forgotten_at) &&
               when >= at(plan_.forgotten_at);
    }
    /// Whether a request that leaves now finds nobody any more.
    [[nodiscard]] bool is_closed_by_server() const noexcept { return clock_ >= server_closes_at_; }

    /// What the server sends, in this order: a client that was sent one reply too many takes each for the next one's.
    struct arriving {
        reply content;
        std::uint32_t job = 0;  ///< whose answer it is
        bool is_last = false;   ///< it says that the server closes
        time_point comes_at{};
    };
    /// Says when it comes.
    time_point send(arriving next)
    {
        next.comes_at = std::max(next.comes_at, arriving_.empty() ? clock_ : arriving_.back().comes_at);
        server_has_ended_ = server_has_ended_ || next.is_last || next.content.what == reply_kind::lost ||
                            next.content.what == reply_kind::cut || next.content.what == reply_kind::nonsense;
        arriving_.push_back(next);
        return next.comes_at;
    }
    /// The server answers nothing more.
    void end_sending() noexcept { server_has_ended_ = true; }
    [[nodiscard]] bool server_has_ended() const noexcept { return server_has_ended_; }
    [[nodiscard]] unsigned replies() noexcept { return ++replies_; }
    [[nodiscard]] bool has_arrived() const noexcept
    {
        return !arriving_.empty() && arriving_.front().comes_at <= clock_;
    }
    arriving take_arrived()
    {
        const auto first = arriving_.front();
        arriving_.pop_front();
        return first;
    }

private:
    [[nodiscard]] std::deque<asker> lose_line(bool by_server)
    {
        reusable_ = false;
        broke_a_line_ = broke_a_line_ || (by_server && !queue_.empty());
        return std::exchange(queue_, {});
    }
    void expect_request_until(time_point now)
    {
        server_closes_at_ = plan_.idle_limit > 0ns ? now + plan_.idle_limit : time_point::max() - plan_.latency;
    }

    const time_point& clock_;
    const world_plan& plan_;
    const std::function<void()> closed_;
    const time_point opened_at_ = clock_;
    time_point server_closes_at_{};
    std::deque<asker> queue_;
    std::deque<arriving> arriving_;
    unsigned run_ = 0;
    unsigned replies_ = 0;  // that the server sent
    bool server_has_ended_ = false;
    bool is_broken_ = false;
    bool gave_up_ = false;  // replies may come that were asked for, and are not awaited any more
};

}  // namespace jobaudit::simulation
