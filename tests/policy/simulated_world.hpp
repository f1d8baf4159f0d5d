#pragma once

#include "verdicts.hpp"
#include "virtual_time.hpp"

#include "policy/random.hpp"
#include "policy/scheduler.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <queue>
#include <string>
#include <vector>

namespace jobaudit::policy {

/// What the server of a simulated world does, and how the batch is run against it.
struct world_plan {
    std::uint64_t seed = 1;
    std::uint32_t jobs = 1000;
    unsigned schedulers = 1;
    unsigned lanes = 16;  ///< of each scheduler
    audit_options options{};

    duration latency = 20ms;  ///< of a response, ±50 %
    duration connecting = 30ms;
    duration late_wakeup = 200us;

    // Shares of the responses, the rest is 200.
    double not_found = 0;
    double server_error = 0;
    double bad_gateway = 0;
    double reset = 0;
    double throttled = 0;           ///< 429 with Retry-After
    double throttled_unhinted = 0;  ///< 429 without
    double throttled_zero = 0;      ///< 429 with Retry-After: 0
    duration retry_after = 300ms;

    double poisoned = 0;  ///< share of the jobs that always get a 502
    struct span {
        duration from;
        duration until;
    };
    std::vector<span> outages{};                ///< nothing connects, and what is connected is reset
    duration key_revoked_at = duration::max();  ///< 401 from then on
    double throttle_above = 0;                  ///< requests a second over which it answers 429 with Retry-After
};

/// Drives schedulers through a batch on a virtual clock, event by event, and watches that they keep their
/// promises.
class simulated_world {
public:
    explicit simulated_world(const world_plan& plan)
        : plan_{plan}
        , origin_{plan_.options.rate, plan_.options.burst, at({}), plan.seed}
        , shared_{plan_.options, origin_, at({})}
        , random_{plan.seed}
        , jobs_(plan.jobs)
    {
        for (unsigned i = 0; i < plan.schedulers; ++i)
            machines_.push_back(std::make_unique<machine>(shared_, plan.lanes, random_.next()));
        for (auto& job : jobs_)
            job.poisoned = random_.unit() < plan.poisoned;
    }

    /// Runs to the end. `violation` then says what went wrong first.
    void run()
    {
        for (unsigned i = 0; i < machines_.size(); ++i)
            push(at({}), event::wake, i);
        push(at(50ms), event::tick, 0);
        for (std::uint64_t steps = 0; !events_.empty() && violation.empty(); ++steps) {
            if (steps > 200ull * jobs_.size() + 1'000'000)
                return fail("the run does not end");
            const item next = events_.top();
            events_.pop();
            now_ = std::max(now_, next.when);
            handle(next);
        }
        finish();
    }

    std::string violation;
    std::array<std::uint32_t, outcome_kind_count> outcomes{};
    std::uint32_t left_over = 0;
    std::uint64_t sent = 0;
    std::uint64_t connects_in_outage = 0;  ///< that began after the detector had seen it
    unsigned most_attempts = 0;
    duration longest_silence{};

    [[nodiscard]] std::uint32_t count(outcome_kind kind) const { return outcomes[static_cast<std::size_t>(kind)]; }
    [[nodiscard]] duration elapsed() const { return ended_ - at({}); }
    [[nodiscard]] std::uint64_t retries() const
    {
        std::uint64_t all = 0;
        for (const auto& each : machines_)
            all += each->decides.retries();
        return all;
    }
    [[nodiscard]] const batch_state& shared() const { return shared_; }

private:
    enum class place : std::uint8_t { outside, waiting, in_flight, ended, left_over };

    struct job_record {
        place where = place::outside;
        bool poisoned = false;
        time_point not_before{};
    };

    struct machine {
        machine(batch_state& shared, unsigned lanes, std::uint64_t seed) : decides{shared, lanes, seed} {}

        scheduler decides;
        unsigned idle_connections = 0;
        time_point wakes_at = time_point::max();
        bool done = false;
    };

    struct event {
        enum kind : std::uint8_t { wake, tick, connected, answered };
    };

    struct item {
        time_point when;
        std::uint64_t order;
        event::kind what;
        unsigned machine;
        std::uint32_t flight;

        bool operator<(const item& other) const { return when != other.when ? when > other.when : order > other.order; }
    };

    struct flight {
        attempt started;
        std::uint64_t connection = 0;
        protocol::verdict result;
    };

    void push(time_point when, event::kind what, unsigned who, std::uint32_t which = 0)
    {
        events_.push({when, order_++, what, who, which});
    }

