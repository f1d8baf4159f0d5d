// soak URL CA_FILE JOBS_FILE FOLDER (--minutes N | --audits N): audits a hostile server again and again with one
// client, breaks off every fourth audit halfway, samples once a second what the process holds, and says whether that
// stays flat.
#include "soak/live_allocations.hpp"
#include "soak/samples.hpp"
#include "store/job_ledger.hpp"
#include "store/output/ndjson_output.hpp"

#include <jobaudit/jobaudit.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
using namespace jobaudit;
using namespace jobaudit::test;
using clock_type = std::chrono::steady_clock;

constexpr unsigned concurrency = 64;
constexpr std::int64_t other_descriptors = 16;  // beside connections: epoll, timers, the output, the standard streams

/// What the client says it has begun and not ended.
class open_ends final : public observer {
public:
    void attempt_started(const request_info&, unsigned) noexcept override { ++in_flight; }
    void attempt_finished(const request_info&, unsigned, int, error_code error,
                          std::chrono::nanoseconds) noexcept override
    {
        --in_flight;
        ++requests;
        failed += error ? 1U : 0U;
    }
    void connection_opened(std::uint64_t, bool) noexcept override
    {
        ++connections;
        ++opened;
    }
    void connection_closed(std::uint64_t) noexcept override { --connections; }

    std::atomic<std::int64_t> in_flight{0};
    std::atomic<std::int64_t> connections{0};
    std::atomic<std::uint64_t> requests{0};
    std::atomic<std::uint64_t> failed{0};
    std::atomic<std::uint64_t> opened{0};
};

struct arguments {
    std::string url;
    std::string ca_file;
    std::string jobs_file;
    std::string folder;
    std::chrono::minutes minutes{};
    std::uint64_t audits = 0;
};

arguments parse(int argc, char** argv)
{
    const std::vector<std::string> words{argv + 1, argv + argc};
    if (words.size() != 6 || (words[4] != "--minutes" && words[4] != "--audits"))
        throw std::invalid_argument{"usage: soak URL CA_FILE JOBS_FILE FOLDER (--minutes N | --audits N)"};
    arguments given{words[0], words[1], words[2], words[3]};
    const auto number = std::stoul(words[5]);
    if (words[4] == "--minutes")
        given.minutes = std::chrono::minutes{number};
    else
        given.audits = number;
    return given;
}

std::vector<job_id> read_jobs(const std::string& path)
{
    std::vector<job_id> jobs;
    std::ifstream file{path};
    for (std::string line; std::getline(file, line);)
        if (const auto job = job_id::parse(line))
            jobs.push_back(*job);
    if (jobs.empty())
        throw std::invalid_argument{path + " holds no job"};
    return jobs;
}

client_options options_of(const arguments& given, open_ends& watcher)
{
    client_options options;
    options.url = given.url;
    options.credentials.key = "any";
    options.tls.ca_file = given.ca_file;
    options.observer = &watcher;
    return options;
}

// Impatient, so that timeouts and retries are many.
audit_options limits()
{
    audit_options options;
    options.concurrency = concurrency;
    options.attempts = 8;
    options.timeout = std::chrono::seconds{2};
    options.backoff_base = std::chrono::milliseconds{50};
    options.backoff_limit = std::chrono::seconds{2};
    return options;
}

class soak {
public:
    soak(const arguments& given, std::vector<job_id> jobs)
        : given_{given}, jobs_{std::move(jobs)}, client_{context_, options_of(given, watcher_)}
    {}

    void run()
    {
        start_audit();
        tick();
        context_.run();
    }

    [[nodiscard]] const std::vector<sample>& samples() const noexcept { return samples_; }
    [[nodiscard]] const open_ends& watcher() const noexcept { return watcher_; }
    [[nodiscard]] std::uint64_t audits() const noexcept { return audits_; }
    [[nodiscard]] std::uint64_t broken_off() const noexcept { return broken_off_; }
    [[nodiscard]] std::uint64_t delivered() const noexcept { return delivered_; }
    [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }
    [[nodiscard]] double seconds() const { return std::chrono::duration<double>(clock_type::now() - start_).count(); }

private:
    void start_audit()
    {
        const bool break_off = audits_ % 4 == 3;
        stop_at_ = break_off ? watcher_.requests + jobs_.size() / 2 : UINT64_MAX;
        broken_off_ += break_off ? 1U : 0U;
        ledger_.emplace();
        output_.emplace(given_.folder + "/results.ndjson", store::open_mode::overwrite, *ledger_,
                        store::sync_policy::at_end);
        client_.async_audit(
            jobs_, *output_, limits(),
            asio::bind_cancellation_slot(cancel_.slot(), [this](error_code, summary batch) { finish(batch); }));
    }

