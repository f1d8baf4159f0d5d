#include <jobaudit/client.hpp>

#include "client/audit_run.hpp"
#include "client/context_end.hpp"
#include "client/exception_text.hpp"
#include "client/fetch_run.hpp"
#include "client/list_run.hpp"
#include "client/option_checks.hpp"
#include "client/random_seed.hpp"
#include "client/request_marks.hpp"
#include "client/serial_executor.hpp"
#include "client/shard.hpp"
#include "client/worker_thread.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <new>
#include <optional>
#include <utility>
#include <vector>

namespace jobaudit {

namespace asio = boost::asio;
using namespace client_detail;

namespace {

/// The operations that run. Those that have ended are forgotten whenever their number has doubled, so that adding one
/// costs the same however many there are.
template <class Run>
class running_operations {
public:
    void add(const std::shared_ptr<Run>& run)
    {
        if (runs_.size() >= forget_at_) {
            std::erase_if(runs_, [](const auto& each) { return each.expired(); });
            forget_at_ = std::max(least, 2 * runs_.size());
        }
        runs_.push_back(run);
    }

    template <class Action>
    void for_each(Action&& action) const
    {
        for (const auto& each : runs_)
            if (const auto run = each.lock())
                action(*run);
    }

private:
    static constexpr std::size_t least = 64;

    std::vector<std::weak_ptr<Run>> runs_;
    std::size_t forget_at_ = least;
};

/// Options as an operation uses them once its initiating function has returned.
template <class Options>
detail::usable_options<Options> with_copies(Options options, const client_options& of_client)
{
    detail::usable_options<Options> copied{options, std::string{options.request_id}, {}};
    if (!copied.request_id.empty())
        copied.field_lines =
            protocol::make_field_lines(std::array{header_field{of_client.request_id_header, copied.request_id}});
    copied.options.request_id = {};
    if constexpr (requires { options.headers; }) {
        copied.field_lines += protocol::make_field_lines(options.headers);
        copied.options.headers = {};
    }
    return copied;
}

}  // namespace

class client::implementation : public std::enable_shared_from_this<client::implementation> {
public:
    implementation(const executor_type& given, client_options options)
        : executor_{options.executor_is_serial ? given : make_serial(given)}
        , setup_{std::make_shared<setup>(std::move(options))}
        , home_{std::make_shared<shard>(executor_, setup_)}
        , fetch_group_{std::make_shared<fetch_group>(setup_->options, random_seed())}
        , thread_timer_{std::in_place, executor_}
    {}

    [[nodiscard]] const client_options& options() const noexcept { return setup_->options; }
    /// Empty once the context that it belongs to has ended.
    [[nodiscard]] const executor_type& executor() const noexcept { return executor_; }

    void fetch(std::shared_ptr<fetch_run> run, detail::completion<outcome> done)
    {
        start(std::move(run), fetches_, std::move(done));
    }

    void list(std::shared_ptr<list_run> run, detail::completion<list_outcome> done)
    {
        start(std::move(run), lists_, std::move(done));
    }

    [[nodiscard]] std::shared_ptr<fetch_run> make_fetch(job_id job, usable<fetch_options> how)
    {
        request_marks marks{std::move(how.field_lines), std::move(how.request_id), how.options.context};
        // Apart from its count of owners, so that a weak one keeps no more than that.
        return std::shared_ptr<fetch_run>(new fetch_run{home_, fetch_group_, job, how.options, std::move(marks)});
    }

    [[nodiscard]] std::shared_ptr<list_run> make_list(any_list_sink sink, usable<list_options> how)
    {
        const request_marks marks{std::move(how.field_lines), std::move(how.request_id), how.options.context};
        return std::shared_ptr<list_run>(new list_run{home_, fetch_group_, std::move(sink), how.options, marks});
    }

    /// The end of an audit, for its handler and for audit_options::totals.
    class audit_completion {
    public:
        audit_completion(summary* totals, detail::completion<summary> handler) noexcept
            : totals_{totals}, handler_{std::move(handler)}
        {}

        void operator()(error_code code, summary result)
        {
            if (totals_ != nullptr)
                *totals_ = result;
            handler_(code, std::move(result));
        }

    private:
        summary* const totals_;
        detail::completion<summary> handler_;
    };

    /// An audit between its initiation and the time when its parts are made, on the executor.
    struct audit_ticket {
        std::weak_ptr<audit_run> run;
        std::optional<bool> canceled;  // before it ran; true: with a drain

        void cancel(bool drain)
        {
            if (const auto running = run.lock())
                running->cancel(errc::canceled, drain);
            else if (!canceled || *canceled)
                canceled = drain;
        }
    };

