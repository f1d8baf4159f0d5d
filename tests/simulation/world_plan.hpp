#pragma once

#include "policy/random.hpp"
#include "policy/time.hpp"

#include <jobaudit/options.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::simulation {

using namespace std::chrono_literals;
using policy::duration;
using policy::time_point;

/// The moment `after` the start of a world.
[[nodiscard]] constexpr time_point at(duration after) noexcept { return time_point{std::chrono::hours{1000} + after}; }

/// What may be unusual in a world. Each draws its figures from a seed of its own, so that a world without one of them
/// keeps all the others as they are.
enum class feature : std::uint8_t {
    bytes,               // replies are bytes, read by the real readers in pieces
    threads,             // two or three schedulers share the batch
    rate,                // --rate and --burst
    rate_change,         // the rate is changed while running
    not_adaptive,        // --no-adaptive
    long_tail,           // a few replies take very long
    server_limit,        // the server refuses what is above its rate
    throttle,            // refusals at random
    lies,                // Retry-After names a time too short, far too long, or nonsense
    outage,              // nothing answers for a while
    brownout,            // slow and full of errors for a while
    slow_start,          // the server needs time to become fast
    flapping,            // up and down in turns
    stalls,              // the event loop stands still, so that the clock jumps
    wall_jumps,          // the wall clock is set
    poisoned,            // jobs that always fail
    losses,              // connections break, at any byte of the reply
    stale,               // connections that were idle are dead when used
    hangs,               // replies that never come
    errors,              // 5xx, malformed bodies and what is no HTTP
    refusals,            // 404, 422, 403 and other 4xx
    all_forbidden,       // each reply is 403
    revoked,             // 401 or 402 from some moment on
    unknown_host,        // the name or the certificate is wrong, for some time
    canceled,            // the batch is canceled, at once or with a drain
    deadline,            // --deadline
    slow_sink,           // each outcome takes time to deliver
    slow_source,         // jobs come bit by bit
    small_pool,          // fewer connections than lanes
    few_attempts,        // --attempts, from one on
    short_times,         // short limits for attempts and jobs
    short_max_wait,      // a short --max-wait
    short_outage_limit,  // a short --outage-limit
    changing_lanes,      // large responses leave room for fewer requests than lanes, for some time
    fetches,             // no batch: callers that fetch one job after the other by itself, from one client
    full_server,         // the server takes so many connections, and no more
    forgotten,           // all connections turn into black holes at some time
    idle_limit,          // the server closes what was idle for so long
    doubled,             // a reply comes twice now and then
    closing,             // the server closes each connection after so many replies
    pipeline,            // --pipeline
    missing,             // with that, a reply does not come now and then, though those behind it do
    stuck                // … a server that answers the first of a line, and nothing more
};

inline constexpr std::size_t feature_count = static_cast<std::size_t>(feature::stuck) + 1;

[[nodiscard]] std::string_view name_of(feature each) noexcept;
[[nodiscard]] std::optional<feature> feature_named(std::string_view name) noexcept;

class feature_set {
public:
    void add(feature each) noexcept { bits_ |= bit(each); }
    void remove(feature each) noexcept { bits_ &= ~bit(each); }
    [[nodiscard]] bool has(feature each) const noexcept { return (bits_ & bit(each)) != 0; }

private:
    [[nodiscard]] static std::uint64_t bit(feature each) noexcept { return 1ull << static_cast<unsigned>(each); }

    std::uint64_t bits_ = 0;
};

struct span {
    duration from{};
    duration until{};

    [[nodiscard]] bool holds(time_point now) const noexcept { return at(from) <= now && now < at(until); }
};

/// How a server names the time after which it wants to be asked again.
enum class hint : std::uint8_t { none, seconds, date, body };

/// The server's own limit: a bucket of tokens, as in nginx's limit_req (capacity burst + 1), or one that counts in
/// windows, which are fixed or slide as those of HAProxy's http_req_rate; or so many requests at a time.
struct server_limit {
    double per_second = 0;  ///< 0: none
    double burst = 0;
    bool windows = false;
    duration window = 1s;
    bool slides = false;          ///< what is left of the window before counts too, pro rata
    bool counts_refused = false;  ///< in windows that slide
    hint how = hint::none;
    duration retry_after = 1s;
    unsigned at_once = 0;         ///< requests that are being worked on; 0: no limit
    bool is_unavailable = false;  ///< what is above it gets 503, not 429

    [[nodiscard]] bool exists() const noexcept { return per_second > 0 || at_once > 0; }
};

enum class down_mode : std::uint8_t { refused, silent, bad_gateway };

