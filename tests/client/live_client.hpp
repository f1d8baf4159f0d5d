#pragma once

#include "client/operation_probe.hpp"
#include "client/readable_values.hpp"
#include "net/event_loop.hpp"
#include "scratch_folder.hpp"

#include <jobaudit/emulator/emulator.hpp>
#include <jobaudit/jobaudit.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace jobaudit::test {

namespace asio = boost::asio;
using namespace std::chrono_literals;

inline constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

/// Retries that cost a test no time.
inline fetch_options brisk(unsigned attempts = 5)
{
    return {.attempts = attempts, .backoff_base = 1ms, .backoff_limit = 2ms};
}

inline audit_options brisk_audit(unsigned concurrency = 8, unsigned threads = 1)
{
    return {.concurrency = concurrency, .threads = threads, .backoff_base = 1ms, .backoff_limit = 2ms, .seed = 7};
}

/// Every request for failed files is answered by these steps in turn; the last one repeats.
inline emulator::emulator_options scripted(std::vector<emulator::step> steps, emulator::emulator_options options = {})
{
    options.script.every_job = std::move(steps);
    return options;
}

struct batch_result {
    error_code error;
    summary totals;
    std::vector<outcome> outcomes;  ///< in the order of their delivery
};

/// A platform on loopback with TLS, and a client that trusts it, on the test's own event loop.
class live_client {
public:
    explicit live_client(emulator::emulator_options platform = {}, client_options how = {})
        : server{std::move(platform)}, client{std::in_place, loop.executor(), towards(server, std::move(how))}
    {}

    ~live_client()
    {
        if (client)
            close();
    }

    /// Options with which a client reaches `to` and trusts it.
    [[nodiscard]] client_options towards(const emulator::emulator& to, client_options how = {}) const
    {
        how.url = to.url();
        if (how.credentials.key.empty())
            how.credentials.key = "the-key";
        if (!to.certificate_pem().empty())
            how.tls.ca_file = folder_.write("platform.pem", to.certificate_pem());
        return how;
    }

    [[nodiscard]] job_id job(std::uint64_t index = 0) const { return server.job(index); }

    [[nodiscard]] std::vector<job_id> jobs() const
    {
        std::vector<job_id> all;
        for (std::uint64_t i = 0; i < server.jobs(); ++i)
            all.push_back(server.job(i));
        return all;
    }

    std::pair<error_code, outcome> try_fetch(job_id job, fetch_options how = brisk())
    {
        auto [error, result] = loop.run(client->async_fetch(job, how, as_values));
        return {error, std::move(result)};
    }

    outcome fetch(job_id job, fetch_options how = brisk())
    {
        auto [error, result] = try_fetch(job, how);
        BOOST_TEST(!error);
        return std::move(result);
    }

    /// With a plain sink.
    batch_result audit(any_job_source jobs, audit_options how = brisk_audit())
    {
        batch_result all;
        std::mutex mutex;
        auto sink = [&](outcome&& one) {
            const std::lock_guard lock{mutex};
            all.outcomes.push_back(std::move(one));
        };
        std::tie(all.error, all.totals) = audit_into(sink, std::move(jobs), how);
        return all;
    }

    template <class Sink>
    std::pair<error_code, summary> audit_into(Sink& sink, any_job_source jobs, audit_options how = brisk_audit())
    {
        auto [error, totals] = loop.run(client->async_audit(std::move(jobs), any_sink{sink}, how, as_values));
        return {error, std::move(totals)};
    }

    template <class Result>
    void finish(const operation_probe<Result>& started)
    {
        loop.run_until([&] { return started.done(); });
    }

    /// Until the platform has read so many requests.
    void await_requests(std::uint64_t count)
    {
        loop.run_until([&] { return server.stats().requests >= count; });
    }

    void close()
    {
        bool closed = false;
        client->async_close([&](error_code) { closed = true; });
        loop.run_until([&] { return closed; });
        client.reset();
    }

    /// Closes, and says whether nothing of the client is left: no connection, no thread, no work on the loop.
    [[nodiscard]] bool leaves_nothing()
    {
        close();
        loop.run_until([&] { return server.stats().open_connections == 0; });
        return loop.ends_by_itself();
    }

    event_loop loop;
    emulator::emulator server;

private:
    scratch_folder folder_;

public:
    std::optional<jobaudit::client> client;
};

}  // namespace jobaudit::test
