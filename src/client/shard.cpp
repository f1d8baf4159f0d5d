#include "client/shard.hpp"

#include "client/job_request.hpp"
#include "client/option_checks.hpp"
#include "net/secret_spellings.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace jobaudit::client_detail {

namespace {

net::endpoint endpoint_of(const setup& shared)
{
    net::endpoint where;
    where.host = shared.origin.host;
    where.port = shared.origin.port;
    where.tls = shared.origin.tls;
    where.connect_timeout = shared.options.connect_timeout;
    if (!shared.options.proxy.empty())
        where.proxy = net::parse_proxy(shared.options.proxy);
    return where;
}

std::vector<protocol::secret> secrets_of(const client_options& options)
{
    auto all = net::spellings_of(options.credentials.key, "[the API key]");
    if (!options.proxy.empty())
        for (auto& each : net::parse_proxy(options.proxy).secrets())
            all.push_back(std::move(each));
    return all;
}

// More than one head, so that a head at its limit still fits with what follows it.
std::size_t buffer_size(const client_options& options)
{
    return std::max<std::size_t>(2 * options.max_head, 128 * 1024);
}

protocol::response_reader::limits limits_of(const client_options& options)
{
    protocol::response_reader::limits bounds;
    bounds.head = options.max_head;
    bounds.body = options.max_body;
    return bounds;
}

}  // namespace

setup::setup(client_options given)
    : options{checked(std::move(given))}
    , origin{checked_origin(options)}
    , tls{origin.tls ? std::make_unique<net::tls_context>(options.tls) : nullptr}
    , request{origin, options.credentials, options.user_agent, protocol::make_field_lines(options.headers)}
    , secrets{secrets_of(options)}
    , pipelining{options.pipeline}
    , memory{options.max_memory}
{}

shard::shard(boost::asio::any_io_executor executor, std::shared_ptr<setup> shared)
    : executor_{std::move(executor)}
    , setup_{std::move(shared)}
    , reactor_{executor_}
    , connector_{executor_, reactor_, setup_->tls.get(), endpoint_of(*setup_)}
    , pool_{connector_,
            {setup_->options.idle_timeout, setup_->options.max_connection_age},
            setup_->pipelining,
            setup_->connections,
            setup_->options.observer}
    , request_{setup_->request}
    , readings_{limits_of(setup_->options)}
    , buffer_(buffer_size(setup_->options))
    , timer_{executor_}
{
    reactor_.set_pause(
        [this] { return coalescing_.pause_after_look(net::clock::now(), pool_.leased(), pool_.released()); });
}

void shard::watch(net::operation& op)
{
    op.watched_by(*this);
    if (!op.is_linked())
        operations_.push_back(op);
    start_ticking();
}

void shard::listen(tick_listener& listener)
{
    listeners_.push_back(&listener);
    start_ticking();
}

void shard::leave(tick_listener& listener) noexcept { std::erase(listeners_, &listener); }

void shard::wait_for_memory(job_request& reading)
{
    if (std::ranges::find(waiting_for_memory_, &reading) == waiting_for_memory_.end())
        waiting_for_memory_.push_back(&reading);
}

void shard::stop_waiting_for_memory(job_request& reading) noexcept { std::erase(waiting_for_memory_, &reading); }

void shard::note_free_memory()
{
    std::erase_if(waiting_for_memory_, [](job_request* each) { return each->goes_on_reading(); });
}

void shard::close() noexcept
{
    closed_ = true;
    pool_.close_idle();
    timer_.cancel();
}

void shard::abandon() noexcept
{
    pool_.end_service();
    while (!operations_.empty()) {
        auto& first = operations_.front();
        first.unlink();
        first.abandon();
    }
}

bool shard::is_busy() const noexcept { return !operations_.empty() || !listeners_.empty() || pool_.has_looks_due(); }

void shard::start_ticking()
{
    if (ticking_ || closed_)
        return;
    ticking_ = true;
    const auto now = net::clock::now();
    if (std::exchange(resting_, false)) {
        reactor_.resume();
        pool_.reap(now);
    }
    next_tick_ = now + tick_interval;
    worked_.mark();
    timer_.expires_at(next_tick_);
    timer_.async_wait([weak = weak_from_this()](error_code) {
        if (const auto self = weak.lock()) {
            self->ticking_ = false;
            self->tick();
        }
    });
}

void shard::tick()
{
    const auto now = net::clock::now();
    check_deadlines(now);
    for (std::size_t i = 0; i < listeners_.size(); ++i)
        listeners_[i]->on_tick(now);
    pool_.reap(now);
    note_free_memory();
    if (is_busy()) {
        start_ticking();
    } else {
        resting_ = true;
        reactor_.rest();
    }
}

void shard::check_deadlines(net::clock::time_point now)
{
    note_standstill(now);
    for (;;) {
        const auto due = std::ranges::find_if(operations_, [now](const auto& op) { return op.is_due(now); });
        if (due == operations_.end())
            break;
        due->check(now);
    }
}

void shard::look_in_passing(net::clock::time_point now)
{
    if (now < next_tick_)
        return;
    const auto alive = shared_from_this();
    check_deadlines(now);
    next_tick_ = now + tick_interval;
    worked_.mark();
}

// Where the event loop itself stood still (a sink that blocks, a suspended process), no time has passed for the
// operations; where it was late since it had much to do, it has.
void shard::note_standstill(net::clock::time_point now)
{
    const auto late = now - next_tick_;
    if (late <= 2 * tick_interval)
        return;
    const auto stood_still = late - worked_.since_mark();
    if (stood_still > 2 * tick_interval)
        for (auto& op : operations_)
            op.postpone(stood_still);
    next_tick_ = now + tick_interval;
    worked_.mark();
}

}  // namespace jobaudit::client_detail
