#include "cli/fetch/fetch_command.hpp"

#include "cli/advice.hpp"
#include "cli/audit/activity.hpp"
#include "cli/audit/event_log.hpp"
#include "cli/exit_code.hpp"
#include "cli/failure.hpp"
#include "cli/fetch/fetch_text.hpp"
#include "cli/options/environment.hpp"
#include "cli/process/key_protection.hpp"
#include "cli/process/standard_streams.hpp"
#include "cli/terminal/terminal.hpp"
#include "cli/terminal/wrapped_text.hpp"
#include "protocol/control_characters.hpp"
#include "store/output/ndjson_line.hpp"

#include <jobaudit/jobaudit.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include <unistd.h>

namespace jobaudit::cli {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds tick_interval{50};
constexpr std::size_t most_under_way = 64;

/// The one of two fetches' that tells more of what is to be done.
exit_code worse_of(exit_code one, exit_code other) noexcept
{
    constexpr std::array order{exit_code::complete, exit_code::incomplete, exit_code::worth_resuming, exit_code::fatal};
    return std::ranges::find(order, one) < std::ranges::find(order, other) ? other : one;
}

exit_code exit_code_of(const outcome& result) noexcept
{
    if (result.kind == outcome_kind::ok)
        return exit_code::complete;
    if (result.error == condition::fatal)
        return exit_code::fatal;
    return may_pass(result.kind) ? exit_code::worth_resuming : exit_code::incomplete;
}

/// The jobs of the arguments, each once, in their order.
std::vector<job_id> distinct_jobs(const std::vector<std::string>& arguments)
{
    std::vector<job_id> jobs;
    std::unordered_set<job_id> seen;
    for (const auto& argument : arguments)
        if (const auto job = job_id::parse(argument); job && seen.insert(*job).second)
            jobs.push_back(*job);
    return jobs;
}

/// Some fetches on the calling thread; their results reach stdout in the order of the jobs, and log lines stderr, while
/// it runs.
class fetch_session {
public:
    explicit fetch_session(const fetch_arguments& arguments)
        : arguments_{arguments}
        , jobs_{distinct_jobs(arguments.job_ids)}
        , results_(jobs_.size())
        , log_{arguments.level}
        , activity_{log_}
        , client_{context_, watched(make_client_options(arguments.connection, process_environment))}
    {}

    /// The exit code. Throws failure when stdout can't be written.
    [[nodiscard]] exit_code run()
    {
        start_more();
        tick();
        context_.run();
        print_log();
        if (print_failure_)
            std::rethrow_exception(print_failure_);
        return code_;
    }

private:
    client_options watched(client_options options)
    {
        options.observer = &activity_;
        options.executor_is_serial = true;
        return options;
    }

    void start_more()
    {
        for (; next_ < jobs_.size() && under_way_ < most_under_way; ++next_, ++under_way_)
            client_.async_fetch(jobs_[next_], arguments_.limits, [this, place = next_](error_code, outcome result) {
                --under_way_;
                take(place, std::move(result));
            });
    }

    void take(std::size_t place, outcome&& result)
    {
        const bool is_fatal = result.error == condition::fatal;
        results_[place] = is_over_ ? left_out(std::move(result)) : std::move(result);
        if (is_fatal && !is_over_)
            leave_out_the_rest();
        print_ready();
        start_more();
        if (under_way_ == 0)
            close();
    }

    /// What no other job can get past is not tried with each of them.
    void leave_out_the_rest()
    {
        for (; next_ < jobs_.size(); ++next_) {
            outcome rest;
            rest.job = jobs_[next_];
            results_[next_] = left_out(std::move(rest));
        }
        is_over_ = true;
        close();
    }

    static outcome left_out(outcome&& result)
    {
        if (result.kind == outcome_kind::canceled || result.kind == outcome_kind::not_tried) {
            result.kind = outcome_kind::not_tried;
            result.error = errc::not_tried;
            result.message = "not asked for: no job can succeed, as another one shows";
        }
        return std::move(result);
    }

    void print_ready()
    {
        try {
            for (; !print_failure_ && printed_ < results_.size() && results_[printed_]; ++printed_)
                print_one(*std::exchange(results_[printed_], std::nullopt));
        } catch (const failure&) {
            print_failure_ = std::current_exception();
            leave_out_the_rest();
        }
    }

    void print_one(outcome&& result)
    {
        code_ = worse_of(code_, exit_code_of(result));
        if (arguments_.json) {
            std::string line;
            store::append_line(line, result);
            print(is_terminal(STDOUT_FILENO) ? protocol::with_escaped_controls(line) : line);
        } else {
            result.message = with_advice(std::move(result.message), advice_on(result));
            print((printed_ > 0 ? "\n" : "") + fetch_text(result, text_width(STDOUT_FILENO)));
        }
    }

    void close()
    {
        if (std::exchange(is_closing_, true))
            return;
        client_.async_close([this](error_code) {
            is_closed_ = true;
            timer_.cancel();
        });
    }

    void tick()
    {
        if (is_closed_)
            return;
        print_log();
        timer_.expires_after(tick_interval);
        timer_.async_wait([this](const boost::system::error_code& error) {
            if (!error)
                tick();
        });
    }

    void print_log()
    {
        for (const auto& line : log_.take())
            tell(wrapped(line, {.width = text_width(STDERR_FILENO), .indent = 2}) + '\n');
    }

    const fetch_arguments& arguments_;
    const std::vector<job_id> jobs_;
    std::vector<std::optional<outcome>> results_;  // that wait for those before them
    std::size_t next_ = 0;
    std::size_t under_way_ = 0;
    std::size_t printed_ = 0;
    exit_code code_ = exit_code::complete;
    std::exception_ptr print_failure_;
    bool is_over_ = false;  // no other job can succeed
    bool is_closing_ = false;
    bool is_closed_ = false;

    event_log log_;
    activity activity_;
    asio::io_context context_{1};
    client client_;
    asio::steady_timer timer_{context_};
};

}  // namespace

int run_fetch(const fetch_arguments& arguments)
{
    hide_memory();
    tell(warning_about_key_file(arguments.connection.api_key_file));
    fetch_session session{arguments};
    return to_int(session.run());
}

}  // namespace jobaudit::cli
