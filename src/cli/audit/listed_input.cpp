#include "cli/audit/listed_input.hpp"

#include "cli/jobs/list_report.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace jobaudit::cli {

namespace asio = boost::asio;

namespace {

// A megabyte or so, with what is known of them.
constexpr std::size_t most_waiting = 4 * 1024;

}  // namespace

listed_input::listed_input(job_selection selection, list_options how, store::job_ledger& ledger,
                           store::job_information_table& information)
    : selection_{std::move(selection)}, how_{std::move(how)}, ledger_{ledger}, information_{information}
{
    selection_.narrow(how_);
}

any_job_source listed_input::open(client& asks)
{
    news_.emplace(asks.get_executor(), asio::steady_timer::time_point::max());
    asks.async_list_jobs([this](job_information job) { return take(std::move(job)); }, how_,
                         asio::bind_cancellation_slot(cancel_.slot(), [this](error_code, list_outcome result) {
                             selection_.note_left_out_by_status(result.left_out);
                             ended_ = std::move(result);
                             news_->cancel();
                         }));
    return [this] { return next(); };
}

bool listed_input::is_new(const job_id& job)
{
    switch (ledger_.take(job)) {
    case store::job_ledger::standing::duplicate:
        ++counts_.duplicates;
        return false;
    case store::job_ledger::standing::ended:
        ++counts_.resumed;
        return false;
    default:
        ++counts_.given;
        return true;
    }
}

asio::awaitable<void> listed_input::take(job_information job)
{
    // All on one executor: no room can come between a look and the wait.
    while (waiting_.size() >= most_waiting)
        (void)co_await news_->async_wait(asio::as_tuple(asio::use_awaitable));
    if (!selection_.takes(job) || !is_new(job.job))
        co_return;
    waiting_.push_back(job.job);
    information_.put(std::move(job));
    news_->cancel();
}

asio::awaitable<std::optional<job_id>> listed_input::next()
{
    while (waiting_.empty() || is_interrupted_) {
        if (ended_ || is_interrupted_)
            co_return std::nullopt;
        (void)co_await news_->async_wait(asio::as_tuple(asio::use_awaitable));
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            co_return std::nullopt;
    }
    const auto job = waiting_.front();
    waiting_.pop_front();
    news_->cancel();
    co_return job;
}

void listed_input::interrupt()
{
    is_interrupted_ = true;
    cancel_.emit(asio::cancellation_type::terminal);
    if (news_)
        news_->cancel();
}

std::uint64_t listed_input::count_rest() { return std::exchange(waiting_, {}).size(); }

std::optional<std::uint64_t> listed_input::estimated_total() const
{
    if (!ended_)
        return std::nullopt;
    return counts_.given + counts_.resumed;
}

bool listed_input::was_read_to_end() const { return ended_ && ended_->kind == outcome_kind::ok && !is_interrupted_; }

std::string listed_input::failure() const
{
    const bool has_failed = ended_ && ended_->kind != outcome_kind::canceled;
    return has_failed ? list_failure_text(*ended_) : std::string{};
}

}  // namespace jobaudit::cli
