#include "cli/client_session.hpp"

#include "cli/options/environment.hpp"
#include "cli/process/standard_streams.hpp"
#include "cli/terminal/terminal.hpp"
#include "cli/terminal/wrapped_text.hpp"

#include <chrono>
#include <utility>

#include <unistd.h>

namespace jobaudit::cli {
namespace {

constexpr std::chrono::milliseconds tick_interval{50};

/// One thread runs the session's context.
client_options watched(client_options options, observer& by)
{
    options.observer = &by;
    options.executor_is_serial = true;
    return options;
}

}  // namespace

client_session::client_session(const connection_options& options, log_level level)
    : log_{level}
    , activity_{log_}
    , client_{context_, watched(make_client_options(options, process_environment), activity_)}
{}

void client_session::run(std::function<bool()> on_tick)
{
    on_tick_ = std::move(on_tick);
    tick();
    context_.run();
    print_log();
}

void client_session::close()
{
    if (std::exchange(is_closing_, true))
        return;
    client_.async_close([this](error_code) {
        is_closed_ = true;
        timer_.cancel();
    });
}

void client_session::tick()
{
    if (is_closed_)
        return;
    if (!on_tick_()) {
        close();
        return;
    }
    print_log();
    timer_.expires_after(tick_interval);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error)
            tick();
    });
}

void client_session::print_log()
{
    for (const auto& line : log_.take())
        tell(wrapped(line, {.width = text_width(STDERR_FILENO), .indent = 2}) + '\n');
}

}  // namespace jobaudit::cli
