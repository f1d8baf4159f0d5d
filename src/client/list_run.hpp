#pragma once

#include "client/fetch_run.hpp"
#include "client/given_jobs.hpp"
#include "client/other_request.hpp"
#include "client/request_marks.hpp"
#include "client/shard.hpp"
#include "protocol/job_list_reader.hpp"

#include <jobaudit/list_outcome.hpp>
#include <jobaudit/list_sink.hpp>
#include <jobaudit/options.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <atomic>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace jobaudit::client_detail {

/// Asks for the list of jobs as fetch_run asks for a job, and hands each job to the sink once, however often the list
/// has to begin anew. Lives on the client's executor, and keeps itself until it has completed.
class list_run final : public other_request,
                       protocol::job_list_consumer,
                       public std::enable_shared_from_this<list_run> {
public:
    /// May be called on any thread. `marks`: of each request, whose field lines are part of `text`.
    list_run(std::shared_ptr<shard> home, std::shared_ptr<fetch_group> group, any_list_sink sink,
             const list_options& options, const request_marks& marks);

    void start(std::function<void(error_code, list_outcome)> done);
    void cancel(errc why);

    /// As of a fetch_run.
    void note_cancel() noexcept { is_to_be_canceled_.store(true, std::memory_order_relaxed); }
    [[nodiscard]] bool is_to_be_canceled() const noexcept { return is_to_be_canceled_.load(std::memory_order_relaxed); }

private:
    void begin() override;
    [[nodiscard]] error_code write(std::string_view bytes) override;
    [[nodiscard]] error_code finish() override;
    [[nodiscard]] const std::string& problem() const noexcept override { return reader_.problem(); }
    [[nodiscard]] bool has_room() const noexcept override { return !is_passing_on_; }
    void on_job(const job_information& job) override;

    void ask();
    void take(error_code code, outcome result);
    [[nodiscard]] bool is_to_go_on(error_code code, const outcome& result) const;
    [[nodiscard]] bool is_wanted(const job_information& job) const;
    void fail(const std::exception_ptr& failure);
    void start_passing_on();
    [[nodiscard]] boost::asio::awaitable<void> pass_on();
    void passed_on(const std::exception_ptr& failed);
    void complete();

    const std::shared_ptr<shard> home_;
    const std::shared_ptr<fetch_group> group_;
    std::optional<any_list_sink> sink_;
    const list_options options_;
    const request_marks marks_;
    protocol::job_list_reader reader_;
    given_jobs given_;
    std::uint64_t given_before_ = 0;          // before the current fetch_run
    std::deque<job_information> waiting_;     // for an awaitable sink
    boost::asio::cancellation_signal stops_;  // the sink's coroutine
    bool is_passing_on_ = false;
    bool has_ended_ = false;
    std::weak_ptr<fetch_run> asking_;
    std::optional<errc> canceled_;
    std::atomic<bool> is_to_be_canceled_{false};
    std::optional<std::string> failure_;  // of the sink, in its words
    error_code ended_by_;
    list_outcome result_;
    std::function<void(error_code, list_outcome)> done_;
};

}  // namespace jobaudit::client_detail
