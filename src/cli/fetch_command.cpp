#include "cli/fetch_command.hpp"

#include "cli/activity.hpp"
#include "cli/advice.hpp"
#include "cli/event_log.hpp"
#include "cli/exit_code.hpp"
#include "cli/fetch_text.hpp"
#include "cli/key_protection.hpp"
#include "cli/standard_streams.hpp"
#include "cli/terminal.hpp"
#include "protocol/control_characters.hpp"
#include "store/ndjson_line.hpp"

#include <jobaudit/jobaudit.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <utility>

#include <unistd.h>

namespace jobaudit::cli {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds tick_interval{50};

/// One fetch on the calling thread; log lines reach stderr while it runs.
class fetch_session {
public:
    fetch_session(client_options options, log_level level)
        : log_{level}, activity_{log_}, client_{context_, watched(std::move(options))}
    {}

    [[nodiscard]] outcome run(job_id job, const fetch_options& limits)
    {
        client_.async_fetch(job, limits, [this](error_code, outcome result) {
            result_ = std::move(result);
            client_.async_close([this](error_code) {
                is_closed_ = true;
                timer_.cancel();
            });
        });
        tick();
        context_.run();
        print_log();
        return std::move(result_);
    }

private:
    client_options watched(client_options options)
    {
        options.observer = &activity_;
        return options;
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
            tell(line + '\n');
    }

    event_log log_;
    activity activity_;
    asio::io_context context_{1};
    client client_;
    asio::steady_timer timer_{context_};
    outcome result_;
    bool is_closed_ = false;
};

exit_code exit_code_of(const outcome& result) noexcept
{
    if (result.kind == outcome_kind::ok)
        return exit_code::complete;
    if (result.error == condition::fatal)
        return exit_code::fatal;
    return may_pass(result.kind) ? exit_code::worth_resuming : exit_code::incomplete;
}

}  // namespace

int run_fetch(const fetch_arguments& arguments)
{
    hide_memory();
    tell(warning_about_key_file(arguments.connection.api_key_file));
    fetch_session session{make_client_options(arguments.connection, process_environment), arguments.level};
    const auto job = job_id::parse(arguments.job_id);
    auto result = session.run(job.value_or(job_id{}), arguments.limits);

    if (arguments.json) {
        std::string line;
        store::append_line(line, result);
        print(is_terminal(STDOUT_FILENO) ? protocol::with_escaped_controls(line) : line);
    } else {
        result.message = with_advice(std::move(result.message), advice_on(result));
        print(fetch_text(result, text_width(STDOUT_FILENO)));
    }
    return to_int(exit_code_of(result));
}

}  // namespace jobaudit::cli
