#include "store/output/output_file.hpp"

#include "protocol/control_characters.hpp"
#include "protocol/utf8.hpp"
#include "store/inherited_descriptor.hpp"
#include "store/output/checksum_file.hpp"
#include "store/output/file_lock.hpp"
#include "store/output/write_failure.hpp"

#include <fcntl.h>
#include <poll.h>
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

}  // namespace

output_file::output_file(std::string path, open_mode mode, compression kind, bool jobs_are_lines)
    : path_{std::move(path)}, batches_are_whole_{kind != compression::none || !jobs_are_lines}
{
    if (kind != compression::none)
        encoder_.emplace(kind);
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
        fd_.reset(::fcntl(number, F_DUPFD_CLOEXEC, 3));
    if (!fd_.is_open())
        throw output_error{reason::cannot_open, path_,
                           path_ + " is closed: leave it open, or name an output with -o FILE"};

    struct stat status {};
    regular_ = ::fstat(fd_.get(), &status) == 0 && S_ISREG(status.st_mode);
    if (regular_)
        start_ = end_ =
            static_cast<std::uint64_t>((flags & O_APPEND) != 0 ? status.st_size : ::lseek(fd_.get(), 0, SEEK_CUR));
    is_terminal_ = ::isatty(fd_.get()) != 0;
}

void output_file::open_special(open_mode mode)
{
    if (mode == open_mode::resume)
        throw output_error{reason::not_resumable, path_,
                           "cannot resume " + path_ + ": it is no regular file; leave out --resume"};

    // Without O_NONBLOCK, a pipe that nobody reads would hold us here for ever.
    fd_.reset(::open(path_.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
    if (!fd_.is_open())
        fail_to_open(errno);
    const int flags = ::fcntl(fd_.get(), F_GETFL);
    if (flags < 0 || ::fcntl(fd_.get(), F_SETFL, flags & ~O_NONBLOCK) != 0)
        fail_to_open(errno);
    is_terminal_ = ::isatty(fd_.get()) != 0;
}

void output_file::open_regular(open_mode mode)
{
    regular_ = true;
    was_created_ = ::access(path_.c_str(), F_OK) != 0;
    fd_.reset(::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, created_mode));
    if (!fd_.is_open())
        fail_to_open(errno);
    // Also of a link that led to no file yet.
    path_ = resolved(path_);
    lock();

    struct stat status {};
    if (::fstat(fd_.get(), &status) != 0)
        fail_to_open(errno);
    const auto size = static_cast<std::uint64_t>(status.st_size);
    began_empty_ = size == 0 || mode != open_mode::resume;
    if (mode == open_mode::resume)
        start_ = end_ = size;
    else if (size > 0)
        make_way(mode, size);
}

void output_file::lock() { lacks_lock_ = !lock_output(fd_.get(), path_); }

void output_file::make_way(open_mode mode, std::uint64_t size)
{
    const bool is_finished = checksum_file::is_finished(path_, size);
    if (!is_finished && mode != open_mode::overwrite)
        throw output_error{reason::unfinished, path_,
                           path_ + " is not empty, and nothing in " + checksum_file::path_for(path_) +
                               " says that its audit has finished: it is not replaced"};
    struct stat status {};
    const bool name_is_free = ::lstat(kept_name(path_).c_str(), &status) != 0 && errno == ENOENT;
    if (is_finished || name_is_free)
        keep_older_file();
    else
        drop_older_file();
}

void output_file::keep_older_file()
{
    const std::string kept = kept_name(path_);
    // From here on, until they have followed, the checksums beside path_ are those of what is kept.
    checksum_file::remove(kept);
    if (::rename(path_.c_str(), kept.c_str()) != 0)
        throw output_error{reason::cannot_open, path_,
                           "cannot keep the older " + path_ + " as " + kept + " (" + text_of(errno) +
                               "): move it away, or name another output"};

    // The older file's lock is held until the new one's is.
    const owned_descriptor older{std::move(fd_)};
    fd_.reset(::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, created_mode));
    if (!fd_.is_open()) {
        const int error = errno;
        (void)::rename(kept.c_str(), path_.c_str());
        fail_to_open(error);
    }
    lock();
    older_ = older_file::kept;
}

void output_file::drop_older_file()
{
    if (::ftruncate(fd_.get(), 0) != 0)
        fail_to_open(errno);
    older_ = older_file::dropped;
}

