#pragma once

#include <jobaudit/emulator/certificate.hpp>
#include <jobaudit/emulator/fault.hpp>
#include <jobaudit/emulator/script.hpp>
#include <jobaudit/emulator/statistics.hpp>

#include <jobaudit/failed_file.hpp>
#include <jobaudit/job_id.hpp>
#include <jobaudit/outcome.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

/// The Platform API, played on loopback.
namespace jobaudit::emulator {

/// How long every answer takes: `base`, and up to `jitter` more, evenly distributed.
struct latency_options {
    std::chrono::nanoseconds base{};    ///< at least
    std::chrono::nanoseconds jitter{};  ///< at most so much more
};

/// What is said above a limit.
struct refusal_options {
    int status = 429;  ///< of the refusal
    /// The Retry-After; nothing: when a request will be let through again; empty: none.
    std::optional<std::string> retry_after{};
};

/// What an emulator plays.
struct emulator_options {
    std::string address = "127.0.0.1";  ///< to listen at
    std::uint16_t port = 0;             ///< 0: any free one
    bool tls = true;                    ///< false: http without TLS
    certificate_options certificate{};  ///< that it shows
    std::string require_client_ca{};    ///< PEM; not empty: clients must show a certificate that it signed
    std::uint64_t seed = 1;             ///< of jobs and faults
    std::uint64_t jobs = 5000;          ///< seeded jobs: they can be enumerated, and are listed
    bool accept_any_id = false;         ///< every other UUID is a job too, with content made from it and the seed
    std::string api_key{};              ///< the right key; empty: any key is right. No key is 401 always
    fault_profile faults = fault_profile::none;  ///< what goes wrong by itself
    std::optional<double>
        share_missing{};  ///< of the seeded jobs that are 404, and a quarter as many 422; empty: 0, or 0.01 with faults
    std::optional<std::uint64_t> records_per_job{};  ///< exactly; empty: mostly 0–5, some jobs hundreds
    /// When the newest of the seeded jobs was created; the others spread over the 90 days before. Default: 2026 began.
    std::chrono::sys_seconds newest_job{std::chrono::seconds{1'767'225'600}};
    std::optional<bool> vary_framing{};  ///< right answers come in chunks, gzip, HTTP/1.0 too; empty: only with faults
    latency_options latency{};           ///< of every answer
    double rate_limit = 0;               ///< requests a second, above which they are refused; 0: no limit
    double rate_burst = 0;               ///< requests let through at once after a pause; 0: as many as rate_limit
    unsigned limit_at_once = 0;  ///< requests that are worked on, for their latency; others are refused; 0: no limit
    refusal_options refusal{};   ///< what is said above the limits
    unsigned threads = 1;        ///< ≥ 1; that answer
    jobaudit::emulator::script script{};  ///< comes before `faults`
    std::filesystem::path script_file{};  ///< read at start, instead of `script`; empty: none
};

/// What a right audit must say of a job.
struct job_truth {
    job_id job;                             ///< the job that it is of
    outcome_kind kind = outcome_kind::ok;   ///< ok, not_found or validation
    std::vector<failed_file> failed_files;  ///< with ok: all, in order

    /// Member by member.
    friend bool operator==(const job_truth&, const job_truth&) = default;
};

/// The emulator can't start. what() says which option or address is at fault.
class emulator_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The Platform API, played on this machine, with faults as the profile or a script decides: the same seed gives the
/// same jobs and faults.
///
/// Besides the API it serves, without a key: `/__stats` (`?jobs=1` adds the requests of each job, `?reset=1` starts
/// anew, request numbers of jobs and sequence too), `/__truth` (NDJSON of every seeded job), `/__truth/{id}`, `/__jobs`
/// (IDs, one a line).
///
/// Runs in threads of its own from construction to stop() or destruction. Members may be called from any thread.
class emulator {
public:
    /// Listens when it returns. Throws emulator_error, and script_error for a script that can't be used.
    explicit emulator(emulator_options options = {});
    emulator(const emulator&) = delete;
    emulator& operator=(const emulator&) = delete;
    /// As stop().
    ~emulator();

    /// On which it listens.
    [[nodiscard]] std::uint16_t port() const noexcept;
    /// `https://127.0.0.1:PORT`; http without TLS.
    [[nodiscard]] std::string url() const;
    /// To be trusted by clients (--ca-file); empty without TLS.
    [[nodiscard]] const std::string& certificate_pem() const noexcept;

    /// Number of seeded jobs.
    [[nodiscard]] std::uint64_t jobs() const noexcept;
    /// The seeded job number `index`, 0 … jobs() − 1. Takes no memory; depends on the seed alone.
    [[nodiscard]] job_id job(std::uint64_t index) const noexcept;
    /// Right for any ID: one that is no job is not_found. Steps of a script that change the content are not part of it.
    [[nodiscard]] job_truth truth(const job_id& job) const;

    /// Since its start, or the last reset_stats().
    [[nodiscard]] statistics stats() const;
    /// Requests for the failed files of the job so far.
    [[nodiscard]] std::uint64_t requests_of(const job_id& job) const;
    /// Like `/__stats?reset=1`.
    void reset_stats();

    /// Closes all connections, and returns when the threads have ended. Further calls do nothing.
    void stop();

private:
    class implementation;
    std::unique_ptr<implementation> implementation_;
};

}  // namespace jobaudit::emulator
