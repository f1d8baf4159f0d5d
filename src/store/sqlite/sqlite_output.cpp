#include "store/sqlite/sqlite_output.hpp"

#include "store/output/file_lock.hpp"
#include "store/output/ndjson_line.hpp"
#include "store/output/write_failure.hpp"
#include "store/sqlite/run_reader.hpp"
#include "store/sqlite/sqlite_schema.hpp"

#include <jobaudit/job_id.hpp>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <new>
#include <system_error>

namespace jobaudit::store {

namespace {

using reason = output_error::reason;

// So much is written in one transaction, if its time does not come before.
constexpr std::size_t batch_limit = 4 * 1024 * 1024;
constexpr std::size_t size_of_job = 256;

}  // namespace

class sqlite_output::writer final : public job_writer {
public:
    explicit writer(sqlite_output& output) : output_{output}, records_{output.pool_, output.file_.folder()} {}

    void begin(const job_id&) override { records_.clear(); }

    void append(std::span<const failed_file_view> records) override
    {
        try {
            records_.append(records);
        } catch (const output_error& error) {
            output_.keep(error);
            throw;
        }
    }

    void commit(outcome&& result) override
    {
        const bool has_files = result.kind == outcome_kind::ok && records_.count() > 0;
        output_.push(result, has_files ? std::optional{records_.take_all()} : std::nullopt);
        records_.clear();
    }

    void discard() override { records_.clear(); }

private:
    sqlite_output& output_;
    job_records records_;
};

/// Takes over what an earlier run of the same audit has left.
class sqlite_output::earlier_jobs final : public outcome_visitor {
public:
    earlier_jobs(sqlite_output& output, job_ledger& ledger) : output_{output}, ledger_{ledger} {}

    void on_error_text(std::string_view masked) override { output_.errors_.restore(masked); }

    void on_failed_file(std::string_view, std::string_view) override {}

    void on_grouped_file(std::string_view, std::string_view error, std::uint32_t text) override
    {
        output_.errors_.add_known(text, error);
    }

