// How a pool proves the answers of its connections: see answer_order.
#include "policy/connection_pool.hpp"

#include <algorithm>
#include <utility>

namespace jobaudit::policy {

namespace {

/// Whether a response may be missing that the answers behind it were taken for.
bool lacks_response_in_line(pooled_connection& ended) noexcept
{
    return ended.lacks_response() && ended.order().had_line() && ended.order().asker() != nullptr;
}

bool is_doubtful(pooled_connection& ended) noexcept { return ended.has_left_over() || lacks_response_in_line(ended); }

}  // namespace

void connection_pool::retire(connection_ptr unused) noexcept
{
    // One that its peer has closed says at once all that it has to say; where a response is missing, what comes may be
    // that one.
    const bool may_tell = unused->still_fresh() && !unused->lacks_response() && unused->order().asker() != nullptr;
    if (is_doubtful(*unused) || may_tell)
        leaving_.push_back(std::move(unused));
    else
        close(std::move(unused));
}

void connection_pool::rest(connection_ptr unused)
{
    const auto when = unused->look_at();
    resting_.push_back(std::move(unused));
    told_.on_look_due(when);
}

std::optional<time_point> connection_pool::look(const connection_share& user, time_point now)
{
    look_at_idle(user, now);
    look(now);
    std::optional<time_point> next;
    for (const auto* list : {&idle_, &resting_, &leaving_})
        for (const auto& each : *list)
            if (each->order().asker() == &user)
                next = std::min(next.value_or(each->look_at()), each->look_at());
    return next;
}

void connection_pool::look(time_point now)
{
    look_at_leaving(now);
    look_at_resting(now);
}

void connection_pool::look_at_idle(const connection_share& user, time_point now)
{
    for (std::size_t i = 0; i < idle_.size();) {
        auto& each = idle_[i];
        const bool is_asked_about = each->order().asker() == &user;
        if (is_asked_about && !each->still_fresh()) {
            auto broken = std::move(each);
            idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
            retire(std::move(broken));
            continue;
        }
        if (is_asked_about && now >= each->look_at())
            each->order().prove();
        ++i;
    }
}

void connection_pool::look_at_leaving(time_point now)
{
    for (std::size_t i = 0; i < leaving_.size();) {
        auto& each = leaving_[i];
        const bool is_silent = !each->has_left_over() && !lacks_response_in_line(*each) && each->still_fresh();
        if (is_silent && now >= each->look_at())
            each->order().prove();
        if (!is_silent || each->order().asker() == nullptr) {
            auto looked_at = std::move(each);
            leaving_.erase(leaving_.begin() + static_cast<std::ptrdiff_t>(i));
            report_doubt(*looked_at);
            close(std::move(looked_at));
        } else {
            ++i;
        }
    }
}

void connection_pool::look_at_resting(time_point now)
{
    auto next = time_point::max();
    for (std::size_t i = 0; i < resting_.size();) {
        if (const auto when = resting_[i]->look_at(); now < when) {
            next = std::min(next, when);
            ++i;
            continue;
        }
        auto rested = std::move(resting_[i]);
        resting_.erase(resting_.begin() + static_cast<std::ptrdiff_t>(i));
        auto& user = *std::exchange(rested->user, nullptr);
        if (rested->still_fresh()) {
            rested->order().prove();
            idle_.push_back(std::move(rested));
        } else {
            retire(std::move(rested));
        }
        free_working_place(user, now);
    }
    if (!resting_.empty())
        told_.on_look_due(next);
}

void connection_pool::report_doubt(pooled_connection& looked_at)
{
    const bool is_certain = looked_at.has_left_over();
    if (!is_doubtful(looked_at))
        return;
    if (is_certain)
        lines_.note_left_over();
    auto* asker = looked_at.order().asker();
    const auto answers = looked_at.order().take();
    if (is_certain)
        told_.on_left_over(looked_at.number(), answers.size());
    if (asker != nullptr && asker->doubt_handler_)
        asker->doubt_handler_(answers);
}

void connection_pool::forget(const connection_share& user, time_point now) noexcept
{
    for (auto* list : {&idle_, &leaving_})
        for (const auto& each : *list)
            if (each->order().asker() == &user)
                each->order().prove();
    for (std::size_t i = 0; i < resting_.size();) {
        if (resting_[i]->user != &user) {
            ++i;
            continue;
        }
        auto unproven = std::move(resting_[i]);
        resting_.erase(resting_.begin() + static_cast<std::ptrdiff_t>(i));
        end_rest(std::move(unproven), now);
    }
}

void connection_pool::end_rest(connection_ptr unproven, time_point now) noexcept
{
    auto& user = *std::exchange(unproven->user, nullptr);
    close(std::move(unproven));
    free_working_place(user, now);
}

}  // namespace jobaudit::policy
