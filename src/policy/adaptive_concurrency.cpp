#include "policy/adaptive_concurrency.hpp"

#include <algorithm>
#include <utility>

namespace jobaudit::policy {

namespace {

// Successes before one request more is tried at a time.
constexpr unsigned least_patience = 10;
constexpr unsigned first_patience = 25;
constexpr unsigned most_patience = 100;
// With few at a time the first tries come sooner: they take long, and there is much to gain.
constexpr unsigned few_at_once = 4;
constexpr unsigned cheap_tries = 4;
// With a pause at each refusal, the time between two of them, in pauses; doubles.
constexpr unsigned cheap_wait = 2;
constexpr unsigned first_wait = 10;
constexpr unsigned most_doublings = 3;

// How often what refuses may contradict a limit of requests at a time. Above the last one a raise that works at first
// may be one that the server's other clients left room for.
constexpr unsigned most_refused_alone = 2;
constexpr unsigned most_flips = 2;
constexpr unsigned highest_telling_limit = 8;
constexpr unsigned forgets_refused_alone = 10;

}  // namespace

adaptive_concurrency::place adaptive_concurrency::try_begin(time_point now)
{
    if (now >= more_at())
        raise(now);
    const unsigned number = in_flight_.fetch_add(1, std::memory_order_acq_rel) + 1;
    const unsigned most = limit();
    if (most == 0 || number <= most)
        return {number, most};
    end();
    return {};
}

void adaptive_concurrency::count_success(unsigned number, time_point sent_at, time_point now)
{
    const std::lock_guard lock{mutex_};
    const unsigned most = limit();
    if (most == 0)
        return;
    ++successes_;
    full_ = full_ || number >= most;
    top_works_ = top_works_ || number == most;
    if (successes_ >= forgets_refused_alone)
        refused_alone_ = 0;
    if (!full_ || successes_ < patience_ || now < next_raise_ || more_at() != time_point::max())
        return;
    // What the server has room for that it had none for before may be the beginning of more.
    if (raised_ && most > refused_at_ + refused_at_ / 4) {
        patience_ = std::max(patience_ / 2, least_patience);
        doublings_ = 0;
        flips_ = 0;
    }
    // Between two others: a server that spaces requests would refuse one that comes together with the one that follows
    // this.
    raise_at_.store(now + (now - sent_at) / 2, std::memory_order_release);
}

void adaptive_concurrency::raise(time_point now)
{
    const std::lock_guard lock{mutex_};
    if (now < more_at())
        return;
    raised_ = true;
    top_works_ = false;
    set(limit() + 1, now);
}

void adaptive_concurrency::set(unsigned limit, time_point now) noexcept
{
    successes_ = 0;
    full_ = false;
    changed_at_ = now;
    raise_at_.store(time_point::max(), std::memory_order_release);
    limit_.store(limit, std::memory_order_release);
}

bool adaptive_concurrency::note_refusal(const place& where, time_point sent_at, duration pause, time_point now)
{
    const std::lock_guard lock{mutex_};
    unsigned most = limit();
    if (most == 0) {
        most = in_flight_.load(std::memory_order_acquire) + 1;
        most_in_flight_.store(most, std::memory_order_relaxed);
        patience_ = first_patience;
        changed_at_ = now;
    }
    const bool pauses = pause > duration::zero();
    // One pause among many refusals without one is no habit of the server.
    const bool is_costly = std::exchange(paused_, pauses) && pauses;
    if (is_contradicted(most, where, sent_at, is_costly))
        return false;
    const bool is_echo = sent_at < changed_at_;
    if (!is_echo)
        wait_longer(most, pause, now);
    raised_ = false;
    // A pause lets only few of those come back that the server had no room for.
    const unsigned left = pauses && !is_echo ? std::min(most, where.number) : most;
    set(std::max(left, 2u) - 1, now);
    return true;
}

void adaptive_concurrency::wait_longer(unsigned limit, duration pause, time_point now) noexcept
{
    refused_at_ = limit;
    const bool is_cheap = limit <= few_at_once && ++tries_ < cheap_tries;
    patience_ = is_cheap ? least_patience : std::min(2 * patience_, most_patience);
    if (!raised_ || pause == duration::zero())
        return;
    const unsigned pauses = is_cheap ? cheap_wait : first_wait << std::min(doublings_++, most_doublings);
    next_raise_ = now + (1 + pauses) * pause;
}

// What was sent before the last change is an echo of the time before.
bool adaptive_concurrency::is_contradicted(unsigned limit, const place& where, time_point sent_at,
                                           bool is_costly) noexcept
{
    const bool is_echo = sent_at < changed_at_;
    if (limit == 1 && !is_echo && ++refused_alone_ >= most_refused_alone)
        return true;
    if (raised_ && top_works_)
        return is_costly || limit <= few_at_once || (limit <= highest_telling_limit && ++flips_ >= most_flips);
    // Where each refusal costs a pause, it is not worth while to find out with many of them.
    return is_costly && !raised_ && !is_echo && where.number == limit;
}

void adaptive_concurrency::note_timeout(time_point now)
{
    if (limit() == 0)
        return;
    const std::lock_guard lock{mutex_};
    const unsigned twice = 2 * limit();
    set(twice <= most_in_flight_.load(std::memory_order_relaxed) ? twice : 0, now);
}

void adaptive_concurrency::lift()
{
    const std::lock_guard lock{mutex_};
    set(0, time_point{});
    raised_ = top_works_ = paused_ = false;
    next_raise_ = {};
    doublings_ = refused_at_ = tries_ = flips_ = refused_alone_ = 0;
}

}  // namespace jobaudit::policy
