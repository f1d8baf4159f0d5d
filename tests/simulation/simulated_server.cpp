#include "simulated_server.hpp"

#include <algorithm>
#include <cmath>

namespace jobaudit::simulation {

namespace {

constexpr protocol::wall_time wall_start{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}};

constexpr duration turning_away = 500us;

[[nodiscard]] bool any_holds(const std::vector<span>& spans, time_point now)
{
    return std::any_of(spans.begin(), spans.end(), [now](const span& each) { return each.holds(now); });
}

[[nodiscard]] attempt_facts answered(outcome_kind kind, int status)
{
    attempt_facts facts;
    facts.kind = kind;
    facts.status = status;
    return facts;
}

[[nodiscard]] attempt_facts good(outcome_kind kind, int status)
{
    auto facts = answered(kind, status);
    facts.success = true;
    return facts;
}

[[nodiscard]] attempt_facts again(outcome_kind kind, int status, bool sign = false)
{
    auto facts = answered(kind, status);
    facts.retried = true;
    facts.sign = sign;
    return facts;
}

[[nodiscard]] attempt_facts fatal(outcome_kind kind, int status)
{
    auto facts = answered(kind, status);
    facts.fatal = true;
    return facts;
}

[[nodiscard]] std::optional<duration> understood(const reply& from, protocol::wall_time client_time)
{
    if (!from.asked)
        return std::nullopt;
    duration asked = *from.asked;
    if (from.how == hint::date && !from.dated)
        asked = std::min<duration>(from.date + *from.asked - client_time, std::chrono::hours{24 * 365});
    // None, or one of the past, is no hint.
    return asked > 0s ? std::optional{asked} : std::nullopt;
}

}  // namespace

attempt_facts facts_of(const reply& from, protocol::wall_time client_time)
{
    switch (from.what) {
    case reply_kind::ok:
        return good(outcome_kind::ok, 200);
    case reply_kind::not_found:
        return good(outcome_kind::not_found, 404);
    case reply_kind::validation:
        return good(outcome_kind::validation, 422);
    case reply_kind::forbidden:
        return good(outcome_kind::forbidden, 403);
    case reply_kind::odd_status:
        return good(outcome_kind::http_error, 418);
    case reply_kind::unauthorized:
        return fatal(outcome_kind::unauthorized, 401);
    case reply_kind::quota:
        return fatal(outcome_kind::payment_required, 402);
    case reply_kind::server_error:
        return again(outcome_kind::server_error, 500);
    case reply_kind::bad_gateway:
        return again(outcome_kind::server_error, 502, true);
    case reply_kind::unavailable: {
        auto facts = again(outcome_kind::server_error, 503, true);
        facts.asked = understood(from, client_time);
        facts.slows = facts.asked.has_value();
        facts.overload = !facts.slows;
        return facts;
    }
    case reply_kind::throttled: {
        auto facts = again(outcome_kind::rate_limited, 429);
        facts.slows = true;
        facts.asked = understood(from, client_time);
        return facts;
    }
    case reply_kind::malformed:
        return again(outcome_kind::malformed_body, 200);
    case reply_kind::nonsense:
        return again(outcome_kind::protocol, 0);
    case reply_kind::lost:
    case reply_kind::cut:
    case reply_kind::silence:
        break;
    }
    return again(outcome_kind::transport, 0, true);
}

attempt_facts facts_of_failure(outcome_kind kind)
{
    auto facts = again(kind, 0, kind != outcome_kind::timeout);
    facts.fatal = kind == outcome_kind::dns || kind == outcome_kind::tls;
    return facts;
}

simulated_server::simulated_server(const world_plan& plan)
    : plan_{plan}, random_{~plan.seed}, level_{plan.limit.burst + 1}, level_at_{at({})}
{}

protocol::wall_time simulated_server::wall_clock(time_point now) const
{
    return wall_start + std::chrono::floor<std::chrono::seconds>(now - at({}));
}

protocol::wall_time simulated_server::client_wall_clock(time_point now) const
{
    auto shown = wall_clock(now);
    for (const auto& jump : plan_.wall_jumps)
        shown += at(jump.when) <= now ? jump.by : 0s;
    return shown;
}

bool simulated_server::is_down(time_point now) const { return any_holds(plan_.outages, now); }

simulated_server::connecting simulated_server::on_connect(time_point now) const
{
    if (now < at(plan_.known_from))
        return plan_.certificate_is_wrong ? connecting::wrong_certificate : connecting::unknown_host;
    if (!is_down(now) || plan_.down == down_mode::bad_gateway) {
        if (plan_.most_connections == 0 || open_ < plan_.most_connections)
            return connecting::works;
        return plan_.ignores_connections ? connecting::silent : connecting::refused;
    }
    return plan_.down == down_mode::refused ? connecting::refused : connecting::silent;
}

duration simulated_server::connect_time() { return plan_.connecting / 2 + random_.uniform(plan_.connecting); }

duration simulated_server::latency(time_point now)
{
    auto typical = static_cast<double>(plan_.latency.count());
    if (now < at(plan_.slow_start))
        typical *= 1 + 9 * static_cast<double>((at(plan_.slow_start) - now).count()) /
                           static_cast<double>(plan_.slow_start.count());
    if (any_holds(plan_.brownouts, now))
        typical *= plan_.brownout_slowness;
    if (plan_.tail_share > 0 && random_.unit() < plan_.tail_share)
        typical *= plan_.tail;
    switch (plan_.shape) {
    case latency_shape::constant:
        break;
    case latency_shape::even:
        typical *= 0.5 + random_.unit();
        break;
    case latency_shape::exponential:
        typical *= -std::log(1 - random_.unit());
        break;
    }
    return duration{static_cast<duration::rep>(typical)};
}

