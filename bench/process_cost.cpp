// process_cost RESULT_FILE CORE TIMEOUT_SECONDS COMMAND…: runs a command on one core and writes what it cost as JSON.
//
// A process of its own, because a child's peak of memory starts with that of the process it was forked from: Python's
// would hide most peers'.

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace {

volatile pid_t child = 0;

void end_child(int)
{
    if (child > 0)
        ::kill(-child, SIGKILL);
}

double seconds(const timeval& time)
{
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 5) {
        std::fputs("usage: process_cost RESULT_FILE CORE TIMEOUT_SECONDS COMMAND...\n", stderr);
        return 2;
    }
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(static_cast<std::size_t>(std::atoi(argv[2])), &cores);
    if (::sched_setaffinity(0, sizeof cores, &cores) != 0) {
        std::perror("process_cost: cannot use that core");
        return 2;
    }

    const auto start = std::chrono::steady_clock::now();
    child = ::fork();
    if (child == 0) {
        // A group of its own: the time limit ends also what the command has started.
        ::setpgid(0, 0);
        ::execvp(argv[4], argv + 4);
        std::perror(argv[4]);
        ::_exit(127);
    }
    ::signal(SIGALRM, end_child);
    ::signal(SIGTERM, end_child);
    ::alarm(static_cast<unsigned>(std::atoi(argv[3])));

    int status = 0;
    rusage used{};
    while (::wait4(child, &status, 0, &used) < 0) {
    }
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    std::FILE* out = std::fopen(argv[1], "w");
    if (!out) {
        std::perror(argv[1]);
        return 2;
    }
    std::fprintf(out, "{\"wall_s\":%.6f,\"user_s\":%.6f,\"system_s\":%.6f,\"rss_kb\":%ld}\n", wall.count(),
                 seconds(used.ru_utime), seconds(used.ru_stime), used.ru_maxrss);
    std::fclose(out);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
