#include "client/list_run.hpp"

#include "client/exception_text.hpp"
#include "client/option_checks.hpp"
#include "protocol/redaction.hpp"
#include "protocol/request_head.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace jobaudit::client_detail {

namespace asio = boost::asio;

namespace {

// The platform picks one status at most.
std::string request_for(const setup& shared, const list_options& options, const request_marks& marks)
{
    const auto status = options.status.size() == 1 ? options.status.front() : std::string{};
    return protocol::make_get(shared.origin, shared.options.credentials, shared.options.user_agent,
                              protocol::list_target(options.workflow_id, status),
                              protocol::make_field_lines(shared.options.headers) + marks.field_lines);
}

protocol::response_reader::limits limits_of(const client_options& options)
{
    protocol::response_reader::limits bounds;
    bounds.head = options.max_head;
    bounds.body = std::numeric_limits<std::uint64_t>::max();
    return bounds;
}

}  // namespace

list_run::list_run(std::shared_ptr<shard> home, std::shared_ptr<fetch_group> group, any_list_sink sink,
                   const list_options& options, const request_marks& marks)
    : other_request{request_for(home->shared(), options, marks), limits_of(home->shared().options)}
    , home_{std::move(home)}
    , group_{std::move(group)}
    , sink_{std::move(sink)}
    , options_{options}
    , marks_{marks}
{
    result_.request_id = marks_.request_id;
}

void list_run::start(std::function<void(error_code, list_outcome)> done)
{
    done_ = std::move(done);
    ask();
}

void list_run::ask()
{
    given_before_ = given_.size();
    auto how = as_fetch(options_);
    if (given_before_ == 0)
        how.outage_limit = options_.outage_limit_at_start;
    auto next = std::make_shared<fetch_run>(home_, group_, job_id{}, how, marks_, shared_from_this());
    asking_ = next;
    if (canceled_)
        next->cancel(*canceled_);
    next->start([self = shared_from_this()](error_code code, outcome result) { self->take(code, std::move(result)); });
}

void list_run::cancel(errc why)
{
    if (!canceled_)
        canceled_ = why;
    if (const auto asking = asking_.lock())
        asking->cancel(why);
    stops_.emit(asio::cancellation_type::terminal);
}

void list_run::take(error_code code, outcome result)
{
    result_.attempts += result.attempts;
    result_.elapsed += result.elapsed;
    if (is_to_go_on(code, result)) {
        ask();
        return;
    }
    ended_by_ = code;
    result_.kind = result.kind;
    result_.http_status = result.http_status;
    result_.message = std::move(result.message);
    result_.validation = std::move(result.validation);
    result_.error = result.error;
    has_ended_ = true;
    if (!is_passing_on_)
        complete();
}

// A list that takes long, or that its sink takes slowly, may break off more often than a job may be asked for.
bool list_run::is_to_go_on(error_code code, const outcome& result) const
{
    return !code && !canceled_ && !failure_ && may_pass(result.kind) && result.kind != outcome_kind::not_tried &&
           result.kind != outcome_kind::rate_limited && given_.size() > given_before_;
}

void list_run::begin()
{
    reader_.begin(*this);
    given_.begin_anew();
    result_.left_out = 0;
}

error_code list_run::write(std::string_view bytes)
{
    if (failure_)
        return errc::sink_failed;
    error_code error;
    try {
        error = reader_.write(bytes);
    } catch (...) {
        fail(std::current_exception());
        return errc::sink_failed;
    }
    if (!waiting_.empty())
        start_passing_on();
    return error;
}

error_code list_run::finish() { return failure_ ? errc::sink_failed : reader_.finish(); }

void list_run::on_job(const job_information& job)
{
    if (given_.contains(job.job))
        return;
    if (!is_wanted(job)) {
        ++result_.left_out;
        return;
    }
    given_.add(job.job);
    auto passed_on = job;
    for (auto* text : {&passed_on.workflow_id, &passed_on.workflow_name, &passed_on.status, &passed_on.created_at,
                       &passed_on.runtime})
        protocol::redact(*text, home_->shared().secrets);
    if (sink_->plain())
        sink_->plain()(std::move(passed_on));
    else
        waiting_.push_back(std::move(passed_on));
}

bool list_run::is_wanted(const job_information& job) const
{
    return options_.status.empty() || std::ranges::find(options_.status, job.status) != options_.status.end();
}

void list_run::fail(const std::exception_ptr& failure)
{
    failure_ = exception_text(failure);
    waiting_.clear();
}

void list_run::start_passing_on()
{
    if (std::exchange(is_passing_on_, true))
        return;
    asio::co_spawn(
        home_->executor(), pass_on(),
        asio::bind_cancellation_slot(
            stops_.slot(), [self = shared_from_this()](const std::exception_ptr& failed) { self->passed_on(failed); }));
}

asio::awaitable<void> list_run::pass_on()
{
    while (!waiting_.empty()) {
        auto job = std::move(waiting_.front());
        waiting_.pop_front();
        auto call = sink_->awaitable()(std::move(job));
        co_await std::move(call);
    }
}

void list_run::passed_on(const std::exception_ptr& failed)
{
    is_passing_on_ = false;
    if (canceled_) {
        waiting_.clear();
    } else if (failed) {
        fail(failed);
        if (const auto asking = asking_.lock())
            asking->cancel(errc::sink_failed);
    }
    // Some may have come between the last look and this call.
    if (!waiting_.empty())
        return start_passing_on();
    if (has_ended_)
        complete();
    else if (const auto asking = asking_.lock())
        asking->go_on_reading();
}

void list_run::complete()
{
    sink_.reset();
    result_.jobs = given_.size();
    if (failure_ || canceled_) {
        const errc why = failure_ ? errc::sink_failed : *canceled_;
        ended_by_ = why;
        result_.kind = outcome_kind::canceled;
        result_.error = why;
        result_.message = failure_ ? "the sink failed: " + *failure_ : std::string{};
    }
    const auto finish = std::move(done_);
    finish(ended_by_, std::move(result_));
}

}  // namespace jobaudit::client_detail
