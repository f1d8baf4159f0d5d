#include "cli/process/descriptor_limit.hpp"

#include "cli/failure.hpp"
#include "cli/options/quantities.hpp"

#include <algorithm>
#include <string>

#include <sys/resource.h>

namespace jobaudit::cli {
namespace {

/// Files, signals, and the event loops of the program itself.
constexpr rlim_t of_the_program = 24;
constexpr rlim_t of_a_thread = 5;
/// Connections that are being closed or race for a host.
constexpr rlim_t most_in_passing = 40;

rlim_t besides(unsigned threads) noexcept { return of_the_program + of_a_thread * (threads - 1); }

rlim_t needed(rlim_t connections, unsigned threads) noexcept
{
    return connections + std::min(connections, most_in_passing) + besides(threads);
}

/// The most connections for which `limit` is enough.
rlim_t possible_with(rlim_t limit, unsigned threads) noexcept
{
    const auto room = limit - std::min(limit, besides(threads));
    return std::max(room / 2, room - std::min(room, most_in_passing));
}

std::string refusal(unsigned connections, unsigned threads, rlim_t limit)
{
    const auto possible = possible_with(limit, threads);
    return "--concurrency: " + counted(connections, "connection needs ", "connections need ") +
           std::to_string(needed(connections, threads)) + " open files, and this system lets a process have " +
           std::to_string(limit) + ": " +
           (possible > 0 ? "give --concurrency " + std::to_string(possible) + " or less, or " : "") +
           "raise the limit (ulimit -Hn)";
}

}  // namespace

void raise_descriptor_limit(unsigned connections, unsigned threads)
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    const rlim_t wanted = 2 * rlim_t{connections} + most_in_passing + besides(threads);
    if (limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    (void)::setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_max < needed(connections, threads))
        throw failure{exit_code::usage, refusal(connections, threads, limit.rlim_max)};
}

}  // namespace jobaudit::cli
