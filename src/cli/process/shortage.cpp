#include "cli/process/shortage.hpp"

#include "cli/exit_code.hpp"
#include "cli/process/standard_streams.hpp"
#include "cli/process/system_error.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <sys/resource.h>
#include <unistd.h>

namespace jobaudit::cli {
namespace {

/// `ulimit -n, now 64`.
std::string named_limit(const char* name, __rlimit_resource resource, rlim_t unit = 1, const char* unit_name = "")
{
    rlimit limit{};
    std::string text{name};
    if (::getrlimit(resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        text += ", now " + std::to_string(limit.rlim_cur / unit) + unit_name;
    return text;
}

std::string limit_of_address_space() { return named_limit("ulimit -v", RLIMIT_AS, 1024, " KiB"); }

}  // namespace

std::string shortage_text(int error_number)
{
    const auto reason = " (" + system_error_text(error_number) + "): ";
    switch (error_number) {
    case EAGAIN:
        return "the system lets this process start no other thread" + reason +
               "use fewer --threads, or raise the limit (" + named_limit("ulimit -u", RLIMIT_NPROC) + "; " +
               limit_of_address_space() + "; or that of the container)";
    case EMFILE:
        return "this process may open no other file or connection" + reason +
               "lower --concurrency, or raise the limit (" + named_limit("ulimit -n", RLIMIT_NOFILE) + ')';
    case ENFILE:
        return "this system has no room for another open file or connection" + reason +
               "lower --concurrency, or raise the system's limit (fs.file-max)";
    case ENOMEM:
        return "out of memory: raise the limit (" + limit_of_address_space() +
               "; or that of the container), or try fewer --concurrency and --threads";
    default:
        return {};
    }
}

[[noreturn]] void end_for_want_of_memory() noexcept
{
    static std::atomic_flag is_told;
    while (is_told.test_and_set())
        (void)::pause();  // until the thread that came first has ended the process
    constexpr const char* results = "results that were written are valid, and --resume goes on with them";
    std::array<char, 400> text{};
    rlimit limit{};
    const bool is_limited = ::getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
    const auto size =
        is_limited ? std::snprintf(text.data(), text.size(),
                                   "jobaudit: out of memory: this process may have %llu MiB of address space (ulimit "
                                   "-v): raise that limit, or try fewer --concurrency and --threads; %s\n",
                                   static_cast<unsigned long long>(limit.rlim_cur >> 20U), results)
                   : std::snprintf(text.data(), text.size(), "jobaudit: out of memory: %s; try fewer --concurrency\n",
                                   results);
    tell({text.data(), static_cast<std::size_t>(std::clamp(size, 0, static_cast<int>(text.size()) - 1))});
    std::_Exit(to_int(exit_code::worth_resuming));
}

}  // namespace jobaudit::cli
