#pragma once

#include "cli/audit/activity.hpp"
#include "cli/audit/event_log.hpp"
#include "cli/options/connection_options.hpp"

#include <jobaudit/client.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>

namespace jobaudit::cli {

/// A client on the calling thread, whose log lines reach stderr while it runs: what `fetch` and `jobs` share.
class client_session {
public:
    /// Throws failure and option_error.
    client_session(const connection_options& options, log_level level);
    client_session(const client_session&) = delete;
    client_session& operator=(const client_session&) = delete;

    [[nodiscard]] client& asks() noexcept { return client_; }

    /// Runs what was begun until close() has done its work. `on_tick` is called every 50 ms; false closes.
    void run(std::function<bool()> on_tick);

    /// Ends what is under way. May be called again.
    void close();

private:
    void tick();
    void print_log();

    event_log log_;
    activity activity_;
    boost::asio::io_context context_{1};
    client client_;
    boost::asio::steady_timer timer_{context_};
    std::function<bool()> on_tick_;
    bool is_closing_ = false;
    bool is_closed_ = false;
};

}  // namespace jobaudit::cli
