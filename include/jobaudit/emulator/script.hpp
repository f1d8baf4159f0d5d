#pragma once

#include <jobaudit/emulator/fault.hpp>

#include <jobaudit/job_id.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jobaudit::emulator {

/// How the end of a body is marked.
enum class framing : std::uint8_t {
    automatic,  ///< Content-Length for what fits in memory, chunks for what is made while it is sent
    length,     ///< Content-Length
    chunked,    ///< chunks of random sizes
    gzip,       ///< Content-Encoding: gzip, if the client offers it, in chunks
    close,      ///< an HTTP/1.0 response that ends with the connection
};

/// The framing of that name; nothing: there is none.
[[nodiscard]] std::optional<framing> parse_framing(std::string_view name) noexcept;

/// What is done with one request. A default-constructed step gives the right answer.
///
/// The members combine: `delay` comes first; `raw` replaces all of the rest; `fault` acts upon the answer that the
/// other members describe.
struct step {
    /// Status of the answer; 0: the one that belongs to the job. Any other than 200 brings a typical body of its own.
    int status = 0;
    /// The body, instead of the one that belongs to the job or the status.
    std::optional<std::string> body{};
    /// A 200 with this many generated records. They are made while they are sent: a body of any size takes no memory.
    std::optional<std::uint64_t> records{};
    /// Fields added to the head, as they are: names and values are not checked. A Content-Type given here replaces the
    /// usual one.
    std::vector<std::pair<std::string, std::string>> headers{};
    /// Value of a field Retry-After: seconds, a date, or anything else.
    std::optional<std::string> retry_after{};
    /// Adds a Retry-After with the HTTP date (IMF-fixdate) so many seconds from now.
    std::optional<std::int64_t> retry_after_date{};
    /// How the end of the body is marked.
    jobaudit::emulator::framing framing = jobaudit::emulator::framing::automatic;
    /// What goes wrong with the answer.
    jobaudit::emulator::fault fault = jobaudit::emulator::fault::none;
    /// Of a `stall`: how long, until the answer comes; zero: for ever. Of `slow_head` and `dribble`: how long it takes;
    /// zero: 40 ms.
    std::chrono::nanoseconds duration{};
    /// Waits so long before it does anything.
    std::chrono::nanoseconds delay{};
    /// The bytes of the whole answer, head and all; the connection is closed after them, unless keep_open.
    std::optional<std::string> raw{};
    /// With `raw`: the connection stays open after the answer.
    bool keep_open = false;
    /// In a sequence: leaves the request to its job's steps.
    bool pass = false;

    /// Member by member.
    friend bool operator==(const step&, const step&) = default;
};

/// Steps for a range of requests in the order of their arrival, 1 being the first.
struct sequence_entry {
    std::uint64_t first = 1;          ///< ≥ 1
    std::uint64_t last = 1;           ///< ≥ first
    jobaudit::emulator::step step{};  ///< for each of them

    /// Member by member.
    friend bool operator==(const sequence_entry&, const sequence_entry&) = default;
};

/// Says what happens to which request. What it does not mention is answered as the fault profile says.
struct script {
    /// By number among all requests to the API (those for `/__…` are not counted). Looked at first; the first entry
    /// that holds the number counts.
    std::vector<sequence_entry> sequence{};
    /// The k-th request for the failed files of that job gets the k-th step; the last one repeats. A request that the
    /// sequence answered counts too.
    std::map<job_id, std::vector<step>> jobs{};
    /// The same for every job that `jobs` does not name.
    std::vector<step> every_job{};
    /// The k-th request for the list of jobs gets the k-th step; the last one repeats.
    std::vector<step> list{};

    /// Whether it says nothing of any request.
    [[nodiscard]] bool empty() const noexcept
    {
        return sequence.empty() && jobs.empty() && every_job.empty() && list.empty();
    }

    /// The step for a request for failed files: the `request`-th of its job and the `arrival`-th of all, both from 1.
    /// Null: no step.
    [[nodiscard]] const step* for_job(const job_id& job, std::uint64_t request, std::uint64_t arrival) const;
    /// The step for a request for the list, likewise.
    [[nodiscard]] const step* for_list(std::uint64_t request, std::uint64_t arrival) const;
    /// The step of the sequence for any other request. Null: no step.
    [[nodiscard]] const step* for_arrival(std::uint64_t arrival) const;
};

/// A script's text that can't be used. what() names the place in it, what is wrong and what is allowed.
class script_error : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

/// Reads a script from JSON. Throws script_error.
///
/// ```
/// {
///   "5e0c…-…": ["503", {"status": 429, "retry_after": "2"}, {"fault": "reset_in_body"}, "ok"],
///   "*":       [{"status": 200, "records": 500000}],
///   "list":    ["502", "ok"],
///   "sequence": {"10": "429", "100-199": "503"}
/// }
/// ```
/// Keys: a job ID; `*`, every other job; `list`, the list of jobs; `sequence`, all requests by number: an object of
/// numbers and ranges, or a list whose k-th step is for the k-th request. Steps: one, or a list of them. A step is
/// - `"ok"`: the right answer; `"pass"`: in a sequence, what the job's steps say;
/// - a status (`503` or `"503"`), or the name of a fault (`"stall"`);
/// - an object of `status`, `body` (a string, or any JSON to send as it is), `records`, `headers` (an object of
/// strings), `retry_after` (string or number),
///   `retry_after_date` (seconds from now), `framing`, `fault`, `seconds` (of a stall, slow_head, dribble), `delay`
///   (seconds), `raw` (string), `raw_hex`, `keep_open`.
[[nodiscard]] script parse_script(std::string_view text);

}  // namespace jobaudit::emulator
