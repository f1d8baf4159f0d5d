#pragma once

#include <jobaudit/outcome.hpp>

#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace jobaudit {

/// Why nothing is being sent although there are jobs.
enum class wait_reason : std::uint8_t {
    server_asked,    ///< 429, or 503 with Retry-After
    outage,          ///< the origin fails as a whole: one probe at a time
    local_shortage,  ///< errc::local_shortage: likewise, though not for the origin's sake
};

/// What a server was found to take, from what it refused.
struct server_limit {
    std::uint64_t refusals = 0;  ///< so far: summary::refusals
    /// With audit_options::adaptive: requests a second, or at a time; 0: no such limit was met, or it is not known well
    /// yet.
    double a_second = 0;
    unsigned at_a_time = 0;  ///< see a_second

    /// Member by member.
    friend bool operator==(const server_limit&, const server_limit&) = default;
};

/// Whose request it is that an observer is told of. Valid during the call.
struct request_info {
    /// The parameters are the members.
    request_info(const job_id& asked_for, std::string_view id = {}, void* of_caller = nullptr) noexcept
        : job{asked_for}, request_id{id}, context{of_caller}
    {}

    const job_id& job;            ///< the job that is asked for
    std::string_view request_id;  ///< fetch_options::request_id or audit_options::request_id
    void* context;                ///< fetch_options::context or audit_options::context
};

/// Sees what a client does, for progress, metrics and tracing. Override what you need.
///
/// Thread safety: members are called from every thread that the client uses, concurrently; they must not block and not
/// throw.
class observer {
public:
    observer() = default;
    observer(const observer&) = delete;
    observer& operator=(const observer&) = delete;
    virtual ~observer() = default;

    /// A request is about to leave, or could not, for lack of a connection; `attempt` counts from 1. Each is followed
    /// by one attempt_finished.
    virtual void attempt_started(const request_info& /*request*/, unsigned /*attempt*/) noexcept {}

    /// An attempt ended. `http_status` is 0 where there was no response; `error` is clear for a success, and
    /// errc::canceled where the attempt was cut off.
    virtual void attempt_finished(const request_info& /*request*/, unsigned /*attempt*/, int /*http_status*/,
                                  boost::system::error_code /*error*/, std::chrono::nanoseconds /*took*/) noexcept
    {}

    /// The job will be asked for again after `delay` at the earliest. `cause` says for a person what the attempt came
    /// to: `HTTP 503 Service Unavailable: no healthy upstream`, `no whole response within 30 s …`.
    virtual void retry_scheduled(const request_info& /*request*/, unsigned /*next_attempt*/,
                                 std::chrono::nanoseconds /*delay*/, std::string_view /*cause*/) noexcept
    {}

    /// Nothing is sent to the host for `delay`; called again when that changes. `cause` is what the last failure, or
    /// the last refusal, was.
    virtual void wait_began(wait_reason /*reason*/, std::chrono::nanoseconds /*delay*/,
                            std::string_view /*cause*/) noexcept
    {}

    /// Requests go out again.
    virtual void wait_ended(wait_reason /*reason*/) noexcept {}

    /// An audit's server has refused requests, or what it takes is known better: called when `found` has changed, a few
    /// times a second at most.
    virtual void limit_found(const server_limit& /*found*/) noexcept {}

    /// `resumed`: the TLS session was (SSL_session_reused).
    virtual void connection_opened(std::uint64_t /*connection*/, bool /*resumed*/) noexcept {}
    /// One could not be opened; `message` says why, for a person.
    virtual void connection_failed(std::uint64_t /*connection*/, boost::system::error_code /*error*/,
                                   std::string_view /*message*/) noexcept
    {}
    /// One that was opened is closed, by either side.
    virtual void connection_closed(std::uint64_t /*connection*/) noexcept {}

    /// A response came on the connection that nobody had asked for. Only their order tells what responses answer (RFC
    /// 9112 §9.3.2), so the last `answers` on it may be those to other requests: an audit asks for their jobs again and
    /// delivers them once more. From now on the origin gets one connection a request.
    virtual void response_left_over(std::uint64_t /*connection*/, std::size_t /*answers*/) noexcept {}
};

}  // namespace jobaudit
