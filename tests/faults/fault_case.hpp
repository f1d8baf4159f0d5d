#pragma once

#include "faults/connection_fates.hpp"
#include "faults/fault_proxy.hpp"
#include "faults/scripted_platform.hpp"
#include "net/name_service.hpp"

#include <jobaudit/emulator/certificate.hpp>
#include <jobaudit/error.hpp>
#include <jobaudit/options.hpp>
#include <jobaudit/outcome.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace jobaudit::test {

using namespace std::chrono_literals;

/// What a fault comes to for the job that meets it.
struct effect {
    outcome_kind outcome = outcome_kind::ok;
    std::optional<errc> error{};  ///< none where the job is ok
    unsigned attempts = 1;
    std::size_t requests = 1;     ///< for the job, that the platform read
    std::size_t connections = 1;  ///< that were opened until the job had ended
    fate first = fate::reused;    ///< of the first connection, up to the end of the job that follows

    friend bool operator==(const effect&, const effect&) = default;
};

std::ostream& operator<<(std::ostream& out, const effect& value);

/// An address of this machine, at the platform's port, that does not lead to the platform.
struct dead_end {
    std::string address;
    bool silent = false;  ///< neither yes nor no; else nobody listens
};

/// When a fault that lasts is over.
enum class recovery : std::uint8_t {
    by_itself,     ///< it does not last
    before_retry,  ///< when the job's first retry is scheduled
    behind_job,    ///< when the job has ended
    never,         ///< nothing is asked behind the job
};

/// One row of the table: a fault, and what it must come to.
struct fault_case {
    std::string name;
    effect expected{};

    /// Another job goes before the one that meets the fault, on the same connection.
    bool behind_another = false;
    std::vector<script> scripts{};  ///< what the platform does with its connections, one behind the other
    std::vector<wire> wires{};      ///< what happens on the way, one connection behind the other
    fault_proxy::door door = fault_proxy::door::open;
    recovery recovers = recovery::by_itself;

    std::vector<scripted_name::reply> names{};  ///< what the name service says of the platform; none: it is not asked
    std::vector<dead_end> dead_ends{};

    emulator::certificate_options certificate{};
    std::function<void(SSL_CTX*)> tls{};  ///< changes the platform's TLS
    std::size_t body_size = 0;            ///< of the platform's answers, at least

    unsigned attempts = 3;
    std::chrono::nanoseconds timeout = 20s;          ///< of one attempt
    std::chrono::nanoseconds connect_timeout = 20s;  ///< of one connection
    std::uint64_t max_body = 256 * 1024 * 1024;
};

inline std::ostream& operator<<(std::ostream& out, const fault_case& row) { return out << row.name; }

/// Lets the fault happen. What must hold for every fault is checked here: an answer is the job's own, the job behind
/// it is fetched at once, and the client leaves nothing behind.
[[nodiscard]] effect effect_of(const fault_case& row);

/// The rows, by the place where the fault happens.
[[nodiscard]] std::vector<fault_case> connecting_faults();
[[nodiscard]] std::vector<fault_case> tls_faults();
[[nodiscard]] std::vector<fault_case> wire_faults();
[[nodiscard]] std::vector<fault_case> reply_faults();
[[nodiscard]] std::vector<fault_case> idle_faults();

}  // namespace jobaudit::test
