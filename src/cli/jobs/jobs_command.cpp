#include "cli/jobs/jobs_command.hpp"

#include "cli/client_session.hpp"
#include "cli/failure.hpp"
#include "cli/jobs/job_row.hpp"
#include "cli/jobs/list_report.hpp"
#include "cli/options/quantities.hpp"
#include "cli/process/key_protection.hpp"
#include "cli/process/standard_streams.hpp"
#include "cli/terminal/terminal.hpp"
#include "cli/terminal/terminal_text.hpp"
#include "cli/terminal/wrapped_text.hpp"
#include "protocol/control_characters.hpp"

#include <jobaudit/jobaudit.hpp>

#include <exception>
#include <map>
#include <string>
#include <utility>

#include <unistd.h>

namespace jobaudit::cli {
namespace {

constexpr std::size_t most_unwritten = 64 * 1024;
constexpr std::size_t most_statuses_counted = 20;

/// One list on the calling thread; its jobs reach stdout, and log lines stderr, while it runs.
class list_session {
public:
    explicit list_session(const jobs_arguments& arguments)
        : arguments_{arguments}
        , selection_{arguments.selection}
        , is_shown_{is_terminal(STDOUT_FILENO)}
        , session_{arguments.connection, arguments.level}
    {}

    /// The exit code. Throws failure when stdout can't be written.
    [[nodiscard]] exit_code run()
    {
        auto how = arguments_.limits;
        selection_.narrow(how);
        session_.asks().async_list_jobs([this](job_information&& job) { take(job); }, how,
                                        [this](error_code, list_outcome ended) { finish(std::move(ended)); });
        session_.run([this] { return write(); });
        if (print_failure_)
            std::rethrow_exception(print_failure_);
        tell_end();
        return exit_code_of(ended_);
    }

private:
    void take(const job_information& job)
    {
        if (!selection_.takes(job))
            return;
        ++printed_;
        if (counts_.size() < most_statuses_counted || counts_.contains(job.status))
            ++counts_[job.status];
        add(job);
        if (unwritten_.size() >= most_unwritten && !write())
            throw failure{exit_code::output_failed, {}};
    }

    void add(const job_information& job)
    {
        if (!arguments_.json) {
            if (printed_ == 1)
                unwritten_ += job_row_heading;
            unwritten_ += job_row(job);
            return;
        }
        const auto at = unwritten_.size();
        append_job_json(unwritten_, job);
        if (is_shown_)
            unwritten_.replace(at, std::string::npos, protocol::with_escaped_controls(unwritten_.substr(at)));
    }

    /// False once stdout can't be written: why is kept.
    [[nodiscard]] bool write()
    {
        const auto text = std::exchange(unwritten_, {});
        try {
            if (!print_failure_)
                print(text);
        } catch (const failure&) {
            print_failure_ = std::current_exception();
        }
        return !print_failure_;
    }

    void finish(list_outcome&& ended)
    {
        ended_ = std::move(ended);
        selection_.note_left_out_by_status(ended_.left_out);
        (void)write();
        session_.close();
    }

    void tell_end()
    {
        std::string line = counted(printed_, "job", "jobs");
        std::string before = ": ";
        for (const auto& [status, count] : counts_)
            line += std::exchange(before, ", ") + to_text(count) + ' ' +
                    (status.empty() ? "without a status" : printable(status));
        if (const auto left_out = selection_.left_out().all(); left_out > 0)
            line += "; " + to_text(left_out) + " more left out";
        tell_wrapped(line);
        if (const auto remarks = selection_.remarks(); !remarks.empty())
            tell(wrapped_lines(remarks, text_width(STDERR_FILENO)));
        if (const auto text = list_failure_text(ended_); !text.empty())
            tell_wrapped("jobaudit: " + text);
    }

    static void tell_wrapped(const std::string& line)
    {
        tell(wrapped(line, {.width = text_width(STDERR_FILENO), .indent = 2}) + '\n');
    }

    const jobs_arguments& arguments_;
    job_selection selection_;
    const bool is_shown_;
    std::string unwritten_;
    std::uint64_t printed_ = 0;
    std::map<std::string, std::uint64_t> counts_;  // by status
    list_outcome ended_;
    std::exception_ptr print_failure_;
    client_session session_;
};

}  // namespace

int run_jobs(const jobs_arguments& arguments)
{
    hide_memory();
    tell(warning_about_key_file(arguments.connection.api_key_file));
    list_session session{arguments};
    return to_int(session.run());
}

}  // namespace jobaudit::cli
