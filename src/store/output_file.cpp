#include "store/output_file.hpp"

#include "protocol/control_characters.hpp"
#include "protocol/utf8.hpp"
#include "store/inherited_descriptor.hpp"
#include "store/write_failure.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace jobaudit::store {

namespace {

using reason = output_error::reason;

constexpr mode_t created_mode = 0666;

std::string text_of(int error) { return std::generic_category().message(error); }

// A link is followed once and for all: the older file is renamed where it lies, and the link stays.
std::string resolved(const std::string& path)
{
    std::error_code ignored;
    const auto real = std::filesystem::canonical(path, ignored);
    return ignored ? path : real.string();
}

class descriptor_guard {
public:
    explicit descriptor_guard(int fd) noexcept : fd_{fd} {}
    descriptor_guard(const descriptor_guard&) = delete;
    descriptor_guard& operator=(const descriptor_guard&) = delete;
    ~descriptor_guard()
    {
        if (fd_ >= 0)
            ::close(fd_);
    }

    [[nodiscard]] int get() const noexcept { return fd_; }

private:
    int fd_;
};

std::string advice_for_opening(int error)
{
    switch (error) {
    case ENOENT:
        return "its folder does not exist: create it, or name another output";
    case ENOTDIR:
        return "a part of its path is no folder: name another output";
    case EISDIR:
        return "it is a folder: name a file in it";
    case EACCES:
    case EPERM:
        return "there is no permission to write it: change that, or name another output";
    case EROFS:
        return "it lies on a read-only file system: name another output";
    case ENXIO:
        return "it is a pipe that nobody reads: start its reader first";
    case ENOSPC:
    case EDQUOT:
        return "the disk is full: free space, or name another output";
    default:
        return text_of(error) + ": name another output";
    }
}

}  // namespace

output_file::output_file(std::string path, open_mode mode) : path_{std::move(path)}
{
    if (const auto number = inherited_descriptor(path_)) {
        open_inherited(*number, mode);
        return;
    }

    struct stat status {};
    if (::stat(path_.c_str(), &status) != 0) {
        if (errno != ENOENT)
            fail_to_open(errno);
        open_regular(mode);
    } else if (S_ISDIR(status.st_mode)) {
        fail_to_open(EISDIR);
    } else if (S_ISREG(status.st_mode)) {
        open_regular(mode);
    } else {
        open_special(mode);
    }
}

output_file::~output_file()
{
    if (fd_ >= 0)
        ::close(fd_);
}

void output_file::adopt(int fd) noexcept
{
    if (fd_ >= 0)
        ::close(fd_);
    fd_ = fd;
}

void output_file::fail_to_open(int error) const
{
    throw output_error{reason::cannot_open, path_,
                       "cannot write the output " + path_ + ": " + advice_for_opening(error)};
}

void output_file::open_inherited(int number, open_mode mode)
{
    inherited_ = true;
    if (number == STDOUT_FILENO)
        path_ = "stdout";
    if (mode == open_mode::resume)
        throw output_error{reason::not_resumable, path_,
                           "cannot resume what went to " + path_ + ": name the file that holds it with -o FILE"};

    const int flags = ::fcntl(number, F_GETFL);
    if (flags >= 0 && (flags & O_ACCMODE) != O_RDONLY)
        adopt(::fcntl(number, F_DUPFD_CLOEXEC, 3));
    if (fd_ < 0)
        throw output_error{reason::cannot_open, path_,
                           path_ + " is closed: leave it open, or name an output with -o FILE"};

    struct stat status {};
    regular_ = ::fstat(fd_, &status) == 0 && S_ISREG(status.st_mode);
    is_terminal_ = ::isatty(fd_) != 0;
}

