#pragma once

#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace jobaudit::test {

/// A file descriptor of the test's own, closed with its owner.
class descriptor {
public:
    explicit descriptor(int value) : value_{value} { BOOST_REQUIRE_MESSAGE(value >= 0, "errno " << errno); }
    descriptor(descriptor&& other) noexcept : value_{std::exchange(other.value_, -1)} {}
    descriptor& operator=(descriptor&&) = delete;
    ~descriptor() { close(); }

    void close()
    {
        if (value_ >= 0)
            ::close(std::exchange(value_, -1));
    }
    [[nodiscard]] int get() const noexcept { return value_; }

private:
    int value_;
};

/// A file in memory: what a process reads or writes.
class memory_file {
public:
    explicit memory_file(std::string_view content = {}) : file_{::memfd_create("jobaudit-test", MFD_CLOEXEC)}
    {
        BOOST_REQUIRE(::write(file_.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size()));
        ::lseek(file_.get(), 0, SEEK_SET);
    }

    [[nodiscard]] int get() const noexcept { return file_.get(); }

    [[nodiscard]] std::string content() const
    {
        std::string all;
        char part[65536];
        off_t at = 0;
        for (ssize_t got; (got = ::pread(file_.get(), part, sizeof part, at)) > 0; at += got)
            all.append(part, static_cast<std::size_t>(got));
        return all;
    }

private:
    descriptor file_;
};

/// How a process is started.
struct start_options {
    std::map<std::string, std::string> environment{};  ///< beside PATH; an API key is set unless it is here
    std::string input{};                               ///< what it reads from stdin
    std::optional<int> in{};                           ///< its stdin, instead of that
    std::optional<int> out{};                          ///< its stdout, instead of one that is captured
    std::optional<int> error_out{};                    ///< likewise stderr
    std::function<void()> before_exec{};               ///< runs in the new process; only what may follow a fork
};

/// A process that the test has started; killed with its owner.
class process_run {
public:
    process_run(std::vector<std::string> command, start_options how = {}) : input_{how.input}
    {
        how.environment.emplace("UNSTRUCTURED_API_KEY", "the-key");
        how.environment.emplace("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        // The sanitizers' switches must reach a program that was built with them.
        for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "TMPDIR"})
            if (const char* value = std::getenv(name); value != nullptr)
                how.environment.emplace(name, value);
        std::vector<std::string> variables;
        for (const auto& [name, value] : how.environment)
            variables.push_back(name + "=" + value);
        const auto argv = pointers(command);
        const auto envp = pointers(variables);

        pid_ = ::fork();
        BOOST_REQUIRE(pid_ >= 0);
        if (pid_ == 0) {
            ::dup2(how.in.value_or(input_.get()), STDIN_FILENO);
            ::dup2(how.out.value_or(out_.get()), STDOUT_FILENO);
            ::dup2(how.error_out.value_or(error_out_.get()), STDERR_FILENO);
            // What the test has open, the emulator's sockets among it, is not for others to keep open.
            ::close_range(3, ~0U, 0);
            if (how.before_exec)
                how.before_exec();
            ::execve(argv[0], argv.data(), envp.data());
            ::_exit(127);
        }
    }
    process_run(const process_run&) = delete;
    process_run& operator=(const process_run&) = delete;
    ~process_run()
    {
        if (!status_) {
            send(SIGKILL);
            (void)wait();
        }
    }

    /// Does nothing once wait() has returned: the number may be another process's by then.
    void send(int signal) const
    {
        if (!status_)
            ::kill(pid_, signal);
    }

    /// Waits for its end: the exit code, or the signal's number below zero. Longer than `patience` is an error of the
    /// test's.
    int wait(std::chrono::seconds patience = std::chrono::seconds{300})
    {
        if (status_)
            return *status_;
        const descriptor process{static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0))};
        pollfd ended{process.get(), POLLIN, 0};
        const auto milliseconds = std::chrono::milliseconds{patience}.count();
        if (::poll(&ended, 1, static_cast<int>(milliseconds)) != 1) {
            send(SIGKILL);
            BOOST_ERROR("the process did not end in time; it said: " + error_out());
        }
        int status = 0;
        rusage usage{};
        ::wait4(pid_, &status, 0, &usage);
        peak_kib_ = usage.ru_maxrss;
        status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
        return *status_;
    }

    /// Waits until it has said `text` on stdout or stderr, or has ended.
    bool wait_until_said(std::string_view text)
    {
        return wait_until([&] { return (out() + error_out()).find(text) != std::string::npos; });
    }

    /// Looks every few milliseconds whether `holds`; false when the process ended before it did.
    bool wait_until(const std::function<bool()>& holds)
    {
        const descriptor process{static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0))};
        for (int looks = 0; looks < 60'000; ++looks) {
            if (holds())
                return true;
            pollfd ended{process.get(), POLLIN, 0};
            if (::poll(&ended, 1, 5) == 1)
                return holds();
        }
        BOOST_ERROR("what was waited for did not happen");
        return false;
    }

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }
    [[nodiscard]] std::string out() const { return out_.content(); }
    [[nodiscard]] std::string error_out() const { return error_out_.content(); }

    /// After wait(): the most memory it had; at least that of this test's process when it was started.
    [[nodiscard]] long peak_kib() const noexcept { return peak_kib_; }

private:
    static std::vector<char*> pointers(std::vector<std::string>& words)
    {
        std::vector<char*> all;
        for (auto& word : words)
            all.push_back(word.data());
        all.push_back(nullptr);
        return all;
    }

    memory_file input_;
    memory_file out_;
    memory_file error_out_;
    pid_t pid_ = -1;
    std::optional<int> status_;
    long peak_kib_ = 0;
};

/// The program under test with these arguments.
inline std::vector<std::string> jobaudit(std::vector<std::string> arguments)
{
    const char* program = std::getenv("JOBAUDIT_PROGRAM");
    BOOST_REQUIRE_MESSAGE(program != nullptr, "JOBAUDIT_PROGRAM must name the program: run the tests through ctest");
    arguments.insert(arguments.begin(), program);
    return arguments;
}

}  // namespace jobaudit::test
