#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <vector>

namespace jobaudit::emulator {

/// What the emulator has seen since its start or the last reset. Requests for `/__…`, and connections whose first
/// request is such a one, are left out everywhere.
struct statistics {
    std::uint64_t requests = 0;                     ///< heads that were read, the answered and the faulted
    std::uint64_t max_requests_of_a_job = 0;        ///< for failed files
    std::uint64_t jobs_requested = 0;               ///< different jobs whose failed files were asked for
    std::uint64_t max_requests_in_one_second = 0;   ///< exact, over every window [t, t + 1 s)
    std::chrono::nanoseconds longest_silence{};     ///< between one request and the next
    std::uint64_t connections = 0;                  ///< that were taken
    std::uint64_t open_connections = 0;             ///< now
    std::uint64_t max_open_connections = 0;         ///< at a time
    std::uint64_t handshakes_full = 0;              ///< TLS handshakes with a certificate
    std::uint64_t handshakes_resumed = 0;           ///< that went on with a session of before
    std::uint64_t handshakes_failed = 0;            ///< TLS handshakes that came to no end
    std::map<int, std::uint64_t> responses;         ///< by the status that was sent; 0: no status line was sent
    std::vector<std::uint64_t> requests_by_second;  ///< the first is the second of the first request
};

}  // namespace jobaudit::emulator
