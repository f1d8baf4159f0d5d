// Preloaded into the program under test: counts its calls on one file and what lies beside it, and breaks one of them.
//
//   WRITE_FAULT_FILE   the file; calls on every path that begins with this count
//   WRITE_FAULT_CALLS  those that count, with commas: write, ftruncate, fdatasync, rename, unlink, flock, close;
//                      pwrite is a write too, and what ends in 64 is the same without
//   WRITE_FAULT        what happens: kill-before, kill-middle, kill-after, eintr, short: to one call;
//                      enospc, eio: from that call on, after half of a write; count: nothing
//   WRITE_FAULT_AT     the number of the call, from 1
//   WRITE_FAULT_BYTES  instead of a number: kill-middle where so many bytes have been written
//   WRITE_FAULT_LOG    gets a line for each call that counts, and `fault` where one was broken
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace {

std::string_view setting(const char* name)
{
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

unsigned long number(const char* name)
{
    const char* value = std::getenv(name);
    return value != nullptr ? std::strtoul(value, nullptr, 10) : 0;
}

std::atomic<unsigned long> calls{0};
std::atomic<unsigned long> bytes{0};
std::atomic<bool> is_broken{false};

enum class action { pass, kill_before, kill_middle, kill_after, interrupt, halve, fail };

bool is_watched(std::string_view path)
{
    const auto watched = setting("WRITE_FAULT_FILE");
    return !watched.empty() && path.starts_with(watched);
}

bool is_watched(int fd)
{
    char link[64];
    char path[4096];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t size = ::readlink(link, path, sizeof path);
    return size > 0 && is_watched(std::string_view{path, static_cast<std::size_t>(size)});
}

bool counts(std::string_view call)
{
    for (auto rest = setting("WRITE_FAULT_CALLS"); !rest.empty();) {
        const auto comma = rest.find(',');
        if (rest.substr(0, comma) == call)
            return true;
        rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
    }
    return false;
}

void log(const char* what)
{
    const char* path = std::getenv("WRITE_FAULT_LOG");
    if (path == nullptr)
        return;
    const int saved = errno;
    const int fd = ::open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    char line[64];
    const int size = std::snprintf(line, sizeof line, "%s\n", what);
    (void)::syscall(SYS_write, fd, line, static_cast<std::size_t>(size));
    (void)::syscall(SYS_close, fd);
    errno = saved;
}

[[noreturn]] void die()
{
    log("fault");
    ::kill(::getpid(), SIGKILL);
    for (;;)
        ::pause();
}

action chosen()
{
    const auto fault = setting("WRITE_FAULT");
    if (fault == "kill-before")
        return action::kill_before;
    if (fault == "kill-middle")
        return action::kill_middle;
    if (fault == "kill-after")
        return action::kill_after;
    if (fault == "eintr")
        return action::interrupt;
    if (fault == "short")
        return action::halve;
    return fault == "enospc" || fault == "eio" ? action::fail : action::pass;
}

action next(const char* call)
{
    if (!counts(call))
        return action::pass;
    log(call);
    const bool is_due = ++calls == number("WRITE_FAULT_AT");
    return is_due ? chosen() : action::pass;
}

int error_number() { return setting("WRITE_FAULT") == "enospc" ? ENOSPC : EIO; }

template <class Function>
Function* original(const char* name)
{
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

int failed(int error)
{
    errno = error;
    return -1;
}

// What has no halves.
template <class Call>
int whole_call(const char* name, Call call)
{
    const auto what = next(name);
    switch (what) {
    case action::kill_before:
    case action::kill_middle:
        die();
    case action::interrupt:
        log("fault");
        return failed(EINTR);
    case action::fail:
        log("fault");
        (void)call();
        return failed(error_number());
    default:
        break;
    }
    const int result = call();
    if (what == action::kill_after)
        die();
    return result;
}

// `write` writes so many of the bytes for real.
template <class Write>
void stop_at_byte(std::size_t size, Write write)
{
    const auto limit = number("WRITE_FAULT_BYTES");
    const auto before = bytes.fetch_add(size);
    if (limit == 0 || before + size < limit)
        return;
    (void)write(limit - before);
    die();
}

template <class Write>
ssize_t watched_write(std::size_t size, Write write)
{
    stop_at_byte(size, write);
    const auto what = next("write");
    const bool stays_broken = is_broken && counts("write");
    if (what == action::kill_before)
        die();
    if (what == action::interrupt) {
        log("fault");
        return failed(EINTR);
    }
    if (stays_broken)
        return failed(error_number());
    if (what == action::fail) {
        log("fault");
        is_broken = true;
        return size < 2 ? failed(error_number()) : write(size / 2);
    }
    const bool in_half = what == action::kill_middle || what == action::halve;
    const ssize_t result = write(in_half && size > 1 ? size / 2 : size);
    if (what == action::kill_middle || what == action::kill_after)
        die();
    if (what == action::halve)
        log("fault");
    return result;
}

template <class Write>
ssize_t any_write(int fd, std::size_t size, Write write)
{
    return is_watched(fd) ? watched_write(size, write) : write(size);
}

template <class Truncate>
int any_truncation(int fd, Truncate truncate)
{
    return is_watched(fd) ? whole_call("ftruncate", truncate) : truncate();
}

}  // namespace

extern "C" {

ssize_t write(int fd, const void* data, std::size_t size)
{
    static auto* const real = original<ssize_t(int, const void*, std::size_t)>("write");
    return any_write(fd, size, [&](std::size_t part) { return real(fd, data, part); });
}

ssize_t pwrite(int fd, const void* data, std::size_t size, off_t at)
{
    static auto* const real = original<ssize_t(int, const void*, std::size_t, off_t)>("pwrite");
    return any_write(fd, size, [&](std::size_t part) { return real(fd, data, part, at); });
}

// SQLite asks for these two by their names for large files.
ssize_t pwrite64(int fd, const void* data, std::size_t size, off64_t at)
{
    static auto* const real = original<ssize_t(int, const void*, std::size_t, off64_t)>("pwrite64");
    return any_write(fd, size, [&](std::size_t part) { return real(fd, data, part, at); });
}

int ftruncate64(int fd, off64_t size) noexcept
{
    static auto* const real = original<int(int, off64_t)>("ftruncate64");
    return any_truncation(fd, [&] { return real(fd, size); });
}

int ftruncate(int fd, off_t size) noexcept
{
    static auto* const real = original<int(int, off_t)>("ftruncate");
    return any_truncation(fd, [&] { return real(fd, size); });
}

int fdatasync(int fd)
{
    static auto* const real = original<int(int)>("fdatasync");
    return is_watched(fd) ? whole_call("fdatasync", [&] { return real(fd); }) : real(fd);
}

int close(int fd)
{
    static auto* const real = original<int(int)>("close");
    return is_watched(fd) ? whole_call("close", [&] { return real(fd); }) : real(fd);
}

int rename(const char* from, const char* to) noexcept
{
    static auto* const real = original<int(const char*, const char*)>("rename");
    return is_watched(std::string_view{from}) ? whole_call("rename", [&] { return real(from, to); }) : real(from, to);
}

int unlink(const char* path) noexcept
{
    static auto* const real = original<int(const char*)>("unlink");
    return is_watched(std::string_view{path}) ? whole_call("unlink", [&] { return real(path); }) : real(path);
}

int flock(int fd, int operation) noexcept
{
    static auto* const real = original<int(int, int)>("flock");
    return is_watched(fd) ? whole_call("flock", [&] { return real(fd, operation); }) : real(fd, operation);
}

}  // extern "C"