    void audit(any_job_source jobs, any_sink sink, usable<audit_options> how,
               const std::shared_ptr<audit_ticket>& ticket, detail::completion<summary> handler)
    {
        auto done = std::make_shared<audit_completion>(how.options.totals, std::move(handler));
        if (closing_) {
            {
                // Here too they are let go of before their owner hears of the end.
                const any_job_source unread{std::move(jobs)};
                const any_sink unused{std::move(sink)};
            }
            (*done)(errc::client_closed, {});
            return;
        }
        std::shared_ptr<audit_run> run;
        try {
            run = make_audit(std::move(jobs), std::move(sink), std::move(how));
        } catch (...) {
            // Only a sink that makes no writer throws there.
            summary nothing;
            nothing.stopped = stop_reason::sink_failed;
            nothing.error = errc::sink_failed;
            nothing.message = "the sink failed: " + exception_text(std::current_exception());
            (*done)(errc::sink_failed, std::move(nothing));
            return;
        }
        ticket->run = run;
        audits_.add(run);
        begin();
        run->start([self = shared_from_this(), done, keep = ticket](error_code code, summary result) {
            (*done)(code, std::move(result));
            self->end();
        });
        if (ticket->canceled)
            run->cancel(errc::canceled, *ticket->canceled);
    }

    /// Lets the handler of a cancellation slot, which may outlive everything here, reach an operation.
    template <class Run>
    [[nodiscard]] auto canceler(const std::shared_ptr<Run>& run)
    {
        return [client = weak_from_this(), weak = std::weak_ptr{run}](auto how) {
            if (const auto self = client.lock())
                asio::dispatch(self->executor_, [weak, how] {
                    if (const auto running = weak.lock())
                        how(*running);
                });
        };
    }

    void set_rate(double per_second)
    {
        audits_.for_each([per_second](audit_run& run) { run.set_rate(per_second); });
    }

    void close(detail::completion<> done)
    {
        closing_ = true;
        if (done)
            close_waiters_.push_back(std::make_shared<detail::completion<>>(std::move(done)));
        fetches_.for_each([](fetch_run& run) { run.cancel(errc::client_closed); });
        lists_.for_each([](list_run& run) { run.cancel(errc::client_closed); });
        audits_.for_each([](audit_run& run) { run.cancel(errc::client_closed, false); });
        if (running_ == 0)
            closed();
    }

private:
    template <class Run, class Result>
    void start(std::shared_ptr<Run> run, running_operations<Run>& among, detail::completion<Result> done)
    {
        if (closing_) {
            run.reset();
            done(errc::client_closed, {});
            return;
        }
        among.add(run);
        begin();
        if (run->is_to_be_canceled())
            run->cancel(errc::canceled);
        auto held = std::make_shared<detail::completion<Result>>(std::move(done));
        run->start([self = shared_from_this(), held](error_code code, Result result) {
            (*held)(code, std::move(result));
            self->end();
        });
    }

    void begin() noexcept { ++running_; }

    void end()
    {
        if (--running_ == 0 && closing_)
            asio::post(executor_, [self = shared_from_this()] { self->closed(); });
    }

    void closed()
    {
        if (running_ > 0)
            return;
        home_->close();
        for (const auto& each : threads_)
            each->stop();
        if (!std::exchange(awaiting_threads_, true))
            await_threads();
    }

    /// The executor is the application's: it must not stand still while a thread looks up a name. The threads don't
    /// post to it when they end, since its context need not live that long.
    void await_threads()
    {
        if (!std::ranges::all_of(threads_, &worker_thread::has_ended)) {
            thread_timer_->expires_after(std::chrono::milliseconds{1});
            thread_timer_->async_wait([self = shared_from_this()](error_code ec) {
                if (!ec)
                    self->await_threads();
            });
            return;
        }
        awaiting_threads_ = false;
        threads_.clear();
        for (auto& each : std::exchange(close_waiters_, {}))
            (*each)({});
    }

    /// The context ends: no handler will run any more, and nothing that belongs to it may be left behind. What is in
    /// flight never completes.
    void abandon() noexcept
    {
        const auto self = weak_from_this().lock();
        if (!self)
            return;
        for (const auto& each : threads_)
            each->abandon();
        audits_.for_each([](audit_run& run) { run.abandon(); });
        home_->abandon();
        threads_.clear();
        close_waiters_.clear();
        thread_timer_.reset();
        home_.reset();
        executor_ = {};
    }

    /// Says how many of the `wanted` threads there are, the client's own among them: when the system gives no more, a
    /// batch makes do with fewer.
    [[nodiscard]] unsigned prepare_threads(unsigned wanted)
    {
        try {
            while (threads_.size() + 1 < wanted)
                threads_.push_back(std::make_unique<worker_thread>(setup_));
        } catch (const std::exception&) {
            wanted = static_cast<unsigned>(threads_.size() + 1);
        }
        return wanted;
    }

    [[nodiscard]] std::shared_ptr<audit_run> make_audit(any_job_source jobs, any_sink sink, usable<audit_options> how)
    {
        const auto& options = how.options;
        const auto seed = options.seed != 0 ? options.seed : random_seed();
        const auto part_count = prepare_threads(std::min(options.threads, options.concurrency));
        auto batch = std::make_shared<audit_batch>(
            std::move(jobs), std::move(sink), options, executor_, net::clock::now(), seed, setup_->options,
            request_marks{std::move(how.field_lines), std::move(how.request_id), options.context});
        std::vector<std::shared_ptr<audit_part>> parts;
        for (unsigned i = 0; i < part_count; ++i) {
            const auto connections = options.concurrency / part_count + (i < options.concurrency % part_count ? 1 : 0);
            parts.push_back(std::make_shared<audit_part>(i == 0 ? home_ : threads_[i - 1]->home(), batch, connections,
                                                         seed + i, i == 0));
        }
        return std::make_shared<audit_run>(executor_, std::move(batch), std::move(parts));
    }