    void fail(const std::string& what)
    {
        if (violation.empty())
            violation = what + " after " + in_words(now_ - at({}));
    }

    void handle(const item& next)
    {
        machine& self = *machines_[next.machine];
        switch (next.what) {
        case event::wake:
            if (self.wakes_at <= now_)
                self.wakes_at = time_point::max();
            break;
        case event::tick:
            shared_.check_limits(now_);
            for (unsigned i = 0; i < machines_.size(); ++i)
                ask(i);
            if (!all_done())
                push(now_ + 50ms, event::tick, 0);
            return;
        case event::connected:
            send(next.machine, next.flight);
            break;
        case event::answered:
            take_answer(next.machine, next.flight);
            break;
        }
        ask(next.machine);
    }

    [[nodiscard]] bool all_done() const
    {
        return std::all_of(machines_.begin(), machines_.end(), [](const auto& each) { return each->done; });
    }

    [[nodiscard]] bool out_of_order() const
    {
        return std::any_of(plan_.outages.begin(), plan_.outages.end(), [this](const world_plan::span& each) {
            return at(each.from) <= now_ && now_ < at(each.until);
        });
    }

    void ask(unsigned who)
    {
        machine& self = *machines_[who];
        while (!self.done && violation.empty()) {
            feed(self.decides);
            const decision what = self.decides.next(now_);
            if (what.what == decision::kind::done) {
                self.done = true;
                ended_ = now_;
                return;
            }
            if (what.what == decision::kind::wait) {
                wake_at(who, what.until);
                return;
            }
            begin(who, what.attempt);
        }
    }

    void feed(scheduler& decides)
    {
        for (std::size_t wanted = decides.wanted_jobs(); wanted > 0; --wanted) {
            if (given_ == jobs_.size()) {
                decides.no_more_jobs();
                return;
            }
            jobs_[given_].where = place::waiting;
            decides.add(job_number(given_++));
        }
    }

    void wake_at(unsigned who, time_point until)
    {
        if (until <= now_)
            return fail("told to wait until a time that has passed");
        if (until >= machines_[who]->wakes_at || until == time_point::max())
            return;
        machines_[who]->wakes_at = until;
        push(until + random_.uniform(plan_.late_wakeup), event::wake, who);
    }

    void begin(unsigned who, const attempt& started)
    {
        job_record& job = jobs_[number_of(started.job)];
        if (job.where != place::waiting)
            fail("started a job that is in flight or has ended");
        if (now_ < job.not_before)
            fail("a retry came too early");
        if (origin_.gate.closed(now_))
            fail("started behind a closed gate");
        if (started.number > plan_.options.attempts)
            fail("started more attempts than allowed");
        if (started.deadline < now_ || started.deadline > now_ + plan_.options.timeout)
            fail("an attempt's deadline is out of range");
        if (machines_[who]->decides.in_flight() > plan_.lanes)
            fail("more in flight than lanes");
        job.where = place::in_flight;

        const std::uint32_t which = new_flight(started);
        machine& self = *machines_[who];
        if (self.idle_connections > 0) {
            --self.idle_connections;
            flights_[which].connection = ++connections_;
            return send(who, which);
        }
        if (out_of_order() && origin_.outage.active())
            ++connects_in_outage;
        push(now_ + jittered(plan_.connecting), event::connected, who, which);
    }

    [[nodiscard]] std::uint32_t new_flight(const attempt& started)
    {
        std::uint32_t which = 0;
        if (free_flights_.empty()) {
            which = static_cast<std::uint32_t>(flights_.size());
            flights_.emplace_back();
        } else {
            which = free_flights_.back();
            free_flights_.pop_back();
        }
        flights_[which] = {started, 0, {}};
        return which;
    }

    void send(unsigned who, std::uint32_t which)
    {
        flight& self = flights_[which];
        if (self.connection == 0 && out_of_order()) {
            self.result = connect_refused();
            return take_answer(who, which);
        }
        if (self.connection == 0)
            self.connection = ++connections_;
        if (!machines_[who]->decides.may_send(self.started, now_)) {
            jobs_[number_of(self.started.job)].where = place::waiting;
            ++machines_[who]->idle_connections;
            free_flights_.push_back(which);
            return;
        }
        note_departure();
        self.result = answer(jobs_[number_of(self.started.job)]);
        push(now_ + jittered(plan_.latency), event::answered, who, which);
    }

