#pragma once

#include "event_log.hpp"
#include "oracle.hpp"
#include "reply_bytes.hpp"
#include "simulated_pool.hpp"
#include "simulated_server.hpp"
#include "world_plan.hpp"

#include "policy/scheduler.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <vector>

namespace jobaudit::simulation {

/// What a world came to.
struct world_result {
    std::string violation;  ///< empty: every promise was kept
    std::string last_events;
    duration elapsed{};
    duration last_delivery{};  ///< what is answered last is looked at for up to two seconds more
    std::uint64_t steps = 0;
    std::uint64_t requests = 0;
    std::uint64_t refused = 0;   ///< answered with 429, or 503 with a time
    std::uint64_t failures = 0;  ///< attempts that came to nothing, refused ones among them
    std::array<std::uint32_t, outcome_kind_count> outcomes{};
    std::uint32_t left_over = 0;
    stop_reason stopped = stop_reason::none;

    [[nodiscard]] bool operator==(const world_result&) const = default;
    [[nodiscard]] std::uint32_t count(outcome_kind kind) const { return outcomes[static_cast<std::size_t>(kind)]; }
};

/// Told of each request and its end as the server sees them.
class traffic_watcher {
public:
    virtual ~traffic_watcher() = default;
    virtual void on_sent(time_point now) = 0;
    virtual void on_answered(time_point now, bool refused) = 0;
};

/// Plays a batch on a virtual clock, event by event, as the program's shell runs it: lanes that carry one job each and
/// park when there is nothing to do, one timer and one coarse tick a thread, the real pool over simulated connections,
/// one replay of a request whose idle connection was dead, deadlines by the tick, a sink that takes its time.
class simulated_batch {
public:
    explicit simulated_batch(const world_plan& plan, traffic_watcher* watcher = nullptr);

    [[nodiscard]] world_result run();

private:
    enum class step : std::uint8_t {
        wake,
        timer,
        tick,
        connected,
        gave_way,
        lost_in_line,
        late,
        replied,
        sink_done,
        told_to_stop,
        told_to_end,
        cancel,
        drained,
        source,
        change_rate,
        change_lanes,
        look,
        prove,
        doubt
    };

    struct event {
        time_point when;
        std::uint64_t order;
        step what;
        std::uint8_t who;
        std::uint32_t lane;
        std::uint32_t turn;

        bool operator<(const event& other) const
        {
            return when != other.when ? when > other.when : order > other.order;
        }
    };

    enum class lane_state : std::uint8_t { parked, queuing, connecting, exchanging, delivering, proving, gone };

    struct place_in_line final : policy::connection_waiter {
        place_in_line(bool wants_new, time_point now, std::function<void()> tell)
            : connection_waiter{wants_new}, since{now}, tell_{std::move(tell)}
        {}

        const time_point since;

    private:
        void wake() override { tell_(); }

        const std::function<void()> tell_;
    };

    struct lane_opening final : policy::connection_pool::opening {
        lane_opening(policy::connection_share& user, time_point now, std::function<void()> tell)
            : opening{user, now}, tell_{std::move(tell)}
        {}

    private:
        void give_way() override { tell_(); }

        const std::function<void()> tell_;
    };

    struct lane {
        lane_state state = lane_state::parked;
        policy::attempt current;
        std::uint32_t job = 0;
        std::uint32_t turn = 0;  // events of an earlier turn are void
        std::shared_ptr<simulated_connection> held;
        std::unique_ptr<place_in_line> in_line;
        std::optional<lane_opening> opening;
        std::uint64_t used = 0;       // the last connection that a request was sent on
        std::uint32_t answer_of = 0;  // the job whose answer came: its own, unless the connection is one ahead
        bool stands_in_line = false;  // behind others of its connection: its time stands still
        time_point in_line_since{};
        bool reused = false;
        bool came_too_late = false;  // its request, for the idle limit of the server
        bool is_replacement = false;
        bool sent = false;
        duration time_in_line{};
        time_point sent_at{};
        time_point deadline{};
        time_point connect_deadline{};
        reply awaited;
        outcome_kind outcome = outcome_kind::not_tried;
    };

    struct thread {
        explicit thread(unsigned lane_count) : lanes(lane_count) {}

        std::unique_ptr<policy::batch_state> fetch;  // that is under way, where jobs are fetched one by one
        std::unique_ptr<policy::scheduler> decides;
        std::vector<lane> lanes;
        std::vector<std::uint32_t> parked;
        std::vector<policy::unproven_answer> doubted;
        struct doubt {
            policy::unproven_answer answer;
            unsigned times = 0;
            bool is_open = false;
        };
        std::map<std::uint32_t, doubt> doubts;  // jobs that are asked for again, or were
        bool is_proving = false;
        bool is_proven = false;
        time_point timer_at = time_point::max();
        time_point next_tick{};
        unsigned gone = 0;
        bool wake_posted = false;
        bool source_ended = false;
        bool fetch_end_noticed = false;
    };

