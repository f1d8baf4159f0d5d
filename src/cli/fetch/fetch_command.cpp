#include "cli/fetch/fetch_command.hpp"

#include "cli/advice.hpp"
#include "cli/client_session.hpp"
#include "cli/exit_code.hpp"
#include "cli/failure.hpp"
#include "cli/fetch/fetch_text.hpp"
#include "cli/process/key_protection.hpp"
#include "cli/process/standard_streams.hpp"
#include "cli/terminal/terminal.hpp"
#include "protocol/control_characters.hpp"
#include "store/output/ndjson_line.hpp"

#include <jobaudit/jobaudit.hpp>

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
        , session_{arguments.connection, arguments.level}
    {}

    /// The exit code. Throws failure when stdout can't be written.
    [[nodiscard]] exit_code run()
    {
        start_more();
        session_.run([] { return true; });
        if (print_failure_)
            std::rethrow_exception(print_failure_);
        return code_;
    }

private:
    void start_more()
    {
        for (; next_ < jobs_.size() && under_way_ < most_under_way; ++next_, ++under_way_)
            session_.asks().async_fetch(jobs_[next_], arguments_.limits,
                                        [this, place = next_](error_code, outcome result) {
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
            session_.close();
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
        session_.close();
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

    const fetch_arguments& arguments_;
    const std::vector<job_id> jobs_;
    std::vector<std::optional<outcome>> results_;  // that wait for those before them
    std::size_t next_ = 0;
    std::size_t under_way_ = 0;
    std::size_t printed_ = 0;
    exit_code code_ = exit_code::complete;
    std::exception_ptr print_failure_;
    bool is_over_ = false;  // no other job can succeed
    client_session session_;
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
