#pragma once

#include "store/input/line_pool.hpp"
#include "store/job_ledger.hpp"
#include "store/open_mode.hpp"
#include "store/output/audit_output.hpp"
#include "store/output/sync_policy.hpp"
#include "store/sqlite/database_file.hpp"
#include "store/sqlite/job_queue.hpp"
#include "store/sqlite/run_writer.hpp"
#include "store/sqlite/sqlite_database.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace jobaudit::store {

/// Keeps audits in a SQLite database, each as a run of its own (sqlite_schema): one that has finished stays when the
/// next begins. Others may read it meanwhile, as it is written in write-ahead mode, a transaction at least each
/// longest_wait; a kill costs the transaction that was not committed.
///
/// A row of a job bears a checksum of its values and files, and the run's row the sum of these: what is missing, or
/// was changed behind our back, is seen by who resumes or reports. With sync_policy::always, each transaction is on the
/// disk when it is committed; otherwise a power loss may cost the last of them.
///
/// A thread of its own writes: masking and inserting cost more than fetching does. Who commits a job hands it over in
/// bounded memory (job_queue), and hears of an error with the next one, or at the end.
///
/// The file is locked (flock), so that no two audits write it.
class sqlite_output final : public audit_output {
public:
    /// Opens `path`. With open_mode::resume, records in `ledger` what its latest run holds. Nothing is changed until
    /// begin(). Throws output_error: for a file that is none of ours, or damaged; and with open_mode::fresh for one
    /// whose latest run has not finished, which open_mode::overwrite leaves as it is and begins another.
    sqlite_output(std::string path, open_mode mode, job_ledger& ledger, sync_policy sync = sync_policy::never);

    /// Writes what is left, as far as that is possible. Call close() to hear of errors.
    ~sqlite_output() override;

    void begin(const run_description& run) override;
    [[nodiscard]] std::unique_ptr<job_writer> make_writer() override;
    void write(const outcome& result) override;
    void write_invalid(std::string_view text, std::string_view where) override;
    void flush_due(time_point now) noexcept override;
    void close() override { end(false); }
    void finish() override { end(true); }
    [[nodiscard]] bool tell(outcome_visitor& visitor) override;
    [[nodiscard]] bool has_told_all() const override;
    void keep_end(const run_end& end) override;
    [[nodiscard]] std::optional<output_error> failure() const override;
    [[nodiscard]] lost_outcomes lost() const override;
    [[nodiscard]] std::uint64_t committed() const override;

private:
    class writer;
    class earlier_jobs;

    void look_inside(open_mode mode, job_ledger& ledger);
    void read_earlier(job_ledger& ledger);
    [[nodiscard]] run_row taken_up(run_row run);
    [[nodiscard]] run_row new_run(const run_description& description);
    void push(const outcome& result, std::optional<job_records> records);
    void push(ended_job job);
    void keep(const output_error& error);
    void throw_failure() const;
    void write_queued() noexcept;
    void add(const ended_job& job);
    void drop_earlier(const ended_job& job);
    void commit();
    void end(bool is_finished);
    void leave_one_file();
    void give_up_file() noexcept;
    /// Does what may fail; keeps an error for failure(), and throws it.
    template <class Action>
    void attempt(Action action);
    [[nodiscard]] output_error error_of(const sqlite_error& error) const;

    database_file file_;
    const std::string& path_ = file_.path();
    sync_policy sync_policy_;
    line_pool pool_;
    job_queue queue_;

    mutable std::mutex mutex_;  // of what the threads share, which is these
    std::optional<output_error> failure_;
    bool is_out_of_memory_ = false;
    lost_outcomes handed_over_;
    lost_outcomes written_;
    std::uint64_t committed_ = 0;
    std::optional<time_point> oldest_;  // when the first was handed over since flush_due had them written

    // Of the thread that writes as long as it runs, which is from begin() to end().
    std::optional<sqlite_database> database_;
    std::optional<run_row> resumed_;
    grouping::reason_collector errors_;
    outcome_visitor* visitor_ = nullptr;
    std::optional<run_writer> run_;
    std::vector<std::pair<job_id, std::int64_t>> superseded_;  // jobs that have not ended, in order
    lost_outcomes batch_;                                      // since the last commit
    std::size_t batch_size_ = 0;
    std::thread thread_;
};

}  // namespace jobaudit::store
