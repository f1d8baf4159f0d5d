#include "cli/audit/audit_command.hpp"

#include "cli/audit/audit_report.hpp"
#include "cli/audit/audit_session.hpp"
#include "cli/audit/file_input.hpp"
#include "cli/audit/listed_input.hpp"
#include "cli/audit/new_failures.hpp"
#include "cli/audit/resume_command.hpp"
#include "cli/failure.hpp"
#include "cli/jobs/list_report.hpp"
#include "cli/options/environment.hpp"
#include "cli/options/quantities.hpp"
#include "cli/process/descriptor_limit.hpp"
#include "cli/process/key_protection.hpp"
#include "cli/process/shortage.hpp"
#include "cli/process/standard_streams.hpp"
#include "cli/process/whole_file.hpp"
#include "cli/terminal/terminal.hpp"
#include "cli/terminal/wrapped_text.hpp"
#include "report/kept_report.hpp"
#include "report/report_builder.hpp"
#include "store/inherited_descriptor.hpp"
#include "store/job_information_table.hpp"
#include "store/output/open_output.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <unistd.h>

namespace jobaudit::cli {
namespace {

/// Writes the lines that are no UUID, as soon as there is an output: the input is opened first.
class invalid_lines {
public:
    void operator()(const store::invalid_line& line)
    {
        if (output_ == nullptr) {
            early_.emplace_back(line.text, line.where);
            return;
        }
        try {
            output_->write_invalid(line.text, line.where);
        } catch (const store::output_error&) {
            // The output keeps it, and ends the audit; the input is counted to its end all the same.
            ++unwritten_;
        }
    }

    /// Those that came when the output had failed.
    [[nodiscard]] std::uint64_t unwritten() const noexcept { return unwritten_; }

    void write_to(store::audit_output& output)
    {
        output_ = &output;
        for (const auto& [text, where] : std::exchange(early_, {}))
            output.write_invalid(text, where);
    }

private:
    store::audit_output* output_ = nullptr;
    std::uint64_t unwritten_ = 0;
    std::vector<std::pair<std::string, std::string>> early_;
};

/// The list is asked for as a job is, but for the time of one attempt, which counts its silence.
list_options limits_of_list(const audit_options& limits)
{
    list_options how;
    how.attempts = limits.attempts;
    how.timeout = limits.timeout;
    how.max_wait = limits.max_wait;
    how.backoff_base = limits.backoff_base;
    how.backoff_limit = limits.backoff_limit;
    how.outage_limit = limits.outage_limit;
    how.outage_limit_at_start = limits.outage_limit_at_start;
    return how;
}

/// Everything that an audit reads and writes.
class audit_files {
public:
    audit_files(const audit_arguments& arguments, const run_record& run)
    {
        // A resumed input needs to know what the output holds. A fresh one comes first: an input that can't be used
        // must not move an older output away.
        if (arguments.resume) {
            open_output(arguments, store::open_mode::resume);
            open_input(arguments);
        } else {
            open_input(arguments);
            open_output(arguments, arguments.overwrite ? store::open_mode::overwrite : store::open_mode::fresh);
        }
        if (arguments.all)
            output_->take_information_from(information_);
        if (!output_->tell(figures_.emplace()))
            figures_.reset();
        output_->begin(description_of(run));
        invalid_.write_to(*output_);
    }

    [[nodiscard]] audit_input& input() const noexcept { return *input_; }
    /// Null where the jobs do not come from the platform's list.
    [[nodiscard]] const listed_input* list() const noexcept { return list_; }
    [[nodiscard]] store::audit_output& output() noexcept { return *output_; }
    /// The figures of a report on all that the output holds; once it is closed. Nothing where they were not counted, or
    /// could not be.
    [[nodiscard]] std::optional<report::failure_report> figures()
    {
        try {
            if (output_->has_told_all())
                return figures_->finish();
        } catch (const store::output_error&) {
            // For want of room for a temporary file: whoever wants a report counts them then.
        }
        return std::nullopt;
    }
    [[nodiscard]] const store::job_ledger& ledger() const noexcept { return ledger_; }