bool simulated_server::refuses(time_point now)
{
    const server_limit& limit = plan_.limit;
    if (limit.at_once > 0 && is_busy(now))
        return true;
    if (limit.per_second <= 0)
        return false;
    if (limit.windows)
        return exceeds_window(now);
    const double passed = std::chrono::duration<double>{now - level_at_}.count();
    level_ = std::min(limit.burst + 1, level_ + passed * limit.per_second);
    level_at_ = now;
    if (level_ < 1)
        return true;
    level_ -= 1;
    return false;
}

bool simulated_server::exceeds_window(time_point now)
{
    const server_limit& limit = plan_.limit;
    if (const auto windows = (now - level_at_) / limit.window; windows > 0) {
        level_at_ += windows * limit.window;
        in_window_before_ = limit.slides && windows == 1 ? in_window_ : 0;
        in_window_ = 0;
    }
    const std::chrono::duration<double> length = limit.window;
    const double left = 1 - (now - level_at_) / length;
    const bool exceeds = ++in_window_ + std::floor(in_window_before_ * left) > limit.per_second * length.count();
    if (exceeds && !limit.counts_refused)
        --in_window_;
    return exceeds;
}

bool simulated_server::is_busy(time_point now)
{
    while (!working_until_.empty() && working_until_.top() <= now)
        working_until_.pop();
    return working_until_.size() >= plan_.limit.at_once;
}

bool simulated_server::is_poisoned(std::uint32_t job) const
{
    return plan_.poisoned > 0 &&
           policy::random_source{plan_.seed ^ (job * 0x2545f4914f6cdd1du)}.unit() < plan_.poisoned;
}

bool simulated_server::is_always_refused(std::uint32_t job) const
{
    if (plan_.always_refused == 0)
        return false;
    const std::uint32_t apart = std::max(plan_.jobs / plan_.always_refused, 1u);  // also with fewer jobs than drawn
    return job % apart == apart / 2;
}

reply_kind simulated_server::drawn(std::uint32_t job, time_point now)
{
    if (now >= at(std::min<duration>(plan_.revoked_at, 1000h)))
        return plan_.revoked_is_quota ? reply_kind::quota : reply_kind::unauthorized;
    if (now >= at(std::min<duration>(plan_.all_throttled_from, 1000h)))
        return reply_kind::throttled;
    if (refuses(now) || is_always_refused(job))
        return plan_.limit.is_unavailable ? reply_kind::unavailable : reply_kind::throttled;
    if (is_poisoned(job))
        return job % 3 == 0 ? reply_kind::bad_gateway : job % 3 == 1 ? reply_kind::server_error : reply_kind::malformed;
    if (any_holds(plan_.brownouts, now) && random_.unit() < plan_.brownout_errors)
        return random_.unit() < 0.5 ? reply_kind::bad_gateway : reply_kind::server_error;

    double dice = random_.unit();
    const auto falls_to = [&dice](double share) { return (dice -= share) < 0; };
    const std::array<std::pair<double, reply_kind>, 13> shares{{
        {plan_.throttled, reply_kind::throttled},
        {plan_.unavailable, reply_kind::unavailable},
        {plan_.lost / 2, reply_kind::lost},
        {plan_.lost / 2, reply_kind::cut},
        {plan_.hangs, reply_kind::silence},
        {plan_.server_error, reply_kind::server_error},
        {plan_.bad_gateway, reply_kind::bad_gateway},
        {plan_.malformed, reply_kind::malformed},
        {plan_.nonsense, reply_kind::nonsense},
        {plan_.not_found, reply_kind::not_found},
        {plan_.validation, reply_kind::validation},
        {plan_.odd_status, reply_kind::odd_status},
        {plan_.forbidden, reply_kind::forbidden},
    }};
    for (const auto& [share, kind] : shares)
        if (falls_to(share))
            return kind;
    return reply_kind::ok;
}

void simulated_server::name_a_time(reply& made, hint how, duration wanted)
{
    made.how = how;
    made.dated = random_.next() % 4 != 0;
    if (how == hint::none)
        return;
    made.asked = std::chrono::ceil<std::chrono::seconds>(wanted);
    if (plan_.lying <= 0 || random_.unit() >= plan_.lying)
        return;
    switch (random_.next() % 4) {
    case 0:
        made.asked = 0s;
        break;
    case 1:
        made.asked = std::chrono::seconds{1 + random_.next() % 60};
        break;
    case 2:
        made.asked = std::chrono::seconds{600 + random_.next() % 100'000};
        break;
    default:
        made.asked.reset();
        break;
    }
}

reply simulated_server::on_request(std::uint32_t job, time_point now)
{
    reply made;
    made.after = latency(now);
    made.date = wall_clock(now);
    if (is_down(now)) {
        made.what = plan_.down == down_mode::refused  ? reply_kind::lost
                    : plan_.down == down_mode::silent ? reply_kind::silence
                                                      : reply_kind::bad_gateway;
        return made;
    }
    made.what = drawn(job, now);
    const bool is_refusal = made.what == reply_kind::throttled || made.what == reply_kind::unavailable;
    if (is_refusal && plan_.limit.exists())
        name_a_time(made, plan_.limit.how, plan_.limit.retry_after);
    else if (is_refusal)
        name_a_time(made,
                    made.what == reply_kind::unavailable ? plan_.unavailable_hint.value_or(plan_.throttle_hint)
                                                         : plan_.throttle_hint,
                    plan_.throttle_time);
    if (plan_.limit.at_once > 0) {
        // Who is turned away is turned away at once; the client learns of an end some time after it.
        made.after = is_refusal ? turning_away : made.after;
        if (!is_refusal)
            working_until_.push(now + made.after - turning_away);
    }
    return made;
}

}  // namespace jobaudit::simulation
