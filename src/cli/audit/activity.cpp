#include "cli/audit/activity.hpp"

#include "cli/options/quantities.hpp"
#include "cli/terminal/terminal_text.hpp"

#include <algorithm>
#include <new>
#include <string>

namespace jobaudit::cli {
namespace {

std::size_t index_of(wait_reason reason) noexcept { return static_cast<std::size_t>(reason); }

std::string_view beginning_of(wait_reason reason) noexcept
{
    switch (reason) {
    case wait_reason::outage:
        return "the server is down";
    case wait_reason::local_shortage:
        return "this machine can open no connection";
    case wait_reason::server_asked:
        break;
    }
    return "the server asked to wait";
}

std::string_view end_of(wait_reason reason) noexcept
{
    switch (reason) {
    case wait_reason::outage:
        return "the server answers again: going on";
    case wait_reason::local_shortage:
        return "connections can be opened again: going on";
    case wait_reason::server_asked:
        break;
    }
    return "the wait is over: going on";
}

/// Observers must not throw; a line that can't be built for lack of memory is dropped.
template <class MakeLine>
void log_line(event_log& log, log_level level, MakeLine make_line) noexcept
{
    if (!log.wants(level))
        return;
    try {
        log.add(level, make_line());
    } catch (const std::bad_alloc&) {
        return;
    }
}

std::string connection_name(std::uint64_t connection) { return "connection " + std::to_string(connection); }

}  // namespace

std::uint64_t activity::in_flight() const noexcept
{
    const auto finished = finished_.load(std::memory_order_acquire);
    const auto started = started_.load(std::memory_order_acquire);
    return started > finished ? started - finished : 0;
}

std::optional<current_wait> activity::waiting(clock::time_point now) const
{
    for (const auto reason : {wait_reason::local_shortage, wait_reason::outage, wait_reason::server_asked})
        if (auto wait = waiting(reason, now))
            return wait;
    return std::nullopt;
}

std::optional<current_wait> activity::waiting(wait_reason reason, clock::time_point now) const
{
    const auto& times = waits_[index_of(reason)];
    const clock::time_point since{clock::duration{times.since.load(std::memory_order_acquire)}};
    const clock::time_point until{clock::duration{times.until.load(std::memory_order_acquire)}};
    if (since == clock::time_point{})
        return std::nullopt;
    const std::lock_guard lock{rare_};
    return current_wait{reason, std::max(now - since, clock::duration{}), std::max(until - now, clock::duration{}),
                        causes_[index_of(reason)]};
}

void activity::attempt_started(const request_info& request, unsigned attempt) noexcept
{
    started_.fetch_add(1, std::memory_order_release);
    tell_of_going_on();
    log_line(log_, log_level::debug, [&] { return request.job.to_string() + ": attempt " + std::to_string(attempt); });
}

void activity::attempt_finished(const request_info& request, unsigned attempt, int http_status,
                                boost::system::error_code error, std::chrono::nanoseconds took) noexcept
{
    finished_.fetch_add(1, std::memory_order_release);
    log_line(log_, log_level::debug, [&] {
        auto line = request.job.to_string() + ": attempt " + std::to_string(attempt) + " took " + to_text(took);
        if (http_status != 0)
            line += ": HTTP " + std::to_string(http_status);
        if (error)
            line += (http_status != 0 ? ", " : ": ") + error.message();
        return line;
    });
}

void activity::retry_scheduled(const request_info& request, unsigned next_attempt, std::chrono::nanoseconds delay,
                               std::string_view cause) noexcept
{
    retries_.fetch_add(1, std::memory_order_relaxed);
    log_line(log_, log_level::info, [&] {
        return request.job.to_string() + ": attempt " + std::to_string(next_attempt) + " in " + to_text(delay) +
               (cause.empty() ? "" : ": " + printable(cause));
    });
}

void activity::wait_began(wait_reason reason, std::chrono::nanoseconds delay, std::string_view cause) noexcept
{
    keep_cause(reason, cause);
    const auto now = clock::now().time_since_epoch();
    auto& times = waits_[index_of(reason)];
    times.until.store((now + delay).count(), std::memory_order_release);
    clock::rep none = 0;
    const bool is_new = times.since.compare_exchange_strong(none, now.count(), std::memory_order_acq_rel);

    const auto level = is_new ? waits_level_ : log_level::info;
    log_line(log_, level, [&] {
        const auto why = cause.empty() ? std::string{} : " (" + printable(cause) + ')';
        return std::string{beginning_of(reason)} + why + ": next request in " + to_text(delay);
    });
}

void activity::keep_cause(wait_reason reason, std::string_view cause) noexcept
{
    const std::lock_guard lock{rare_};
    auto& kept = causes_[index_of(reason)];
    try {
        kept = cause;
    } catch (const std::bad_alloc&) {
        kept.clear();
    }
}

void activity::limit_found(const server_limit& found) noexcept
{
    const std::lock_guard lock{rare_};
    limit_ = found;
}

server_limit activity::limit() const noexcept
{
    const std::lock_guard lock{rare_};
    return limit_;
}

void activity::wait_ended(wait_reason reason) noexcept
{
    if (waits_[index_of(reason)].since.exchange(0, std::memory_order_acq_rel) == 0)
        return;
    waits_[index_of(reason)].is_over.store(true, std::memory_order_release);
}

// A wait may also end because the audit does: only the next request shows that it goes on.
void activity::tell_of_going_on() noexcept
{
    for (const auto reason : {wait_reason::server_asked, wait_reason::outage, wait_reason::local_shortage}) {
        auto& is_over = waits_[index_of(reason)].is_over;
        if (is_over.load(std::memory_order_acquire) && is_over.exchange(false, std::memory_order_acq_rel))
            log_line(log_, waits_level_, [&] { return std::string{end_of(reason)}; });
    }
}

void activity::connection_opened(std::uint64_t connection, bool resumed) noexcept
{
    log_line(log_, log_level::debug,
             [&] { return connection_name(connection) + " opened" + (resumed ? ", TLS session resumed" : ""); });
}

void activity::connection_failed(std::uint64_t connection, boost::system::error_code error,
                                 std::string_view message) noexcept
{
    log_line(log_, log_level::debug, [&] {
        return connection_name(connection) + " failed: " + (message.empty() ? error.message() : std::string{message});
    });
}

void activity::connection_closed(std::uint64_t connection) noexcept
{
    log_line(log_, log_level::debug, [&] { return connection_name(connection) + " closed"; });
}

void activity::response_left_over(std::uint64_t connection, std::size_t answers) noexcept
{
    log_line(log_, log_level::warn, [&] {
        std::string line =
            connection_name(connection) + ": the server, or what stands before it, sent an answer too many";
        if (answers != 0)
            line += "; asking again for " + counted(answers, "job", "jobs") + " that it may belong to";
        return line;
    });
}

}  // namespace jobaudit::cli
