#pragma once

#include "client/operation_probe.hpp"
#include "faults/connection_fates.hpp"
#include "faults/scripted_platform.hpp"
#include "net/event_loop.hpp"

#include <jobaudit/jobaudit.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace jobaudit::test {

using namespace std::chrono_literals;

inline job_id numbered_job(std::uint64_t number)
{
    const auto digits = std::to_string(number);
    return *job_id::parse("00000000-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits);
}

/// Whether the answer is the job's own.
inline bool is_own(const outcome& result)
{
    return result.failed_files.size() == 1 &&
           result.failed_files[0].document == scripted_platform::document_of(result.job.to_string());
}

/// Options with which a client reaches the platform at `port`.
inline client_options towards(std::uint16_t port, tls_options trust, const std::string& host = "127.0.0.1")
{
    return {.url = "https://" + host + ":" + std::to_string(port),
            .credentials = {.key = "the-key"},
            .tls = std::move(trust)};
}

/// A client of a scripted_platform, on the test's own event loop.
class platform_client {
public:
    explicit platform_client(client_options how, std::function<void()> before_retry = nullptr)
        : fates{std::move(before_retry)}
    {
        how.observer = &fates;
        client_.emplace(loop.executor(), std::move(how));
    }

    outcome fetch(const job_id& job, fetch_options how = {})
    {
        how.backoff_base = 1ms;
        how.backoff_limit = 2ms;
        operation_probe<outcome> asked;
        client_->async_fetch(job, how, asked.token());
        loop.run_until([&asked] { return asked.done(); });
        BOOST_TEST(!asked.error());
        return asked.result();
    }

    std::pair<summary, std::vector<outcome>> audit(std::vector<job_id> jobs, audit_options how)
    {
        std::vector<outcome> outcomes;
        std::mutex mutex;
        const auto sink = [&](outcome&& one) {
            const std::lock_guard lock{mutex};
            outcomes.push_back(std::move(one));
        };
        how.backoff_base = 1ms;
        how.backoff_limit = 2ms;
        operation_probe<summary> asked;
        client_->async_audit(std::move(jobs), sink, how, asked.token());
        loop.run_until([&asked] { return asked.done(); });
        BOOST_TEST(!asked.error());
        return {asked.result(), std::move(outcomes)};
    }

    /// Closes, and checks that nothing is left: no connection, no work on the loop.
    void close(const scripted_platform& platform)
    {
        bool closed = false;
        client_->async_close([&closed](error_code) { closed = true; });
        loop.run_until([&closed] { return closed; });
        client_.reset();
        BOOST_TEST(fates.all_closed());
        loop.run_until([&platform] { return platform.open() == 0; });
        BOOST_TEST(loop.ends_by_itself());
    }

    event_loop loop;
    connection_fates fates;

private:
    std::optional<client> client_;
};

}  // namespace jobaudit::test
