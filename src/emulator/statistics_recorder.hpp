#pragma once

#include "emulator/job_counts.hpp"

#include <jobaudit/emulator/statistics.hpp>
#include <jobaudit/job_id.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace jobaudit::emulator {

/// Where a request stands in the order of arrival, from 1.
struct arrival {
    std::uint64_t number = 0;   ///< among all
    std::uint64_t of_job = 0;   ///< among those for the same job's failed files; 0 for any other request
    std::uint64_t of_list = 0;  ///< among those for the list of jobs; 0 for any other request
};

enum class request_kind : std::uint8_t { failed_files, list, other };

/// Counts what arrives and what is sent. Every member may be called from any thread.
class statistics_recorder {
public:
    using clock = std::chrono::steady_clock;

    explicit statistics_recorder(population jobs, std::function<clock::time_point()> now = clock::now)
        : now_{std::move(now)}, counts_{jobs}
    {}

    /// A request head was read. `job` is looked at for failed_files alone.
    [[nodiscard]] arrival request_arrived(request_kind kind, const job_id& job);
    void responded(int status);

    /// Says whether there were never as many open before.
    [[nodiscard]] bool connection_opened();
    void connection_closed();
    /// Forgets a connection that turned out to serve `/__…`; `raised` is what connection_opened said of it.
    void connection_discounted(bool raised, std::optional<bool> resumed);
    void handshake_ended(bool resumed);
    void handshake_failed();

    [[nodiscard]] statistics snapshot() const;
    [[nodiscard]] std::uint64_t requests_of(const job_id& job) const;
    /// Starts anew; connections that are open stay counted as open.
    void reset();

    /// Appends the snapshot as JSON; with the requests of each job as `"jobs":{"ID":N,…}` if asked for.
    void append_json(std::string& out, bool with_jobs) const;

private:
    void count_in_window(clock::time_point now);
    void count_in_second(clock::time_point now);

    std::function<clock::time_point()> now_;
    mutable std::mutex mutex_;
    statistics totals_;
    job_counts counts_;
    std::uint64_t list_requests_ = 0;
    // Arrivals of the last second, oldest first.
    std::deque<clock::time_point> window_;
    std::optional<clock::time_point> first_;
    std::optional<clock::time_point> last_;
};

}  // namespace jobaudit::emulator