    void finish(const summary& batch)
    {
        ++audits_;
        output_->close();
        const auto written = output_->committed();
        const auto untold = batch.count(outcome_kind::not_tried) + batch.count(outcome_kind::canceled);
        delivered_ += written;
        lost_ += written + untold == jobs_.size() ? 0U : 1U;
        output_.reset();
        const bool enough = given_.audits > 0 ? audits_ >= given_.audits : clock_type::now() - start_ >= given_.minutes;
        if (!enough)
            return start_audit();
        client_.async_close([this](error_code) {
            is_over_ = true;
            timer_.cancel();
        });
    }

    void tick()
    {
        const auto now = clock_type::now();
        if (output_)
            output_->flush_due(now);
        if (watcher_.requests >= stop_at_) {
            stop_at_ = UINT64_MAX;
            cancel_.emit(asio::cancellation_type::terminal);
        }
        if (now >= next_sample_) {
            samples_.push_back(take_sample());
            next_sample_ = now + std::chrono::seconds{1};
        }
        if (is_over_)
            return;
        timer_.expires_after(std::chrono::milliseconds{50});
        timer_.async_wait([this](const error_code& error) {
            if (!error)
                tick();
        });
    }

    [[nodiscard]] sample take_sample() const
    {
        return {.second = seconds(),
                .rss_kib = resident_kib(),
                .descriptors = open_descriptors(),
                .in_flight = watcher_.in_flight,
                .connections = watcher_.connections,
                .allocations = live_allocations()};
    }

    arguments given_;
    std::vector<job_id> jobs_;
    open_ends watcher_;
    asio::io_context context_{1};
    client client_;
    asio::steady_timer timer_{context_};
    asio::cancellation_signal cancel_;
    std::optional<store::job_ledger> ledger_;
    std::optional<store::ndjson_output> output_;
    std::vector<sample> samples_;
    clock_type::time_point start_ = clock_type::now();
    clock_type::time_point next_sample_ = start_;
    std::uint64_t stop_at_ = UINT64_MAX;
    std::uint64_t audits_ = 0;
    std::uint64_t broken_off_ = 0;
    std::uint64_t delivered_ = 0;
    std::uint64_t lost_ = 0;
    bool is_over_ = false;
};

bool tell(const char* what, bool holds)
{
    std::printf("%-5s %s\n", holds ? "ok" : "BAD", what);
    return holds;
}

// A short run has no time to warm up: only a long one is asked for a flat memory.
bool report_courses(const std::vector<sample>& samples, bool is_long)
{
    constexpr double warm_up = 0.2;
    const std::vector<course> courses{
        course_of(samples, &sample::rss_kib, "memory, KiB", warm_up, 2048),
        course_of(samples, &sample::descriptors, "descriptors", warm_up, 4),
        course_of(samples, &sample::in_flight, "requests in flight", warm_up, 4),
        course_of(samples, &sample::connections, "connections", warm_up, 4),
        course_of(samples, &sample::allocations, "live allocations", warm_up, 200),
    };
    std::printf("%-20s %8s %8s %8s %8s %9s\n", "after warming up", "first", "median", "most", "last", "growth");
    bool all_flat = true;
    for (const auto& each : courses) {
        std::printf("%-20s %8lld %8lld %8lld %8lld %+9.1f\n", each.name.c_str(), static_cast<long long>(each.first),
                    static_cast<long long>(each.median), static_cast<long long>(each.most),
                    static_cast<long long>(each.last), each.growth);
        all_flat = all_flat && each.is_flat();
    }
    bool good = tell("no more requests in flight than there are connections allowed", courses[2].most <= concurrency);
    good &= tell("no descriptors but connections and a few more",
                 courses[1].most <= 2 * static_cast<std::int64_t>(concurrency) + other_descriptors);
    return is_long ? tell("flat: memory by 2 MiB, all else by a handful", all_flat) && good : good;
}

int run(const arguments& given)
{
    auto jobs = read_jobs(given.jobs_file);
    const auto descriptors_before = open_descriptors();
    bool good = true;
    {
        soak one{given, std::move(jobs)};
        one.run();
        const auto& seen = one.watcher();
        std::printf("%.0f s, %llu audits (%llu broken off halfway), %llu jobs written, %llu requests, %llu of them "
                    "failed, %llu connections\n",
                    one.seconds(), static_cast<unsigned long long>(one.audits()),
                    static_cast<unsigned long long>(one.broken_off()), static_cast<unsigned long long>(one.delivered()),
                    static_cast<unsigned long long>(seen.requests), static_cast<unsigned long long>(seen.failed),
                    static_cast<unsigned long long>(seen.opened));
        good &= report_courses(one.samples(), given.audits == 0);
        good &= tell("every job of every audit is accounted for", one.lost() == 0 && one.delivered() > 0);
        good &= tell("no request is left in flight, no connection open", seen.in_flight == 0 && seen.connections == 0);
    }
    good &= tell("no descriptor is left open", open_descriptors() == descriptors_before);
    return good ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv)
{
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    try {
        return run(parse(argc, argv));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "soak: %s\n", error.what());
        return 2;
    }
}
