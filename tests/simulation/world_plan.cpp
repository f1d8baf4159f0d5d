#include "world_plan.hpp"

#include <algorithm>

namespace jobaudit::simulation {

namespace {

using policy::random_source;

constexpr std::array<std::string_view, feature_count> names{"bytes",          "threads",        "rate",
                                                            "rate-change",    "no-adaptive",    "long-tail",
                                                            "server-limit",   "throttle",       "lies",
                                                            "outage",         "brownout",       "slow-start",
                                                            "flapping",       "stalls",         "wall-jumps",
                                                            "poisoned",       "losses",         "stale",
                                                            "hangs",          "errors",         "refusals",
                                                            "all-forbidden",  "revoked",        "unknown-host",
                                                            "canceled",       "deadline",       "slow-sink",
                                                            "slow-source",    "small-pool",     "few-attempts",
                                                            "short-times",    "short-max-wait", "short-outage-limit",
                                                            "changing-lanes", "fetches",        "full-server",
                                                            "forgotten",      "idle-limit",     "doubled",
                                                            "closing",        "pipeline",       "missing",
                                                            "stuck"};

/// In percent: how many worlds have each feature.
constexpr std::array<unsigned, feature_count> frequencies{40, 30, 30, 5,  35, 20, 12, 12, 8, 14, 10, 6,  6,  10, 10,
                                                          12, 15, 15, 8,  20, 20, 2,  5,  3, 8,  6,  10, 10, 12, 25,
                                                          12, 6,  10, 10, 25, 8,  8,  15, 5, 10, 15, 20, 15};

[[nodiscard]] bool one_in(random_source& random, unsigned count) { return random.next() % count == 0; }

[[nodiscard]] unsigned between(random_source& random, unsigned least, unsigned most)
{
    return least + static_cast<unsigned>(random.next() % (most - least + 1));
}

[[nodiscard]] span some_span(random_source& random, duration latest, duration shortest, duration longest)
{
    const duration from = one_in(random, 3) ? duration::zero() : random.uniform(latest);
    return {from, from + shortest + random.uniform(longest - shortest)};
}

void draw_size(world_plan& plan, random_source& random)
{
    const auto dice = random.next() % 100;
    plan.jobs = dice < 60 ? between(random, 1, 80) : dice < 97 ? between(random, 80, 300) : between(random, 300, 2000);
    plan.lanes = one_in(random, 3) ? between(random, 1, 4) : between(random, 4, 40);
    plan.shape = static_cast<latency_shape>(random.next() % 3);
    plan.latency = 1ms + random.uniform(one_in(random, 4) ? duration{400ms} : duration{40ms});
    plan.connecting = 1ms + random.uniform(60ms);
    plan.late_wakeup = random.uniform(1500us);
}

[[nodiscard]] hint some_hint(random_source& random) { return static_cast<hint>(random.next() % 4); }

void draw_running(world_plan& plan, feature each, random_source& random)
{
    audit_options& options = plan.options;
    switch (each) {
    case feature::bytes:
        plan.byte_share = one_in(random, 2) ? 1 : 0.3;
        break;
    case feature::threads:
        plan.schedulers = between(random, 2, 3);
        break;
    case feature::rate:
        options.rate = one_in(random, 4) ? 2 + 10 * random.unit() : 20 + 1500 * random.unit();
        options.burst = one_in(random, 2) ? 1 : between(random, 2, 20);
        break;
    case feature::rate_change:
        plan.rate_changes_at = random.uniform(3s);
        plan.rate_then = 10 + 500 * random.unit();
        break;
    case feature::not_adaptive:
        options.adaptive = false;
        break;
    case feature::canceled:
        plan.canceled_at = random.uniform(4s);
        plan.cancel_drains = one_in(random, 2);
        options.drain_limit = one_in(random, 2) ? 100ms : 10s;
        break;
    case feature::deadline:
        options.deadline = 200ms + random.uniform(8s);
        break;
    case feature::slow_sink:
        plan.sink_time = random.uniform(one_in(random, 4) ? duration{200ms} : duration{10ms});
        break;
    case feature::slow_source:
        plan.source_portion = between(random, 1, 50);
        plan.source_pause = random.uniform(300ms);
        break;
    case feature::small_pool:
        plan.pool = between(random, 1, 3);
        break;
    case feature::changing_lanes:
        for (unsigned count = between(random, 1, 6); count > 0; --count)
            plan.lane_changes.push_back({random.uniform(4s), one_in(random, 2) ? 1 : between(random, 1, 40)});
        break;
    case feature::pipeline:
        plan.depth = between(random, 2, 8);
        plan.pool = between(random, 1, std::max(1u, plan.lanes / 2));
        break;
    case feature::few_attempts:
        options.attempts = between(random, 1, 4);
        break;
    case feature::short_times:
        options.timeout = 100ms + random.uniform(2s);
        options.job_timeout = one_in(random, 2) ? 300ms + random.uniform(2s) : 2s + random.uniform(20s);
        plan.connect_timeout = 200ms + random.uniform(3s);
        break;
    case feature::short_max_wait:
        options.max_wait = random.uniform(2s);
        break;
    case feature::short_outage_limit:
        options.outage_limit = 1s + random.uniform(8s);
        options.outage_limit_at_start = 1s + random.uniform(5s);
        break;
    default:
        break;
    }
}

void draw_flapping(world_plan& plan, random_source& random)
{
    const duration up = 100ms + random.uniform(2s);
    const duration down = 50ms + random.uniform(3s);
    duration now = random.uniform(1s);
    for (int i = 0; i < 12; ++i) {
        plan.outages.push_back({now, now + down});
        now += down + up;
    }
}

void draw_trouble(world_plan& plan, feature each, random_source& random)
{
    switch (each) {
    case feature::long_tail:
        plan.tail_share = 0.2 * random.unit();
        plan.tail = 2 + 40 * random.unit();
        break;
    case feature::server_limit:
        plan.limit.per_second = 5 + 400 * random.unit();
        plan.limit.burst = one_in(random, 2) ? 0 : static_cast<double>(between(random, 1, 50));
        plan.limit.windows = one_in(random, 5);
        plan.limit.how = some_hint(random);
        plan.limit.retry_after = std::chrono::seconds{between(random, 1, 3)};
        plan.limit.slides = one_in(random, 2);
        plan.limit.counts_refused = one_in(random, 2);
        plan.limit.window = std::chrono::seconds{one_in(random, 3) ? 10 : 1};
        break;
    case feature::throttle:
        plan.throttled = 0.03 * random.unit();
        plan.unavailable = one_in(random, 2) ? 0.02 * random.unit() : 0;
        plan.throttle_hint = some_hint(random);
        plan.throttle_time = std::chrono::seconds{between(random, 0, 5)};
        if (one_in(random, 8))
            plan.all_throttled_from = one_in(random, 2) ? duration::zero() : random.uniform(5s);
        break;
    case feature::lies:
        plan.lying = random.unit();
        break;
    case feature::outage:
        plan.outages.push_back(some_span(random, 3s, 500ms, one_in(random, 4) ? 400s : 30s));
        plan.down = static_cast<down_mode>(random.next() % 3);
        break;
    case feature::brownout:
        plan.brownouts.push_back(some_span(random, 2s, 500ms, 10s));
        plan.brownout_errors = random.unit();
        plan.brownout_slowness = 1 + 20 * random.unit();
        break;
    case feature::slow_start:
        plan.slow_start = random.uniform(5s);
        break;
    case feature::flapping:
        draw_flapping(plan, random);
        break;
    case feature::stalls:
        for (unsigned count = between(random, 1, 4); count > 0; --count)
            plan.stalls.push_back(some_span(random, 5s, 10ms, one_in(random, 3) ? 40s : 500ms));
        break;
    case feature::wall_jumps:
        for (unsigned count = between(random, 1, 3); count > 0; --count)
            plan.wall_jumps.push_back({random.uniform(5s), std::chrono::seconds{between(random, 0, 7200)} - 1h});
        break;
    case feature::poisoned:
        plan.poisoned = 0.3 * random.unit();
        if (plan.jobs >= 20 && one_in(random, 3))
            plan.always_refused = between(random, 1, 4);
        break;
    default:
        break;
    }
}

void draw_replies(world_plan& plan, feature each, random_source& random)
{
    switch (each) {
    case feature::losses:
        plan.lost = 0.2 * random.unit();
        break;
    case feature::stale:
        plan.stale = 0.3 * random.unit();
        break;
    case feature::full_server:
        plan.most_connections = between(random, 1, 12);
        plan.ignores_connections = one_in(random, 2);
        break;
    case feature::forgotten:
        plan.forgotten_at = random.uniform(3s);
        plan.options.timeout = std::min(plan.options.timeout, duration{500ms + random.uniform(5s)});
        break;
    case feature::idle_limit:
        plan.idle_limit = 500ms + random.uniform(5s);
        if (one_in(random, 2))
            plan.options.rate = 0.5 + 4 * random.unit();
        plan.announces_idle_limit = plan.idle_limit >= 1s && one_in(random, 2);
        break;
    case feature::doubled:
        plan.doubled = 0.1 * random.unit();
        break;
    case feature::closing:
        plan.closes_after = between(random, 3, 60);
        plan.announces_close = one_in(random, 2);
        break;
    case feature::missing:
        plan.missing = 0.05 * random.unit();
        break;
    case feature::stuck:
        plan.gets_stuck = true;
        break;
    case feature::hangs:
        plan.hangs = 0.05 * random.unit();
        plan.options.timeout = std::min(plan.options.timeout, duration{500ms + random.uniform(5s)});
        break;
    case feature::errors:
        plan.server_error = 0.2 * random.unit();
        plan.bad_gateway = one_in(random, 2) ? 0.3 * random.unit() : 0;
        plan.malformed = one_in(random, 3) ? 0.1 * random.unit() : 0;
        plan.nonsense = one_in(random, 3) ? 0.1 * random.unit() : 0;
        break;
    case feature::refusals:
        plan.not_found = 0.3 * random.unit();
        plan.validation = 0.1 * random.unit();
        plan.forbidden = one_in(random, 2) ? 0.2 * random.unit() : 0;
        plan.odd_status = one_in(random, 2) ? 0.1 * random.unit() : 0;
        break;
    case feature::all_forbidden:
        plan.forbidden = 1;
        break;
    case feature::revoked:
        plan.revoked_at = one_in(random, 3) ? duration::zero() : random.uniform(3s);
        plan.revoked_is_quota = one_in(random, 2);
        break;
    case feature::unknown_host:
        plan.known_from = 100ms + random.uniform(3s);
        plan.certificate_is_wrong = one_in(random, 2);
        break;
    default:
        break;
    }
}

/// What a reply too many did is noticed by one that is left over, within the time that replies take: they must take
/// about the same time, and the connection must not break with the last of them.
void make_regular(world_plan& plan)
{
    for (const auto each : {feature::long_tail, feature::brownout, feature::slow_start, feature::slow_sink,
                            feature::bytes, feature::losses, feature::stale, feature::hangs, feature::outage,
                            feature::flapping, feature::forgotten, feature::short_times})
        plan.features.remove(each);
    plan.byte_share = plan.lost = plan.stale = plan.hangs = plan.tail_share = 0;
    plan.malformed = plan.nonsense = 0;
    plan.shape = latency_shape::constant;
    plan.brownouts.clear();
    plan.outages.clear();
    plan.slow_start = plan.sink_time = {};
    plan.forgotten_at = duration::max();
    plan.options.timeout = audit_options{}.timeout;
    plan.options.job_timeout = audit_options{}.job_timeout;
    plan.connect_timeout = world_plan{}.connect_timeout;
}

/// Where the server closes a connection as it was to be proven, only replies that come too soon tell of one too many: a
/// client that stood still does not see which did, nor one that has got no answer yet which it passed on.
void make_prompt(world_plan& plan)
{
    for (const auto each :
         {feature::stalls, feature::throttle, feature::server_limit, feature::poisoned, feature::errors})
        plan.features.remove(each);
    plan.stalls.clear();
    plan.limit = {};
    plan.throttled = plan.unavailable = plan.poisoned = plan.server_error = plan.bad_gateway = 0;
    plan.always_refused = 0;
    plan.all_throttled_from = duration::max();
}

/// What is missing in a line, or too much, is noticed at its end.
void make_pipeline(world_plan& plan)
{
    for (const auto each : {feature::slow_sink, feature::fetches})
        plan.features.remove(each);
    plan.sink_time = {};
    // One too many and one too few make up for each other.
    if (plan.missing > 0)
        plan.features.remove(feature::doubled);
    plan.doubled = plan.missing > 0 ? 0 : plan.doubled;
    if (plan.missing <= 0 && plan.doubled <= 0)
        return;
    // A line that the client itself ends has no end to look at.
    for (const auto each : {feature::closing, feature::poisoned, feature::stuck})
        plan.features.remove(each);
    plan.closes_after = 0;
    plan.poisoned = 0;
    plan.always_refused = 0;
    plan.gets_stuck = false;
}

void make_plain_lines(world_plan& plan)
{
    for (const auto each : {feature::pipeline, feature::missing, feature::stuck})
        plan.features.remove(each);
    plan.depth = 1;
    plan.missing = 0;
    plan.gets_stuck = false;
}

/// One client's callers, each of whom waits for one job at a time.
void make_fetches(world_plan& plan)
{
    for (const auto each :
         {feature::threads, feature::rate, feature::rate_change, feature::not_adaptive, feature::deadline,
          feature::slow_sink, feature::slow_source, feature::changing_lanes, feature::doubled})
        plan.features.remove(each);
    plan.features.add(feature::fetches);
    plan.fetches = true;
    plan.schedulers = plan.lanes;
    plan.lanes = 1;
    plan.doubled = 0;
    plan.options.rate = 0;
    plan.options.burst = 1;
    plan.options.adaptive = true;
    plan.options.deadline = {};
    plan.sink_time = {};
    plan.source_portion = 0;
    plan.rate_changes_at = duration::max();
    plan.lane_changes.clear();
}

}  // namespace

std::string_view name_of(feature each) noexcept { return names[static_cast<std::size_t>(each)]; }

std::optional<feature> feature_named(std::string_view name) noexcept
{
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
        return {};
    return static_cast<feature>(found - names.begin());
}

world_plan make_world(const world_choice& choice)
{
    random_source random{choice.seed * 0x9e3779b97f4a7c15u + 1};
    world_plan plan;
    plan.seed = choice.seed;
    draw_size(plan, random);
    for (std::size_t i = 0; i < feature_count; ++i) {
        const auto each = static_cast<feature>(i);
        random_source own{random.next()};
        if (own.next() % 100 >= frequencies[i] || choice.without.has(each))
            continue;
        plan.features.add(each);
        draw_running(plan, each, own);
        draw_trouble(plan, each, own);
        draw_replies(plan, each, own);
    }
    if (choice.fetches || plan.features.has(feature::fetches) || !plan.features.has(feature::pipeline))
        make_plain_lines(plan);
    else
        make_pipeline(plan);
    if (plan.features.has(feature::doubled) || plan.features.has(feature::missing))
        make_regular(plan);
    if (plan.features.has(feature::doubled) && plan.features.has(feature::closing))
        make_prompt(plan);
    plan.jobs = choice.jobs.value_or(plan.jobs);
    plan.lanes = choice.lanes.value_or(plan.lanes);
    if (plan.features.has(feature::fetches) || choice.fetches)
        make_fetches(plan);
    plan.schedulers = choice.schedulers.value_or(plan.schedulers);
    return plan;
}

std::string world_choice::arguments() const
{
    std::string text = "--seed " + std::to_string(seed);
    if (jobs)
        text += " --jobs " + std::to_string(*jobs);
    if (lanes)
        text += " --lanes " + std::to_string(*lanes);
    if (schedulers)
        text += " --schedulers " + std::to_string(*schedulers);
    if (fetches)
        text += " --fetches";
    std::string left_out;
    for (std::size_t i = 0; i < feature_count; ++i)
        if (without.has(static_cast<feature>(i)))
            left_out.append(left_out.empty() ? "" : ",").append(names[i]);
    return left_out.empty() ? text : text + " --without " + left_out;
}

}  // namespace jobaudit::simulation
