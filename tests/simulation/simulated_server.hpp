#pragma once

#include "world_plan.hpp"

#include "protocol/time.hpp"

#include <jobaudit/outcome.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <vector>

namespace jobaudit::simulation {

enum class reply_kind : std::uint8_t {
    ok,
    not_found,
    validation,
    forbidden,
    odd_status,  // 418
    unauthorized,
    quota,
    server_error,
    bad_gateway,
    unavailable,  // 503 with Retry-After
    throttled,
    malformed,  // 200 with a body that is none
    nonsense,   // no HTTP
    lost,       // the connection breaks before the first byte
    cut,        // … within the reply
    silence
};

/// What the server does with one request.
struct reply {
    reply_kind what = reply_kind::ok;
    duration after{};
    hint how = hint::none;
    std::optional<std::chrono::seconds> asked;  ///< what a hint says; none: nothing that can be understood
    bool dated = true;                          ///< the reply has a Date of its own
    protocol::wall_time date{};                 ///< the server's clock
};

/// What one attempt came to, in the words of the contract: what the oracle judges by. Not taken from a verdict.
struct attempt_facts {
    outcome_kind kind = outcome_kind::ok;
    int status = 0;
    bool success = false;   ///< the server did what it is there for
    bool retried = false;   ///< to be asked again, where the limits allow
    bool fatal = false;     ///< may end the batch
    bool sign = false;      ///< of an outage
    bool slows = false;     ///< the host is to be asked more slowly
    bool overload = false;  ///< the same while others succeed; otherwise it is a failure
    std::optional<duration> asked;
};

[[nodiscard]] attempt_facts facts_of(const reply& from, protocol::wall_time client_time);

/// What became of an attempt that got no reply at all.
[[nodiscard]] attempt_facts facts_of_failure(outcome_kind kind);

/// The server of a world. Its clock is right; that of the client may have been set.
class simulated_server {
public:
    explicit simulated_server(const world_plan& plan);

    enum class connecting : std::uint8_t { works, refused, silent, unknown_host, wrong_certificate };
    [[nodiscard]] connecting on_connect(time_point now) const;
    [[nodiscard]] duration connect_time();
    void note_open() { ++open_; }
    void note_closed() { --open_; }

    [[nodiscard]] reply on_request(std::uint32_t job, time_point now);

    [[nodiscard]] bool is_poisoned(std::uint32_t job) const;
    [[nodiscard]] bool is_always_refused(std::uint32_t job) const;
    [[nodiscard]] protocol::wall_time wall_clock(time_point now) const;
    [[nodiscard]] protocol::wall_time client_wall_clock(time_point now) const;

private:
    [[nodiscard]] bool is_down(time_point now) const;
    [[nodiscard]] duration latency(time_point now);
    [[nodiscard]] bool refuses(time_point now);
    [[nodiscard]] bool exceeds_window(time_point now);
    [[nodiscard]] bool is_busy(time_point now);
    [[nodiscard]] reply_kind drawn(std::uint32_t job, time_point now);
    void name_a_time(reply& made, hint how, duration wanted);

    const world_plan& plan_;
    policy::random_source random_;
    double level_;
    time_point level_at_;
    double in_window_ = 0;
    double in_window_before_ = 0;
    std::priority_queue<time_point, std::vector<time_point>, std::greater<>> working_until_;
    unsigned open_ = 0;  // connections
};

}  // namespace jobaudit::simulation