enum class latency_shape : std::uint8_t { constant, even, exponential };

/// A whole world: its jobs, how the batch is run, and what the server does.
struct world_plan {
    std::uint64_t seed = 1;
    feature_set features;
    std::uint32_t jobs = 100;
    unsigned schedulers = 1;  ///< with `fetches`, callers
    unsigned lanes = 16;      ///< of each scheduler
    bool fetches = false;     ///< each job is a batch of its own; what is known of the origin is shared
    unsigned depth = 1;       ///< exchanges of a connection at a time
    unsigned pool = 0;        ///< connections of each scheduler, or of all fetches; 0: as many as lanes
    audit_options options{};
    duration connect_timeout = 10s;
    duration pool_idle_timeout = 30s;
    duration late_wakeup = 200us;

    latency_shape shape = latency_shape::even;
    duration latency = 20ms;
    duration connecting = 30ms;
    double tail_share = 0;  ///< of replies that take `tail` times as long
    double tail = 1;

    double byte_share = 0;  ///< of the attempts that are played with real bytes

    server_limit limit;
    double throttled = 0;    ///< share of replies that are 429
    double unavailable = 0;  ///< … that are 503 with Retry-After
    hint throttle_hint = hint::seconds;
    std::optional<hint> unavailable_hint{};  ///< of a 503; throttle_hint unless set
    duration throttle_time = 1s;
    duration all_throttled_from = duration::max();  ///< each reply is 429, as with a quota that is used up
    double lying = 0;                               ///< share of the hints that are wrong

    std::vector<span> outages;
    down_mode down = down_mode::refused;
    std::vector<span> brownouts;
    double brownout_errors = 0;
    double brownout_slowness = 1;
    duration slow_start{};  ///< until then, latency shrinks from ten times the usual
    std::vector<span> stalls;
    struct wall_jump {
        duration when{};
        std::chrono::seconds by{};
    };
    std::vector<wall_jump> wall_jumps;

    double poisoned = 0;                      ///< share of the jobs
    std::uint32_t always_refused = 0;         ///< so many jobs, spread over all
    unsigned most_connections = 0;            ///< that the server takes; 0: no limit
    bool ignores_connections = false;         ///< … without a word for those above it
    duration forgotten_at = duration::max();  ///< connections of before that get no answer any more
    duration idle_limit{};                    ///< of the server's; 0: none
    bool announces_idle_limit = false;        ///< in each reply, in whole seconds
    double doubled = 0;                       ///< share of replies that come twice
    double missing = 0;                       ///< share of those that never come, while others do
    unsigned closes_after = 0;                ///< replies, each connection; 0: never
    bool announces_close = true;
    bool gets_stuck = false;  ///< by requests that come before the one before them was answered
    double lost = 0;          ///< share of replies whose connection breaks
    double stale = 0;         ///< share of reused connections that turn out dead
    double hangs = 0;
    double server_error = 0;
    double bad_gateway = 0;
    double malformed = 0;
    double nonsense = 0;  ///< what is no HTTP
    double not_found = 0;
    double validation = 0;
    double forbidden = 0;
    double odd_status = 0;
    duration revoked_at = duration::max();
    bool revoked_is_quota = false;
    duration known_from{};              ///< until then the host's name is unknown
    bool certificate_is_wrong = false;  ///< … or its certificate wrong

    duration canceled_at = duration::max();
    bool cancel_drains = false;
    duration sink_time{};
    std::uint32_t source_portion = 0;  ///< jobs at once; 0: all are there from the start
    duration source_pause{};
    duration rate_changes_at = duration::max();
    double rate_then = 0;
    struct lane_change {
        duration when{};
        unsigned lanes = 1;
    };
    std::vector<lane_change> lane_changes;  ///< so many of each scheduler's lanes may be used from then on

    [[nodiscard]] bool refuses_connections() const noexcept { return most_connections > 0 || !outages.empty(); }
    /// Connections of each scheduler, or of all fetches.
    [[nodiscard]] unsigned share() const noexcept { return pool > 0 ? pool : fetches ? schedulers : lanes; }
};

/// The world of a seed, without some of what would be in it.
struct world_choice {
    std::uint64_t seed = 1;
    feature_set without;
    bool fetches = false;  ///< whatever is drawn
    std::optional<std::uint32_t> jobs;
    std::optional<unsigned> lanes;
    std::optional<unsigned> schedulers;

    /// Arguments of `simulate` that replay it.
    [[nodiscard]] std::string arguments() const;
};

[[nodiscard]] world_plan make_world(const world_choice& choice);

}  // namespace jobaudit::simulation