void output_file::open_special(open_mode mode)
{
    if (mode == open_mode::resume)
        throw output_error{reason::not_resumable, path_,
                           "cannot resume " + path_ + ": it is no regular file; leave out --resume"};

    // Without O_NONBLOCK, a pipe that nobody reads would hold us here for ever.
    adopt(::open(path_.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
    if (fd_ < 0)
        fail_to_open(errno);
    const int flags = ::fcntl(fd_, F_GETFL);
    if (flags < 0 || ::fcntl(fd_, F_SETFL, flags & ~O_NONBLOCK) != 0)
        fail_to_open(errno);
    is_terminal_ = ::isatty(fd_) != 0;
}

void output_file::open_regular(open_mode mode)
{
    regular_ = true;
    adopt(::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, created_mode));
    if (fd_ < 0)
        fail_to_open(errno);
    // Also of a link that led to no file yet.
    path_ = resolved(path_);
    lock();

    struct stat status {};
    if (::fstat(fd_, &status) != 0)
        fail_to_open(errno);
    if (mode == open_mode::fresh && status.st_size > 0)
        keep_older_file();
}

void output_file::lock() const
{
    int result = 0;
    do
        result = ::flock(fd_, LOCK_EX | LOCK_NB);
    while (result != 0 && errno == EINTR);

    // Some network file systems know no locks: better to go on there than to refuse.
    const bool held_elsewhere = result != 0 && errno == EWOULDBLOCK;
    if (held_elsewhere || !still_names_the_file())
        throw output_error{reason::locked, path_,
                           path_ + " is being written by another jobaudit: wait for it to end, or name another output"};
}

// Between open and lock, another run may have put the file aside: ours would be the file that it keeps.
bool output_file::still_names_the_file() const
{
    struct stat opened {};
    struct stat named {};
    return ::fstat(fd_, &opened) == 0 && ::stat(path_.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
           opened.st_ino == named.st_ino;
}

void output_file::keep_older_file()
{
    const std::string kept = path_ + '~';
    if (::rename(path_.c_str(), kept.c_str()) != 0)
        throw output_error{reason::cannot_open, path_,
                           "cannot keep the older " + path_ + " as " + kept + " (" + text_of(errno) +
                               "): move it away, or name another output"};
    kept_as_ = kept;

    // The older file's lock is held until the new one's is.
    const descriptor_guard older{std::exchange(fd_, -1)};
    adopt(::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, created_mode));
    if (fd_ < 0)
        fail_to_open(errno);
    lock();
}

void output_file::write(std::string_view lines)
{
    if (failure_)
        throw *failure_;
    if (!is_terminal_) {
        write_bytes(lines);
        return;
    }
    const auto before = written_;
    try {
        write_bytes(for_terminal(lines));
    } catch (...) {
        written_ = before;
        throw;
    }
    written_ = before + static_cast<std::ptrdiff_t>(lines.size());
}

std::string output_file::for_terminal(std::string_view lines)
{
    cut_character_ += lines;
    auto whole = cut_character_.size();
    // Of a character that goes on in the next piece, up to three bytes are here.
    for (std::size_t back = 1; back <= std::min<std::size_t>(whole, 3); ++back) {
        const auto lead = static_cast<unsigned char>(cut_character_[cut_character_.size() - back]);
        if (lead >= 0xc0) {
            if (protocol::utf8_character_size(std::string_view{cut_character_}.substr(whole - back)) == 0)
                whole -= back;
            break;
        }
    }
    auto shown = protocol::with_escaped_controls(std::string_view{cut_character_}.substr(0, whole));
    cut_character_.erase(0, whole);
    return shown;
}

void output_file::write_bytes(std::string_view lines)
{
    std::string_view rest = lines;
    while (!rest.empty()) {
        const ssize_t count = ::write(fd_, rest.data(), rest.size());
        if (count >= 0) {
            rest.remove_prefix(static_cast<std::size_t>(count));
            written_ += count;
            continue;
        }
        if (errno == EAGAIN) {
            // Whoever shares a terminal or a pipe with us may have made it non-blocking.
            pollfd writable{fd_, POLLOUT, 0};
            ::poll(&writable, 1, -1);
        } else if (errno != EINTR) {
            fail_to_write(errno, lines.substr(0, lines.size() - rest.size()));
        }
    }
    begun_ = torn_after(lines);
}

std::size_t output_file::torn_after(std::string_view written) const noexcept
{
    const auto* line_break = static_cast<const char*>(::memrchr(written.data(), '\n', written.size()));
    if (line_break == nullptr)
        return begun_ + written.size();
    return written.size() - static_cast<std::size_t>(line_break - written.data()) - 1;
}

std::string output_file::folder() const
{
    return is_named_file() ? std::filesystem::absolute(path_).parent_path().string() : std::string{};
}

// Says whether no part of a line is left at the end. What stands behind our last byte belongs to somebody
// else and stays: stdout may be shared.
bool output_file::cut_back(std::size_t torn) const noexcept
{
    if (torn == 0)
        return true;
    struct stat status {};
    const off_t at = ::lseek(fd_, 0, SEEK_CUR);
    if (!regular_ || ::fstat(fd_, &status) != 0 || at != status.st_size)
        return false;
    const off_t whole = at - static_cast<off_t>(torn);
    return ::ftruncate(fd_, whole) == 0 && ::lseek(fd_, whole, SEEK_SET) == whole;
}

void output_file::fail_to_write(int error, std::string_view written)
{
    const bool whole = cut_back(torn_after(written));
    begun_ = 0;
    const std::string torn = whole || !regular_ ? "" : "its last line is torn, which --resume repairs; ";
    const auto why = error == EPIPE ? reason::closed_pipe : reason::write_failed;
    failure_.emplace(why, path_, "cannot write to " + path_ + ": " + torn + advice_for_writing(error));
    throw *failure_;
}

void output_file::drop_begun_line() noexcept { (void)cut_back(std::exchange(begun_, 0)); }

void output_file::repair(std::uint64_t size, bool append_line_break)
{
    if (::ftruncate(fd_, static_cast<off_t>(size)) != 0)
        fail_to_write(errno, {});
    if (append_line_break)
        write("\n");
}

void output_file::sync()
{
    if (fd_ < 0 || !regular_)
        return;
    int error = sync_to_disk(fd_);
    if (error == 0 && !std::exchange(name_is_synced_, true))
        error = sync_name();
    if (error != 0 && !failure_)
        lose_the_end(error);
}

// A file's name is on the disk when its folder is. One that may not be read is left to the system.
int output_file::sync_name() const
{
    const std::string where = folder();
    if (where.empty())
        return 0;
    const descriptor_guard opened{::open(where.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    return opened.get() < 0 ? 0 : sync_to_disk(opened.get());
}

void output_file::close()
{
    if (fd_ < 0)
        return;
    const bool is_where_it_was = !is_named_file() || still_names_the_file();
    const bool closed = ::close(std::exchange(fd_, -1)) == 0 || errno == EINTR;
    const int error = errno;
    if (failure_)
        throw *failure_;
    if (!is_where_it_was) {
        failure_.emplace(reason::write_failed, path_,
                         path_ +
                             " was removed or replaced while it was being written: the results went to the file that it"
                             " named before; leave the output alone until the run has ended");
        throw *failure_;
    }
    if (!closed)
        lose_the_end(error);
}

void output_file::lose_the_end(int error)
{
    failure_.emplace(reason::write_failed, path_,
                     "cannot write to " + path_ + ": lines at its end may be missing; " + advice_for_writing(error));
    throw *failure_;
}

}  // namespace jobaudit::store