    [[nodiscard]] store::audit_output::lost_outcomes lost() const
    {
        auto lost = output_->lost();
        lost.outcomes[static_cast<std::size_t>(outcome_kind::invalid_job_id)] += invalid_.unwritten();
        return lost;
    }

private:
    void open_input(const audit_arguments& arguments)
    {
        if (!arguments.all) {
            input_ = std::make_unique<file_input>(arguments.job_ids, arguments.jobs_files, arguments.column, ledger_,
                                                  [this](const store::invalid_line& line) { invalid_(line); });
            return;
        }
        auto list = std::make_unique<listed_input>(arguments.selection, limits_of_list(arguments.limits), ledger_,
                                                   information_);
        list_ = list.get();
        input_ = std::move(list);
    }

    void open_output(const audit_arguments& arguments, store::open_mode mode)
    {
        output_ = store::open_output(arguments.output, mode, ledger_, arguments.sync);
    }

    store::job_ledger ledger_;
    invalid_lines invalid_;
    store::job_information_table information_;
    std::optional<report::report_builder> figures_;
    std::unique_ptr<store::audit_output> output_;
    std::unique_ptr<audit_input> input_;
    const listed_input* list_ = nullptr;
};

/// Closes the output; its first error. Where nothing is left to be done, what stands beside it says so afterwards.
std::optional<store::output_error> close_output(store::audit_output& output, bool is_finished)
{
    try {
        if (is_finished)
            output.finish();
        else
            output.close();
        return output.failure();
    } catch (const store::output_error& error) {
        return error;
    }
}

/// Where all failed files were looked at, rather than a sample.
report::estimated_reasons reasons_of(const report::failure_report& figures)
{
    report::estimated_reasons exact;
    for (const auto& each : figures.reasons)
        exact.reasons.push_back({each.text, each.family, each.failed_files, each.example});
    exact.sampled = figures.failed_files;
    exact.is_all = true;
    return exact;
}

/// Has the output keep what the run came to; why it could not.
std::optional<store::output_error> keep_end(store::audit_output& output, const audit_report& report,
                                            const run_record& run, const std::optional<report::failure_report>& figures)
{
    try {
        output.keep_end({date_and_time(run.ended), summary_json(report, run),
                         figures ? report::kept_text(*figures) : std::string{}});
        return std::nullopt;
    } catch (const store::output_error& error) {
        return error;
    }
}

/// Whether a resumed run would have nothing to do: what was asked for has ended, and all was asked for.
bool has_finished(const session_result& session, const audit_input& input, const store::job_ledger& earlier)
{
    return !session.error && !session.signal && input.failure().empty() && input.was_read_to_end() &&
           !make_report(session.batch, input.counts(), earlier, session.unread).is_unfinished();
}

/// What a command needs that is given the same jobs once more.
std::string where_the_jobs_are(const audit_arguments& arguments)
{
    const auto& files = arguments.jobs_files;
    if (std::ranges::find(files, "-") != files.end())
        return "\nwith the same jobs on standard input.";
    const auto is_inherited = [](const auto& file) { return store::inherited_descriptor(file).has_value(); };
    return std::ranges::any_of(files, is_inherited) ? "\nwith the same jobs there." : "";
}

std::string how_to_go_on(const audit_arguments& arguments, std::span<const std::string> argv)
{
    std::error_code cannot_tell;
    if (store::inherited_descriptor(arguments.output) ||
        !std::filesystem::is_regular_file(arguments.output, cannot_tell))
        return "With the results in a file (-o FILE), a later run could go on with "
               "--resume.";
    return "To go on where this ended:\n  " + resume_command(argv, arguments.overwrite) + where_the_jobs_are(arguments);
}

/// Opens what is read and written. Throws failure, with what to do, for an output that is not to be replaced.
std::unique_ptr<audit_files> open_files(const audit_arguments& arguments, std::span<const std::string> argv,
                                        const run_record& run)
{
    try {
        return std::make_unique<audit_files>(arguments, run);
    } catch (const store::output_error& error) {
        if (error.why() != store::output_error::reason::unfinished)
            throw;
        throw failure{exit_code::usage, std::string{error.what()} + ".\nTo go on with it:\n  " + resume_command(argv) +
                                            "\nTo begin anew, without it:\n  " + overwrite_command(argv) +
                                            where_the_jobs_are(arguments)};
    }
}

/// What is worth a person's time besides the figures.
/// Why there may be jobs of which the audit knows nothing, or which it did not try.
std::string what_is_not_covered(const audit_report& report, const audit_input& input)
{
    if (const auto failure = input.failure(); !failure.empty())
        return "the jobs end where they could not be read: " + failure;
    if (report.stopped != stop_reason::none)
        return report.message.empty() ? "it was interrupted" : report.message;
    return input.was_read_to_end() ? "" : "the jobs were not read to their end";
}

std::string closing_words(const audit_report& report, const audit_arguments& arguments, const audit_input& input,
                          const listed_input* list)
{
    std::string text;
    if (const auto failure = input.failure(); !failure.empty())
        text += "The jobs end where they could not be read: " + failure + '\n';
    if (list != nullptr)
        text += arguments.quiet ? list->selection().remark_on_workflow() : list->selection().remarks();
    if (!input.was_read_to_end())
        text += "The jobs were not read to their end: there may be more of them than these.\n";
    if (report.message.ends_with("out of memory"))
        text += "jobaudit: " + shortage_text(ENOMEM) + '\n';
    if (const auto wanted = std::min(arguments.limits.threads, arguments.limits.concurrency);
        report.threads > 0 && report.threads < wanted)
        text += "Only " + std::to_string(report.threads) + " of " + std::to_string(wanted) +
                " threads were to be had: " + shortage_text(EAGAIN) + ".\n";
    if (report.count(outcome_kind::unauthorized) > 0)
        text += arguments.connection.api_key_file.empty()
                    ? "The key came from the environment variable UNSTRUCTURED_API_KEY.\n"
                    : "The key came from the file \"" + arguments.connection.api_key_file + "\".\n";
    return text;
}

/// A list that did not come is like a job without one, but for what no other request can get past.
void add_list(audit_end& end, const list_outcome& list)
{
    const auto code = exit_code_of(list);
    if (code == exit_code::fatal && end.stopped == stop_reason::none)
        end.stopped = stop_reason::fatal;
    end.input_failed = code == exit_code::worth_resuming;
    end.all_fetched = end.all_fetched && code == exit_code::complete;
}

audit_end end_of(const audit_report& report, const session_result& session, const audit_arguments& arguments,
                 const std::optional<store::output_error>& output_error, const audit_files& files)
{
    audit_end end;
    end.input_failed = !files.input().failure().empty();
    end.stopped = session.batch.stopped;
    end.error = session.error;
    end.signal = session.signal;
    end.output_failed = output_error.has_value();
    end.out_of_order = report.was_out_of_order();
    end.passing_failures = report.has_passing_failures();
    end.all_fetched = report.all_fetched();
    end.failed_files = report.failed_files > 0;
    end.fail_on_failed_files = arguments.fail_on_failed_files;
    if (files.list() != nullptr && files.list()->ended())
        add_list(end, *files.list()->ended());
    return end;
}

bool lost_its_reader(const std::optional<store::output_error>& error) noexcept
{
    return error && error->why() == store::output_error::reason::closed_pipe;
}

/// The one line that ends an audit whose reader went away: its user looks at what the reader says.
std::string undelivered_text(const store::output_error& error, const audit_report& report)
{
    const auto missing = report.count(outcome_kind::not_tried) + report.count(outcome_kind::canceled);
    return "jobaudit: " + std::string{error.what()} + ": " + to_text(missing) + " of " +
           counted(report.jobs, "job was", "jobs were") + " not delivered\n";
}

void check_before_start(const audit_arguments& arguments)
{
    if (!arguments.summary_file.empty())
        if (const auto wrong = check_whole_file(arguments.summary_file))
            throw failure{exit_code::output_failed, "--summary-json: " + wrong->message};
    raise_descriptor_limit(arguments.limits.concurrency, arguments.limits.threads);
}

/// Results that scroll over a terminal say by themselves how far they are; a line between them would spoil both.
progress_mode progress_beside(const audit_arguments& arguments)
{
    const auto output = store::inherited_descriptor(arguments.output);
    const bool results_are_shown = output && is_terminal(*output) && is_terminal(STDERR_FILENO);
    return results_are_shown && arguments.progress == progress_mode::automatic ? progress_mode::never
                                                                               : arguments.progress;
}

/// Waits that pass are of interest only while somebody looks on.
log_level level_of_waits(const audit_arguments& arguments) noexcept
{
    return arguments.progress == progress_mode::never ? log_level::info : log_level::warn;
}

/// For who sees more results scroll by than the terminal holds, or has a file that says more than the summary; empty
/// for others.
std::string hint_about_output(const audit_arguments& arguments, std::uint64_t lines, const audit_report& report)
{
    std::error_code cannot_tell;
    if (report.failed_files > 0 && !store::is_csv_name(arguments.output) &&
        std::filesystem::is_regular_file(arguments.output, cannot_tell))
        return "which documents, and why: jobaudit report " + shell_quoted(arguments.output) + '\n';
    const auto output = store::inherited_descriptor(arguments.output);
    const bool has_scrolled = output && is_terminal(*output) && lines >= terminal_height(*output);
    return has_scrolled ? "hint: -o FILE keeps the results, and shows here how far they are\n" : "";
}

/// What a person, or with --quiet the mail of a cron job, is told at the end.
std::string closing_text(const audit_arguments& arguments, std::span<const std::string> argv, audit_files& files,
                         audit_report report, const std::optional<store::output_error>& output_error, bool is_finished)
{
    if (lost_its_reader(output_error))
        return undelivered_text(*output_error, report);
    std::string text;
    if (output_error) {
        text += "jobaudit: " + std::string{output_error->what()} + '\n';
        if (report.stopped == stop_reason::sink_failed)
            report.message.clear();  // it says the same
    }
    const auto width = text_width(STDERR_FILENO);
    text += arguments.quiet ? trouble_text(report, width) : summary_text(report, width);
    if (arguments.quiet && arguments.fail_on_failed_files && report.failed_files > 0)
        text += "jobaudit: " + counted(report.failed_files, "failed file was", "failed files were") + " found\n";
    text += wrapped_lines(closing_words(report, arguments, files.input(), files.list()), width);
    if (!is_finished || output_error)
        text += how_to_go_on(arguments, argv) + '\n';
    else if (!arguments.quiet)
        text += hint_about_output(arguments, files.output().committed(), report);
    return text;
}

std::optional<problem> write_summary_file(const audit_arguments& arguments, const audit_report& report,
                                          const run_record& run)
{
    return arguments.summary_file.empty() ? std::nullopt
                                          : write_whole_file(arguments.summary_file, summary_json(report, run));
}

}  // namespace

int run_audit(const audit_arguments& arguments, std::span<const std::string> argv)
{
    check_before_start(arguments);
    hide_memory();
    tell(warning_about_key_file(arguments.connection.api_key_file));
    auto connection = make_client_options(arguments.connection, process_environment);
    auto run = begin_record(arguments, connection.url);
    audit_session session{std::move(connection), progress_beside(arguments), arguments.level,
                          level_of_waits(arguments)};
    new_failures since_baseline{arguments};
    const auto files = open_files(arguments, argv, run);
    if (const auto& note = files->output().note(); !note.empty() && !arguments.quiet)
        session.message("jobaudit: " + note);
    if (const auto& warning = files->output().warning(); !warning.empty())
        session.message("jobaudit: " + warning);

    const auto result = session.run(files->input(), files->output(), files->ledger(), arguments.limits);
    const bool is_finished = has_finished(result, files->input(), files->ledger());
    auto output_error = close_output(files->output(), is_finished);
    auto report = make_report(result.batch, files->input().counts(), files->ledger(), result.unread, files->lost());
    report.reasons = result.reasons;
    if (files->list() != nullptr)
        report.left_out = files->list()->selection().left_out();
    report.not_covered = what_is_not_covered(report, files->input());
    run.ended = std::chrono::system_clock::now();
    if (!output_error) {
        const auto figures = files->figures();
        if (figures)
            report.reasons = reasons_of(*figures);
        report.has_reasons_of_all = figures.has_value();
        output_error = keep_end(files->output(), report, run, figures);
    }
    auto end = end_of(report, result, arguments, output_error, *files);

    auto text = closing_text(arguments, argv, *files, report, output_error, is_finished);
    if (!output_error) {
        since_baseline.find();
        end.new_failures = since_baseline.documents() > 0;
        text += since_baseline.text(text_width(STDERR_FILENO));
    }
    if (const auto wrong = write_summary_file(arguments, report, run)) {
        text += "jobaudit: --summary-json: " + wrong->message + '\n';
        end.output_failed = true;
    }
    tell(text);
    return exit_code_of(end);
}

}  // namespace jobaudit::cli