    void on_job(const outcome_line& job) override
    {
        if (job.kind == outcome_kind::invalid_job_id) {
            ledger_.record_invalid(job.job);
            return;
        }
        const auto id = job_id::parse(job.job);
        if (!id)
            throw damaged_database{"the job " + std::to_string(job.row) + " has no UUID"};
        ledger_.record(*id, job.kind, job.failed_files);
        if (!has_ended(job.kind))
            output_.superseded_.emplace_back(*id, static_cast<std::int64_t>(job.row));
    }

private:
    sqlite_output& output_;
    job_ledger& ledger_;
};

sqlite_output::sqlite_output(std::string path, open_mode mode, job_ledger& ledger, sync_policy sync)
    : file_{std::move(path)}, sync_policy_{sync}
{
    if (!file_.is_locked())
        add_warning(no_locks_text(path_));
    try {
        look_inside(mode, ledger);
    } catch (...) {
        give_up_file();
        throw;
    }
}

void sqlite_output::look_inside(open_mode mode, job_ledger& ledger)
{
    const auto why = mode == open_mode::resume ? reason::not_resumable : reason::cannot_open;
    try {
        database_.emplace(path_, sqlite_database::access::write);
        database_->merge_log_at_close(false);
        const auto kind = kind_of(*database_);
        if (kind == database_kind::empty)
            return;
        if (kind == database_kind::foreign)
            file_.refuse(why, "it is a database of something else: name another output");
        if (kind == database_kind::newer)
            file_.refuse(why, "a newer jobaudit made it: use that one, or name another output");
        if (const auto table = changed_table(*database_); !table.empty())
            file_.refuse(why, "its table " + table + " is not as it was made: name another output");
        auto latest = find_run(*database_);
        if (!latest)
            return;
        if (mode == open_mode::resume) {
            resumed_ = std::move(latest);
            read_earlier(ledger);
        } else if (mode == open_mode::fresh && !latest->is_finished) {
            throw output_error{reason::unfinished, path_,
                               "the last audit in " + path_ + " has not finished: no other is begun behind it"};
        }
    } catch (const damaged_database& damage) {
        file_.refuse(why, "it is damaged: " + std::string{damage.what()} +
                              ". Put a copy from before in its place, or move it away and start anew");
    } catch (const sqlite_error& error) {
        file_.refuse(why, error.is_damage()
                              ? "it is no database, or a damaged one (" + std::string{error.what()} +
                                    "). Put a copy from before in its place, or move it away and start anew"
                              : std::string{error.what()} + ": see to it, or name another output");
    }
}

void sqlite_output::read_earlier(job_ledger& ledger)
{
    // SQLite trusts a damaged list of free pages or cells, and would write over what stands there.
    if (const auto damage = database_->damage_of_pages(); !damage.empty())
        throw damaged_database{damage};
    earlier_jobs earlier{*this, ledger};
    read_run(*database_, *resumed_, earlier);
    std::ranges::sort(superseded_);
}

void sqlite_output::begin(const run_description& description)
{
    attempt([&] {
        database_->merge_log_at_close(true);
        // A sixth faster than with the usual 4 KiB; only a database that is made now obeys.
        database_->run("PRAGMA page_size = 16384");
        database_->run("PRAGMA journal_mode = WAL");
        database_->run(sync_policy_ == sync_policy::always ? "PRAGMA synchronous = FULL"
                                                           : "PRAGMA synchronous = NORMAL");
        database_->run("PRAGMA wal_autocheckpoint = 1000; PRAGMA cache_size = -2000");
        if (kind_of(*database_) == database_kind::empty)
            create_schema(*database_);
        database_->run("BEGIN IMMEDIATE");
        if (const auto views = restore_views(*database_); !views.empty())
            add_note(path_ + ": made anew the views that were not as jobaudit made them: " + views);
        drop_indices(*database_);
        auto run = resumed_ ? taken_up(*std::exchange(resumed_, std::nullopt)) : new_run(description);
        // What an earlier run has left, nobody heard of.
        const bool is_told = visitor_ != nullptr && run.jobs == 0;
        run_.emplace(*database_, std::move(run), std::move(errors_), is_told ? visitor_ : nullptr);
        run_->write_row();
        database_->run("COMMIT");
        thread_ = std::thread{[this] { write_queued(); }};
    });
}

run_row sqlite_output::taken_up(run_row run)
{
    run.is_finished = false;
    run.ended_at.clear();
    run.summary.clear();
    database_->prepare("DELETE FROM figures WHERE run = ?1").bind(1, run.run).run();
    return run;
}

run_row sqlite_output::new_run(const run_description& description)
{
    run_row run;
    run.run = next_number(*database_, "runs", "run");
    run.description = description;
    run.first_job = next_number(*database_, "jobs", "job");
    run.first_failed_file = next_number(*database_, "failed_files", "failed_file");
    run.first_error_text = next_number(*database_, "error_texts", "error_text");
    return run;
}

template <class Action>
void sqlite_output::attempt(Action action)
{
    throw_failure();
    try {
        action();
        return;
    } catch (const sqlite_error& error) {
        keep(error_of(error));
    } catch (const output_error& error) {
        keep(error);
    } catch (const std::system_error& error) {
        keep({reason::write_failed, path_,
              "cannot write to " + path_ + ": " + advice_for_writing(error.code().value())});
    } catch (const std::bad_alloc&) {
        // Of the job that was being written some rows may stand in the transaction: it must never be committed.
        const std::lock_guard guard{mutex_};
        is_out_of_memory_ = true;
    } catch (const std::exception& error) {
        keep({reason::write_failed, path_, "cannot write to " + path_ + ": " + error.what()});
    }
    throw_failure();
}

void sqlite_output::keep(const output_error& error)
{
    const std::lock_guard guard{mutex_};
    if (!failure_)
        failure_.emplace(error);
}

void sqlite_output::throw_failure() const
{
    if (const auto error = failure())
        throw *error;
}

output_error sqlite_output::error_of(const sqlite_error& error) const
{
    auto why = "cannot write to " + path_ + ": ";
    if (error.is_busy())
        why += "another program has held it for too long; end that, then go on with --resume";
    else if (error.system_error() != 0)
        why += advice_for_writing(error.system_error());
    else
        why += std::string{error.what()} + "; see to it, then go on with --resume";
    return {reason::write_failed, path_, why};
}

sqlite_output::~sqlite_output()
{
    if (!run_ || !thread_.joinable()) {
        give_up_file();
        return;
    }
    try {
        close();
    } catch (const std::exception&) {
        // Nobody is left to hear it; close() was there to be called.
    }
}

void sqlite_output::give_up_file() noexcept
{
    run_.reset();
    database_.reset();
    file_.give_up();
}

std::unique_ptr<job_writer> sqlite_output::make_writer() { return std::make_unique<writer>(*this); }

void sqlite_output::write(const outcome& result)
{
    std::optional<job_records> records;
    if (!result.failed_files.empty())
        records.emplace(pool_, file_.folder());
    for (const auto& each : result.failed_files) {
        const failed_file_view view{each.document, each.error};
        records->append({&view, 1});
    }
    push(result, std::move(records));
}

void sqlite_output::push(const outcome& result, std::optional<job_records> records)
{
    if (!is_written(result.kind))
        return;
    std::string validation;
    if (result.kind == outcome_kind::validation)
        append_issues(validation, result.validation);
    push({.id = result.job,
          .given_as = {},
          .kind = result.kind,
          .http_status = result.http_status,
          .attempts = result.attempts,
          .elapsed_ms = static_cast<double>(tenths_of_milliseconds(result.elapsed)) / 10,
          .message = result.message,
          .validation = std::move(validation),
          .is_delivered_again = result.is_delivered_again,
          .known = information_on(result.job),
          .records = std::move(records)});
}

void sqlite_output::write_invalid(std::string_view text, std::string_view where)
{
    push({.id = std::nullopt,
          .given_as = std::string{text},
          .kind = outcome_kind::invalid_job_id,
          .message = invalid_line_message(where),
          .validation = {},
          .known = std::nullopt,
          .records = std::nullopt});
}

void sqlite_output::push(ended_job job)
{
    throw_failure();
    const auto kind = static_cast<std::size_t>(job.kind);
    const auto failed_files = job.failed_files();
    if (!queue_.push(std::move(job))) {
        throw_failure();
        throw output_error{reason::write_failed, path_, "cannot write to " + path_ + ": it was closed"};
    }
    const std::lock_guard guard{mutex_};
    ++handed_over_.outcomes[kind];
    handed_over_.failed_files += failed_files;
    ++committed_;
    if (!oldest_)
        oldest_ = std::chrono::steady_clock::now();
}

// The body of the thread: it ends with a failure that is known, or when nothing more comes.
void sqlite_output::write_queued() noexcept
{
    try {
        for (bool is_last = false; !is_last;) {
            const auto batch = queue_.take();
            attempt([&] {
                for (const auto& job : batch.jobs)
                    add(job);
                if (batch.is_due)
                    commit();
            });
            is_last = batch.is_last;
        }
    } catch (const std::exception&) {
        // Where attempt() kept none, there was no memory for it.
        const std::lock_guard guard{mutex_};
        is_out_of_memory_ = true;
    }
    queue_.stop();
}

void sqlite_output::add(const ended_job& job)
{
    if (!database_->is_in_transaction())
        database_->run("BEGIN IMMEDIATE");
    drop_earlier(job);
    run_->add(job);
    ++batch_.outcomes[static_cast<std::size_t>(job.kind)];
    batch_.failed_files += job.failed_files();
    batch_size_ += size_of_job + (job.records ? job.records->bytes() : 0);
    if (batch_size_ >= batch_limit)
        commit();
}

void sqlite_output::drop_earlier(const ended_job& job)
{
    if (job.is_delivered_again) {
        if (const auto before = run_->find(job.job()); before != 0)
            run_->drop(before);
        return;
    }
    if (superseded_.empty() || !job.id)
        return;
    const auto at =
        std::ranges::lower_bound(superseded_, *job.id, std::ranges::less{}, &std::pair<job_id, std::int64_t>::first);
    if (at != superseded_.end() && at->first == *job.id && at->second != 0)
        run_->drop(std::exchange(at->second, 0));
}

void sqlite_output::commit()
{
    if (!database_->is_in_transaction())
        return;
    run_->write_row();
    database_->run("COMMIT");
    batch_size_ = 0;
    const auto batch = std::exchange(batch_, {});
    const std::lock_guard guard{mutex_};
    for (std::size_t kind = 0; kind < batch.outcomes.size(); ++kind)
        written_.outcomes[kind] += batch.outcomes[kind];
    written_.failed_files += batch.failed_files;
}

void sqlite_output::flush_due(time_point now) noexcept
{
    {
        const std::lock_guard guard{mutex_};
        if (!oldest_ || now - *oldest_ < longest_wait / 2)
            return;
        oldest_.reset();
    }
    queue_.hurry();
}

void sqlite_output::end(bool is_finished)
{
    if (!thread_.joinable())
        return;
    queue_.end();
    thread_.join();
    attempt([&] {
        commit();
        // Whoever reads the file keeps its log, and that the log is synced with the file, until later.
        if (sync_policy_ != sync_policy::never)
            database_->run("PRAGMA synchronous = FULL");
        database_->run("BEGIN IMMEDIATE");
        run_->write_reasons();
        create_indices(*database_);
        run_->row().is_finished = is_finished;
        commit();
        if (!file_.is_in_place())
            throw output_error{reason::write_failed, path_,
                               path_ + " was removed or replaced while it was being written: leave the output alone "
                                       "until the run ends"};
    });
}

bool sqlite_output::tell(outcome_visitor& visitor)
{
    visitor_ = &visitor;
    return true;
}

bool sqlite_output::has_told_all() const { return visitor_ != nullptr && run_ && !failure() && run_->has_told_all(); }

void sqlite_output::keep_end(const run_end& end)
{
    if (run_ && !failure())
        attempt([&] {
            run_->row().ended_at = end.ended_at;
            run_->row().summary = end.summary;
            run_->write_row();
            if (!end.figures.empty())
                write_figures(*database_, run_->row(), end.figures);
            leave_one_file();
        });
    give_up_file();
}

// Without its two companions, the file can be copied and is read from any disk. Who reads it now keeps us from that.
void sqlite_output::leave_one_file()
{
    try {
        database_->run("PRAGMA busy_timeout = 0");
        // To the end of the statement: the file is written when it ends, behind the row that it gives.
        database_->run("PRAGMA journal_mode = DELETE");
    } catch (const sqlite_error& error) {
        if (!error.is_busy())
            throw;
    }
}

std::optional<output_error> sqlite_output::failure() const
{
    const std::lock_guard guard{mutex_};
    if (!failure_ && is_out_of_memory_)
        return output_error{reason::write_failed, path_,
                            "cannot write to " + path_ + ": " + advice_for_writing(ENOMEM)};
    return failure_;
}

sqlite_output::lost_outcomes sqlite_output::lost() const
{
    const std::lock_guard guard{mutex_};
    auto lost = handed_over_;
    for (std::size_t kind = 0; kind < lost.outcomes.size(); ++kind)
        lost.outcomes[kind] -= written_.outcomes[kind];
    lost.failed_files -= written_.failed_files;
    return lost;
}

std::uint64_t sqlite_output::committed() const
{
    const std::lock_guard guard{mutex_};
    return committed_;
}

}  // namespace jobaudit::store
