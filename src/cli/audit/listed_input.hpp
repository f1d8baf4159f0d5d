#pragma once

#include "cli/audit/audit_input.hpp"
#include "cli/jobs/job_selection.hpp"
#include "store/job_information_table.hpp"
#include "store/job_ledger.hpp"

#include <jobaudit/job_information.hpp>
#include <jobaudit/list_outcome.hpp>
#include <jobaudit/options.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <optional>

namespace jobaudit::cli {

/// The jobs that the platform lists, read while they are audited. Holds a bounded number of them: where the audit is
/// slower than the list, the list waits.
class listed_input final : public audit_input {
public:
    /// `how`: the limits; what is asked for comes from `selection`. The others must outlive this. What the list says of
    /// a job stands in `information` from when the job is handed out.
    listed_input(job_selection selection, list_options how, store::job_ledger& ledger,
                 store::job_information_table& information);

    [[nodiscard]] any_job_source open(client& asks) override;
    void interrupt() override;
    [[nodiscard]] std::uint64_t count_rest() override;
    void stop_counting() override {}
    void close() override {}

    [[nodiscard]] store::job_file_counts counts() const override { return counts_; }
    [[nodiscard]] std::optional<std::uint64_t> estimated_total() const override;
    [[nodiscard]] bool was_read_to_end() const override;
    [[nodiscard]] std::string failure() const override;

    /// What became of the list; nothing while it comes.
    [[nodiscard]] const std::optional<list_outcome>& ended() const noexcept { return ended_; }
    [[nodiscard]] const job_selection& selection() const noexcept { return selection_; }

private:
    [[nodiscard]] boost::asio::awaitable<void> take(job_information job);
    [[nodiscard]] boost::asio::awaitable<std::optional<job_id>> next();
    [[nodiscard]] bool is_new(const job_id& job);

    job_selection selection_;
    list_options how_;
    store::job_ledger& ledger_;
    store::job_information_table& information_;
    store::job_file_counts counts_;
    std::deque<job_id> waiting_;
    std::optional<boost::asio::steady_timer> news_;  // canceled when there is a job, room or the end
    boost::asio::cancellation_signal cancel_;
    bool is_interrupted_ = false;
    std::optional<list_outcome> ended_;
};

}  // namespace jobaudit::cli