    void push(time_point when, step what, unsigned who, std::uint32_t which = 0, std::uint32_t turn = 0);
    [[nodiscard]] time_point awake(unsigned who, time_point when) const;
    void handle(const event& next);
    void start();
    void finish();

    // A lane's life.
    void run_lane(unsigned who, std::uint32_t which);
    [[nodiscard]] bool carry(unsigned who, std::uint32_t which);
    [[nodiscard]] bool exchange(unsigned who, std::uint32_t which);
    void take_reply(unsigned who, std::uint32_t which, bool is_last);
    void complete(unsigned who, std::uint32_t which, const attempt_facts& facts, const protocol::verdict& verdict);
    void abandon(unsigned who, std::uint32_t which);
    void deliver(unsigned who, std::uint32_t which);
    void hand_over(const lane& from);
    static void leave_attempt(lane& self);

    // Fetches: simulated_fetches.cpp.
    [[nodiscard]] bool begin_fetch(unsigned who);
    void note_fetch_end(unsigned who);
    void take_leftovers(const thread& self);
    void wait_in_line(unsigned who, policy::wait_cause cause);
    void wake_next_in_line();
    void cancel_fetches();

    // Connections: simulated_connections.cpp.
    [[nodiscard]] simulated_pool& pool_of(unsigned who) { return *pools_[plan_.fetches ? 0 : who]; }
    [[nodiscard]] bool follow(unsigned who, std::uint32_t which, policy::connection_pool::step next, bool wants_new);
    void connect(unsigned who, std::uint32_t which);
    void stand_in_line(unsigned who, std::uint32_t which, bool wants_new);
    void take_place(unsigned who, std::uint32_t which);
    void take_connection(unsigned who, std::uint32_t which);
    void go_elsewhere(unsigned who, std::uint32_t which);
    void end_opening(unsigned who, lane& self);
    [[nodiscard]] bool has_work_in_flight(unsigned who) const;
    [[nodiscard]] bool could_go_elsewhere(unsigned who) const;
    [[nodiscard]] bool is_left_in_line(unsigned who) const;
    void hold(lane& self, policy::connection_pool::connection_ptr lent);
    [[nodiscard]] reply lost_request() const;
    void await_reply(unsigned who, std::uint32_t which);
    /// What comes on a connection goes to the first of those who wait there.
    void hand_reply(std::uint64_t number);
    void end_line(const std::deque<simulated_connection::asker>& lost);
    void leave_line(lane& self);
    void go_on_elsewhere(unsigned who, std::uint32_t which);
    /// An attempt leaves its connection before its reply.
    void withdraw(unsigned who, std::uint32_t which, bool is_canceled);
    [[nodiscard]] time_point send_reply(simulated_connection& from, reply made, std::uint32_t job);
    void replace_connection(unsigned who, std::uint32_t which);
    /// Whatever of a connection it has: in hand, in line, or being opened.
    void let_go(unsigned who, lane& self);
    void note_answer(lane& self, outcome_kind kind);
    void doubt(unsigned who);
    void ask_again(unsigned who);
    [[nodiscard]] bool prove(unsigned who, std::uint32_t which);

    // What happens around the lanes.
    void refill(thread& self, unsigned who);
    void tick(unsigned who);
    void end_late(unsigned who, std::uint32_t which);
    void note_stop(unsigned who);
    void told_to_stop(unsigned who, bool drain);
    void set_timer(unsigned who, time_point until);
    void wake_one(unsigned who);
    void wake_one_later(unsigned who);
    void wake_all(unsigned who);

    [[nodiscard]] reply_reading::result read(lane& self);
    [[nodiscard]] unsigned usable_lanes() const;
    [[nodiscard]] bool all_gone() const { return ended_threads_ == threads_.size(); }

    const world_plan plan_;
    traffic_watcher* const watcher_;
    policy::origin_state origin_;
    policy::batch_state shared_;
    policy::random_source random_;
    simulated_server server_;
    event_log log_;
    oracle oracle_;
    reply_reading reading_;
    time_point now_ = at({});
    std::priority_queue<event> events_;
    std::uint64_t order_ = 0;
    std::vector<std::unique_ptr<thread>> threads_;
    std::size_t ended_threads_ = 0;
    unsigned usable_lanes_;
    std::uint64_t connections_ = 0;
    unsigned early_breaks_ = 0;  // of lines of requests, by the server
    policy::pipelining lines_;
    std::map<std::uint64_t, std::weak_ptr<simulated_connection>> open_;  // by number
    std::vector<std::unique_ptr<simulated_pool>> pools_;
    std::uint32_t given_ = 0;
    std::uint32_t available_ = 0;
    time_point sink_free_at_ = at({});
    bool stop_noticed_ = false;
    std::map<std::uint32_t, unsigned> line_;  // fetches that wait for another one's end, by job: their callers
    world_result result_;
};

}  // namespace jobaudit::simulation
