#include "policy/scheduler.hpp"

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <stdexcept>

namespace policy = jobaudit::policy;
namespace protocol = jobaudit::protocol;
using namespace std::chrono_literals;

namespace {

jobaudit::job_id job_number(std::uint64_t number)
{
    jobaudit::job_id::bytes_type bytes{};
    for (std::size_t i = 0; i < sizeof number; ++i)
        bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
    return jobaudit::job_id{bytes};
}

protocol::verdict right_answer()
{
    protocol::verdict result;
    result.http_status = 200;
    return result;
}

protocol::verdict server_error()
{
    protocol::verdict result;
    result.kind = jobaudit::outcome_kind::server_error;
    result.then = protocol::action::retry;
    result.http_status = 500;
    return result;
}

// A batch whose jobs never end, on a clock of its own.
class endless_batch {
public:
    explicit endless_batch(unsigned lanes, const jobaudit::audit_options& options = {})
        : origin_{options.rate, options.burst, now_, 1}, shared_{options, origin_, now_}, scheduler_{shared_, lanes, 2}
    {}

    void start_one()
    {
        for (auto wanted = scheduler_.wanted_jobs(); wanted > 0; --wanted)
            scheduler_.add(job_number(jobs_++));
        const auto next = scheduler_.next(now_);
        if (next.what != policy::decision::kind::start || !scheduler_.may_send(next.attempt, now_))
            throw std::logic_error{"the scheduler started no job"};
        in_flight_.push_back(next.attempt);
    }

    void finish_one(const protocol::verdict& result)
    {
        now_ += 1us;
        auto resolved = scheduler_.finished(in_flight_.front(), result, 1, now_);
        benchmark::DoNotOptimize(resolved);
        in_flight_.pop_front();
    }

    void let_time_pass(policy::duration time) { now_ += time; }

    [[nodiscard]] std::size_t waiting() const { return scheduler_.waiting_for_retry(); }

private:
    policy::time_point now_{std::chrono::hours{1000}};
    policy::origin_state origin_;
    policy::batch_state shared_;
    policy::scheduler scheduler_;
    std::deque<policy::attempt> in_flight_;
    std::uint64_t jobs_ = 0;
};

// One decision: a job is started, sent and finished, while as many as the argument says are in flight.
void scheduler_decision(benchmark::State& state)
{
    const auto lanes = static_cast<unsigned>(state.range(0));
    endless_batch batch{lanes};
    const auto answer = right_answer();
    for (unsigned i = 1; i < lanes; ++i)
        batch.start_one();
    for (auto _ : state) {
        batch.start_one();
        batch.finish_one(answer);
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(scheduler_decision)->Arg(1)->Arg(64)->Arg(2000);

// The same under a limit that never makes wait.
void scheduler_decision_with_rate(benchmark::State& state)
{
    jobaudit::audit_options options;
    options.rate = 1e6;
    endless_batch batch{64, options};
    const auto answer = right_answer();
    for (auto _ : state) {
        batch.start_one();
        batch.finish_one(answer);
        batch.let_time_pass(1us);
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(scheduler_decision_with_rate);

// A batch of ten million jobs in which every tenth answer is an error, with backoffs so long that on average as many
// retries wait as the argument says.
void scheduler_decision_while_retries_wait(benchmark::State& state)
{
    constexpr int failing = 10;
    jobaudit::audit_options options;
    options.attempts = 1'000'000;
    options.job_timeout = 10'000h;
    // One decision takes a microsecond, and the mean of full jitter is half of its limit.
    options.backoff_base = std::chrono::microseconds{state.range(0) * failing * 2};
    options.backoff_limit = options.backoff_base;
    endless_batch batch{64, options};
    const auto answer = right_answer();
    const auto error = server_error();
    std::uint64_t decisions = 0;
    std::uint64_t sum_of_waiting = 0;
    for (auto _ : state) {
        batch.start_one();
        batch.finish_one(++decisions % failing == 0 ? error : answer);
        sum_of_waiting += batch.waiting();
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["waiting"] = static_cast<double>(sum_of_waiting) / static_cast<double>(decisions);
}
BENCHMARK(scheduler_decision_while_retries_wait)->Arg(100)->Arg(10'000)->Arg(90'000)->Iterations(10'000'000);

}  // namespace
