#include "cli/descriptor_limit.hpp"

#include "cli/failure.hpp"

#include <algorithm>
#include <string>

#include <sys/resource.h>

namespace jobaudit::cli {
namespace {

/// Files, timers, wake-up pipes, and connections that are being closed or race for a host.
constexpr rlim_t besides = 64;

}  // namespace

void raise_descriptor_limit(unsigned connections)
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    const rlim_t wanted = 2 * rlim_t{connections} + besides;
    if (limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    (void)::setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_max < rlim_t{connections} + besides)
        throw failure{exit_code::usage, "--concurrency: this system lets a process open " +
                                            std::to_string(limit.rlim_max) +
                                            " files, too few for so many connections: give a smaller number, or raise "
                                            "the limit (ulimit -Hn)"};
}

}  // namespace jobaudit::cli