void output_file::write(std::string_view lines)
{
    if (failure_)
        throw *failure_;
    if (encoder_) {
        encoder_->take(lines, [this](std::string_view bytes) { write_bytes(bytes); });
        return;
    }
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

void output_file::end_batch()
{
    if (failure_)
        throw *failure_;
    if (encoder_)
        encoder_->end([this](std::string_view bytes) { write_bytes(bytes); });
    begun_ = 0;
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
        const ssize_t count = ::write(fd_.get(), rest.data(), rest.size());
        if (count >= 0) {
            rest.remove_prefix(static_cast<std::size_t>(count));
            written_ += batches_are_whole_ ? 0 : count;
            end_ += static_cast<std::uint64_t>(count);
            continue;
        }
        if (errno == EAGAIN) {
            // Whoever shares a terminal or a pipe with us may have made it non-blocking.
            pollfd writable{fd_.get(), POLLOUT, 0};
            ::poll(&writable, 1, -1);
        } else if (errno != EINTR) {
            fail_to_write(errno, lines.substr(0, lines.size() - rest.size()));
        }
    }
    begun_ = torn_after(lines);
}

std::size_t output_file::torn_after(std::string_view written) const noexcept
{
    if (batches_are_whole_)
        return begun_ + written.size();
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
bool output_file::cut_back(std::size_t torn) noexcept
{
    if (torn == 0)
        return true;
    struct stat status {};
    const off_t at = ::lseek(fd_.get(), 0, SEEK_CUR);
    if (!regular_ || ::fstat(fd_.get(), &status) != 0 || at != status.st_size)
        return false;
    const off_t whole = at - static_cast<off_t>(torn);
    if (::ftruncate(fd_.get(), whole) != 0)
        return false;
    end_ -= torn;
    return ::lseek(fd_.get(), whole, SEEK_SET) == whole;
}

void output_file::fail_to_write(int error, std::string_view written)
{
    const bool whole = cut_back(torn_after(written));
    begun_ = 0;
    const auto unit = std::string{batches_are_whole_ ? "batch" : "line"};
    const auto torn = whole || !regular_ ? "" : "its last " + unit + " is torn, which --resume repairs; ";
    const auto why = error == EPIPE ? reason::closed_pipe : reason::write_failed;
    failure_.emplace(why, path_, "cannot write to " + path_ + ": " + torn + advice_for_writing(error));
    throw *failure_;
}

void output_file::drop_begun_line() noexcept { (void)cut_back(std::exchange(begun_, 0)); }

void output_file::repair(std::uint64_t size, bool append_line_break)
{
    if (::ftruncate(fd_.get(), static_cast<off_t>(size)) != 0)
        fail_to_write(errno, {});
    start_ = end_ = size;
    if (append_line_break) {
        write("\n");
        end_batch();
    }
}

void output_file::sync()
{
    if (!fd_.is_open() || !regular_)
        return;
    int error = sync_to_disk(fd_.get());
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
    const owned_descriptor opened{::open(where.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    return opened.get() < 0 ? 0 : sync_to_disk(opened.get());
}

void output_file::close()
{
    if (!fd_.is_open())
        return;
    const auto change = change_by_others();
    if (is_named_file())
        lock_.reset(::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 3));
    const bool closed = ::close(fd_.release()) == 0 || errno == EINTR;
    const int error = errno;
    if (failure_)
        throw *failure_;
    if (!change.empty()) {
        failure_.emplace(reason::write_failed, path_, path_ + change + "; leave the output alone until the run ends");
        throw *failure_;
    }
    if (!closed)
        lose_the_end(error);
}

void output_file::take_back() noexcept
{
    if (was_created_ && fd_.is_open() && names_the_file(path_, fd_.get()))
        (void)::unlink(path_.c_str());
}

// Where stdout is shared, others may write behind our bytes; a file that we opened is ours alone.
std::string output_file::change_by_others() const
{
    struct stat status {};
    if (!regular_ || ::fstat(fd_.get(), &status) != 0)
        return {};
    if (is_named_file() && !names_the_file(path_, fd_.get()))
        return " was removed or replaced while it was being written: the results went to the file that it named before";
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size < end_)
        return " was cut while it was being written: " + std::to_string(end_ - size) + " bytes of results are gone";
    if (inherited_ ? has_hole_at_start() : size > end_)
        return inherited_ ? " was cut while it was being written: results at its start are gone"
                          : " was written to by somebody else while the results were written";
    return {};
}

// A file that was cut has zeros before what was written then, where the descriptor does not append.
bool output_file::has_hole_at_start() const
{
    if (end_ == start_)
        return false;
    const owned_descriptor readable{
        ::open(("/proc/self/fd/" + std::to_string(fd_.get())).c_str(), O_RDONLY | O_CLOEXEC)};
    char first = '{';
    return readable.get() >= 0 && ::pread(readable.get(), &first, 1, static_cast<off_t>(start_)) == 1 && first == '\0';
}

void output_file::lose_the_end(int error)
{
    failure_.emplace(reason::write_failed, path_,
                     "cannot write to " + path_ + ": lines at its end may be missing; " + advice_for_writing(error));
    throw *failure_;
}

}  // namespace jobaudit::store
