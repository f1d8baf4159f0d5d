#include "emulator/statistics_recorder.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace jobaudit::emulator {

namespace {

void append_field(std::string& out, std::string_view name, std::uint64_t value)
{
    out += '"';
    out += name;
    out += "\":" + std::to_string(value) + ',';
}

}  // namespace

arrival statistics_recorder::request_arrived(request_kind kind, const job_id& job)
{
    const std::lock_guard lock{mutex_};
    // Read under the lock, so that the window is ordered.
    const auto now = now_();
    count_in_window(now);
    count_in_second(now);
    arrival result;
    result.number = ++totals_.requests;
    if (kind == request_kind::failed_files)
        result.of_job = counts_.add(job);
    if (kind == request_kind::list)
        result.of_list = ++list_requests_;
    return result;
}

void statistics_recorder::count_in_window(clock::time_point now)
{
    if (last_)
        totals_.longest_silence = std::max<std::chrono::nanoseconds>(totals_.longest_silence, now - *last_);
    last_ = now;
    window_.push_back(now);
    while (now - window_.front() >= std::chrono::seconds{1})
        window_.pop_front();
    totals_.max_requests_in_one_second = std::max<std::uint64_t>(totals_.max_requests_in_one_second, window_.size());
}

void statistics_recorder::count_in_second(clock::time_point now)
{
    if (!first_)
        first_ = now;
    const auto second = static_cast<std::size_t>(std::chrono::floor<std::chrono::seconds>(now - *first_).count());
    if (totals_.requests_by_second.size() <= second)
        totals_.requests_by_second.resize(second + 1);
    ++totals_.requests_by_second[second];
}

void statistics_recorder::responded(int status)
{
    const std::lock_guard lock{mutex_};
    ++totals_.responses[status];
}

bool statistics_recorder::connection_opened()
{
    const std::lock_guard lock{mutex_};
    ++totals_.connections;
    if (++totals_.open_connections <= totals_.max_open_connections)
        return false;
    totals_.max_open_connections = totals_.open_connections;
    return true;
}

void statistics_recorder::connection_closed()
{
    const std::lock_guard lock{mutex_};
    --totals_.open_connections;
}

void statistics_recorder::connection_discounted(bool raised, std::optional<bool> resumed)
{
    const std::lock_guard lock{mutex_};
    const auto take_back = [](std::uint64_t& count) { count -= count > 0 ? 1U : 0U; };
    if (raised)
        take_back(totals_.max_open_connections);
    take_back(totals_.open_connections);
    take_back(totals_.connections);
    if (resumed)
        take_back(*resumed ? totals_.handshakes_resumed : totals_.handshakes_full);
}

void statistics_recorder::handshake_ended(bool resumed)
{
    const std::lock_guard lock{mutex_};
    ++(resumed ? totals_.handshakes_resumed : totals_.handshakes_full);
}

void statistics_recorder::handshake_failed()
{
    const std::lock_guard lock{mutex_};
    ++totals_.handshakes_failed;
}

statistics statistics_recorder::snapshot() const
{
    const std::lock_guard lock{mutex_};
    auto result = totals_;
    result.max_requests_of_a_job = counts_.highest();
    result.jobs_requested = counts_.size();
    return result;
}

std::uint64_t statistics_recorder::requests_of(const job_id& job) const
{
    const std::lock_guard lock{mutex_};
    return counts_.of(job);
}

void statistics_recorder::reset()
{
    const std::lock_guard lock{mutex_};
    const auto open = totals_.open_connections;
    totals_ = {};
    totals_.open_connections = open;
    totals_.max_open_connections = open;
    counts_.clear();
    list_requests_ = 0;
    window_.clear();
    first_.reset();
    last_.reset();
}

void statistics_recorder::append_json(std::string& out, bool with_jobs) const
{
    const auto now = snapshot();
    out += '{';
    append_field(out, "requests", now.requests);
    append_field(out, "max_requests_of_a_job", now.max_requests_of_a_job);
    append_field(out, "jobs_requested", now.jobs_requested);
    append_field(out, "max_requests_in_one_second", now.max_requests_in_one_second);
    append_field(
        out, "longest_silence_ms",
        static_cast<std::uint64_t>(std::chrono::floor<std::chrono::milliseconds>(now.longest_silence).count()));
    append_field(out, "connections", now.connections);
    append_field(out, "open_connections", now.open_connections);
    append_field(out, "max_open_connections", now.max_open_connections);
    append_field(out, "handshakes_full", now.handshakes_full);
    append_field(out, "handshakes_resumed", now.handshakes_resumed);
    append_field(out, "handshakes_failed", now.handshakes_failed);
    out += "\"responses\":{";
    for (const auto& [status, count] : now.responses)
        append_field(out, std::to_string(status), count);
    if (out.back() == ',')
        out.pop_back();
    out += "},\"requests_by_second\":[";
    for (const auto count : now.requests_by_second)
        out += std::to_string(count) + ',';
    if (out.back() == ',')
        out.pop_back();
    out += ']';
    if (with_jobs) {
        out += ",\"jobs\":{";
        const std::lock_guard lock{mutex_};
        counts_.for_each([&](const job_id& job, std::uint64_t count) { append_field(out, job.to_string(), count); });
        if (out.back() == ',')
            out.pop_back();
        out += '}';
    }
    out += "}\n";
}

}  // namespace jobaudit::emulator
