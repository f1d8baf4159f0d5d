#pragma once

#include "store/input/line_pool.hpp"
#include "store/job_ledger.hpp"
#include "store/open_mode.hpp"
#include "store/output/audit_output.hpp"
#include "store/output/sync_policy.hpp"
#include "store/owned_descriptor.hpp"
#include "store/sqlite/run_writer.hpp"
#include "store/sqlite/sqlite_database.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
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

    struct job_content {
        outcome_kind kind;
        std::uint64_t failed_files;
    };

    void open_file();
    void look_inside(open_mode mode, job_ledger& ledger);
    void read_earlier(job_ledger& ledger);
    [[nodiscard]] run_row taken_up(run_row run);
    [[nodiscard]] run_row new_run(const run_description& description);
    void write(const outcome& result, const job_records* records);
    void add(const job_end& job, std::uint64_t failed_files, const job_information* known, const job_records* records,
             bool is_delivered_again);
    void drop_earlier(std::string_view job_id, bool is_delivered_again);
    void commit();
    void end(bool is_finished);
    void leave_one_file();
    void give_up_file() noexcept;
    /// Does what may fail; keeps an error as failure_, and throws it.
    template <class Action>
    void attempt(Action action);
    [[noreturn]] void refuse(output_error::reason why, const std::string& what) const;
    [[nodiscard]] output_error error_of(const sqlite_error& error) const;

    std::string path_;
    sync_policy sync_policy_;
    mutable std::mutex mutex_;
    line_pool pool_;
    // Closed behind the connection: to close any descriptor of a file takes the locks of SQLite from it.
    owned_descriptor lock_;
    std::optional<sqlite_database> database_;
    std::optional<run_row> resumed_;
    grouping::reason_collector errors_;
    outcome_visitor* visitor_ = nullptr;
    std::optional<run_writer> run_;
    std::vector<std::pair<job_id, std::int64_t>> superseded_;  // jobs that have not ended, in order
    std::vector<job_content> batch_;                           // since the last commit; after a failure what was lost
    std::size_t batch_size_ = 0;
    time_point oldest_{};
    std::uint64_t committed_ = 0;
    bool was_created_ = false;
    std::optional<output_error> failure_;
};

}  // namespace jobaudit::store
