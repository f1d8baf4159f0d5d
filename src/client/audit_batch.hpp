#pragma once

#include "client/exception_text.hpp"
#include "client/job_feed.hpp"
#include "client/outcome_delivery.hpp"
#include "client/request_marks.hpp"
#include "client/wait_reporter.hpp"
#include "policy/batch_state.hpp"

#include <jobaudit/observer.hpp>
#include <jobaudit/options.hpp>
#include <jobaudit/shared_limits.hpp>
#include <jobaudit/summary.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace jobaudit::client_detail {

/// What one thread's part of a batch has counted.
struct part_counts {
    std::array<std::uint64_t, outcome_kind_count> outcomes{};
    std::uint64_t failed_files = 0;
    std::uint64_t requests = 0;
    std::uint64_t retries = 0;
    std::uint64_t connections = 0;
    std::uint64_t responses_left_over = 0;
    std::uint64_t delivered_again = 0;
};

/// What the parts of a batch share. Thread-safe.
struct audit_batch {
    audit_batch(any_job_source jobs, any_sink sink, const audit_options& options, boost::asio::any_io_executor home,
                policy::time_point now, std::uint64_t seed, const client_options& of_client, request_marks of_requests)
        : kept_origin{of_client.limits ? of_client.limits->state()
                                       : std::make_shared<policy::origin_state>(options.rate, options.burst, now, seed)}
        , origin{*kept_origin}
        , state{options, origin, now}
        , feed{std::move(jobs)}
        , delivery{std::move(sink), std::move(home)}
        , observer{of_client.observer}
        , waits{origin, observer}
        , marks{std::move(of_requests)}
    {}

    const std::shared_ptr<policy::origin_state> kept_origin;
    policy::origin_state& origin;
    policy::batch_state state;
    job_feed feed;
    outcome_delivery delivery;
    jobaudit::observer* const observer;
    wait_reporter waits;  // of the thread of the client's executor alone
    const request_marks marks;

    /// Ends the batch because the source threw `failure`.
    void source_failed(const std::exception_ptr& failure)
    {
        state.stop({.reason = stop_reason::source_failed,
                    .error = errc::source_failed,
                    .message = "the source of the jobs failed: " + exception_text(failure)});
    }

    /// Ends the batch because `delivery` has failed.
    void sink_failed()
    {
        state.stop({.reason = stop_reason::sink_failed, .error = errc::sink_failed, .message = sink_failure()});
    }

    [[nodiscard]] std::string sink_failure() const { return "the sink failed: " + delivery.failure(); }

    /// Called, from any thread, by whoever sees first that the batch was stopped; tells all parts.
    std::function<void()> announce_stop;
    std::atomic<bool> stop_announced{false};
};

}  // namespace jobaudit::client_detail