    executor_type executor_;
    const std::shared_ptr<setup> setup_;
    std::shared_ptr<shard> home_;
    const std::shared_ptr<fetch_group> fetch_group_;
    std::vector<std::unique_ptr<worker_thread>> threads_;
    running_operations<fetch_run> fetches_;
    running_operations<list_run> lists_;
    running_operations<audit_run> audits_;
    const context_end home_end_{executor_, [this] { abandon(); }};
    std::optional<asio::steady_timer> thread_timer_;
    std::size_t running_ = 0;
    bool closing_ = false;
    bool awaiting_threads_ = false;
    std::vector<std::shared_ptr<detail::completion<>>> close_waiters_;
};

client::client(const executor_type& executor, client_options options)
    : implementation_{std::make_shared<implementation>(executor, std::move(options))}
{}

client::client(client&&) noexcept = default;

client& client::operator=(client&& other) noexcept
{
    std::swap(implementation_, other.implementation_);
    return *this;
}

client::~client()
{
    if (!implementation_ || !implementation_->executor())
        return;
    try {
        asio::post(implementation_->executor(), [self = implementation_] { self->close({}); });
    } catch (const std::bad_alloc&) {
        // Without memory it can't be closed in order; what is left ends with the context.
    }
}

client::executor_type client::get_executor() const noexcept { return executor_of(*implementation_); }

client::executor_type client::executor_of(const implementation& of) noexcept { return of.executor(); }

auto client::checked(const fetch_options& options) const -> usable<fetch_options>
{
    return with_copies(client_detail::checked(options), implementation_->options());
}

auto client::checked(const audit_options& options) const -> usable<audit_options>
{
    return with_copies(client_detail::checked(options, implementation_->options()), implementation_->options());
}

auto client::checked(const list_options& options) const -> usable<list_options>
{
    return with_copies(client_detail::checked(options), implementation_->options());
}

// Operations start with a post, never at once: a completion handler must not run within its initiating function.

template <class Run>
void client::connect(const shared_implementation& of, const std::shared_ptr<Run>& run, asio::cancellation_slot slot)
{
    if (slot.is_connected())
        slot.assign([cancel = of->canceler(run), weak = std::weak_ptr{run}](asio::cancellation_type) {
            if (const auto running = weak.lock())
                running->note_cancel();
            cancel([](Run& self) { self.cancel(errc::canceled); });
        });
}

void client::start_fetch(const shared_implementation& of, job_id job, usable<fetch_options> how,
                         asio::cancellation_slot slot, detail::completion<outcome> done)
{
    auto run = of->make_fetch(job, std::move(how));
    connect(of, run, slot);
    asio::post(of->executor(),
               [self = of, run, done = std::move(done)]() mutable { self->fetch(std::move(run), std::move(done)); });
}

void client::start_list(const shared_implementation& of, any_list_sink sink, usable<list_options> how,
                        asio::cancellation_slot slot, detail::completion<list_outcome> done)
{
    auto run = of->make_list(std::move(sink), std::move(how));
    connect(of, run, slot);
    asio::post(of->executor(),
               [self = of, run, done = std::move(done)]() mutable { self->list(std::move(run), std::move(done)); });
}

void client::start_audit(const shared_implementation& of, any_job_source jobs, any_sink sink, usable<audit_options> how,
                         asio::cancellation_slot slot, detail::completion<summary> done)
{
    auto ticket = std::make_shared<implementation::audit_ticket>();
    if (slot.is_connected())
        slot.assign([cancel = of->canceler(ticket)](asio::cancellation_type type) {
            const bool drain = (type & (asio::cancellation_type::terminal | asio::cancellation_type::total)) ==
                               asio::cancellation_type::none;
            cancel([drain](implementation::audit_ticket& self) { self.cancel(drain); });
        });
    asio::post(of->executor(), [self = of, jobs = std::move(jobs), sink = std::move(sink), how = std::move(how), ticket,
                                done = std::move(done)]() mutable {
        self->audit(std::move(jobs), std::move(sink), std::move(how), ticket, std::move(done));
    });
}

void client::start_close(const shared_implementation& of, detail::completion<> done)
{
    asio::post(of->executor(), [self = of, done = std::move(done)]() mutable { self->close(std::move(done)); });
}

void client::set_rate(double per_second)
{
    audit_options changed;
    changed.rate = per_second;
    (void)checked(changed);
    if (implementation_->options().limits)
        throw option_error{"rate", "is that of client_options::limits: change it there"};
    // Behind the start of an audit that was initiated before.
    asio::post(implementation_->executor(), [self = implementation_, per_second] { self->set_rate(per_second); });
}

}  // namespace jobaudit