    void note_departure()
    {
        ++sent;
        if (now_ < quiet_until_)
            fail("sent while the server wanted quiet");
        if (sent > 1)
            longest_silence = std::max(longest_silence, now_ - last_departure_);
        last_departure_ = now_;

        departures_.push_back(now_ + random_.uniform(200us));
        while (departures_.front() <= departures_.back() - 1s)
            departures_.pop_front();
        const double allowed = plan_.options.rate + plan_.options.burst;
        if (plan_.options.rate > 0 && static_cast<double>(departures_.size()) > allowed)
            fail("sent " + std::to_string(departures_.size()) + " requests within a second");
    }

    [[nodiscard]] protocol::verdict answer(const job_record& job)
    {
        if (out_of_order())
            return connection_reset();
        if (now_ >= at(std::min(plan_.key_revoked_at, duration{1000h})))
            return unauthorized();
        if (plan_.throttle_above > 0 && static_cast<double>(departures_.size()) > plan_.throttle_above)
            return too_many_requests(plan_.retry_after);
        if (job.poisoned)
            return bad_gateway();
        double dice = random_.unit();
        const auto falls_to = [&dice](double share) { return (dice -= share) < 0; };
        if (falls_to(plan_.not_found))
            return not_found();
        if (falls_to(plan_.server_error))
            return server_error();
        if (falls_to(plan_.bad_gateway))
            return bad_gateway();
        if (falls_to(plan_.reset))
            return connection_reset();
        if (falls_to(plan_.throttled))
            return too_many_requests(plan_.retry_after);
        if (falls_to(plan_.throttled_unhinted))
            return too_many_requests({});
        if (falls_to(plan_.throttled_zero))
            return too_many_requests(duration{0});
        return ok();
    }

    void take_answer(unsigned who, std::uint32_t which)
    {
        machine& self = *machines_[who];
        const flight ended = flights_[which];
        free_flights_.push_back(which);
        job_record& job = jobs_[number_of(ended.started.job)];
        if (ended.result.http_status != 0)
            ++self.idle_connections;

        const resolution what = self.decides.finished(ended.started, ended.result, ended.connection, now_);
        if (ended.result.slows_host && ended.result.retry_after.value_or(duration{}) <= plan_.options.max_wait)
            quiet_until_ = std::max(quiet_until_, now_ + ended.result.retry_after.value_or(duration{}));
        if (what.attempts > plan_.options.attempts)
            fail("counted more attempts than allowed");
        switch (what.what) {
        case resolution::kind::final:
            if (job.where != place::in_flight)
                fail("delivered a job twice");
            job.where = place::ended;
            ++outcomes[static_cast<std::size_t>(ended.result.kind)];
            most_attempts = std::max(most_attempts, what.attempts);
            break;
        case resolution::kind::again:
            job.where = place::waiting;
            job.not_before = now_ + what.retry_in;
            if (what.retry_in < ended.result.retry_after.value_or(duration{}))
                fail("a retry is due before the time that the server named");
            break;
        case resolution::kind::unfinished:
            if (!shared_.stopped())
                fail("a job is unfinished though the batch goes on");
            job.where = place::waiting;
            break;
        }
    }

    void finish()
    {
        if (!violation.empty())
            return;
        if (!all_done())
            return fail("a scheduler waits for nothing");
        for (const auto& each : machines_) {
            for (const auto& left : each->decides.take_leftovers(now_)) {
                job_record& job = jobs_[number_of(left.job)];
                if (!shared_.stopped() || job.where != place::waiting)
                    fail("a job that has ended is left over");
                job.where = place::left_over;
                ++left_over;
            }
        }
        for (std::uint32_t i = 0; i < given_; ++i) {
            if (jobs_[i].where != place::ended && jobs_[i].where != place::left_over)
                fail("a job was lost");
        }
        if (given_ != jobs_.size() && !shared_.stopped())
            fail("jobs were never asked for");
    }

    [[nodiscard]] duration jittered(duration span) { return span / 2 + random_.uniform(span); }

    const world_plan plan_;
    origin_state origin_;
    batch_state shared_;
    random_source random_;
    time_point now_ = at({});
    time_point ended_ = at({});
    std::vector<std::unique_ptr<machine>> machines_;
    std::vector<job_record> jobs_;
    std::uint32_t given_ = 0;
    std::priority_queue<item> events_;
    std::uint64_t order_ = 0;
    std::vector<flight> flights_;
    std::vector<std::uint32_t> free_flights_;
    std::uint64_t connections_ = 0;
    std::deque<time_point> departures_;
    time_point last_departure_{};
    time_point quiet_until_{};
};

}  // namespace jobaudit::policy
