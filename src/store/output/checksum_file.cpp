#include "store/output/checksum_file.hpp"

#include "store/output/output_error.hpp"
#include "store/output/write_failure.hpp"

#include <boost/endian/conversion.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <string_view>
#include <system_error>
#include <utility>

namespace jobaudit::store {

namespace {

constexpr std::array<std::string_view, 2> headings{"jobaudit sums 1\n", "jobaudit sums 2\n"};
constexpr std::size_t heading_size = headings[0].size();
constexpr std::size_t checksum_size = sizeof(std::uint64_t);
constexpr std::string_view finished_word = "finished";
constexpr std::size_t mark_size = checksum_size + finished_word.size() + sizeof(std::uint64_t);
constexpr std::size_t buffer_capacity = 4096;
constexpr mode_t created_mode = 0666;

off_t offset_of(std::uint64_t index) { return static_cast<off_t>(heading_size + index * checksum_size); }

std::string_view heading_of(checksum_kind kind) { return headings[static_cast<std::size_t>(kind) - 1]; }

// Stops short at the end of the file, and at an error.
std::size_t read_at(int fd, char* into, std::size_t size, off_t at)
{
    std::size_t got = 0;
    while (got < size) {
        const ssize_t count = ::pread(fd, into + got, size - got, at + static_cast<off_t>(got));
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        got += static_cast<std::size_t>(count);
    }
    return got;
}

int write_all(int fd, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = ::write(fd, bytes.data(), bytes.size());
        if (count >= 0)
            bytes.remove_prefix(static_cast<std::size_t>(count));
        else if (errno != EINTR)
            return errno;
    }
    return 0;
}

std::string heading_in(int fd)
{
    std::string found(heading_size, '\0');
    found.resize(read_at(fd, found.data(), found.size(), 0));
    return found;
}

bool is_heading(std::string_view text) { return std::ranges::find(headings, text) != headings.end(); }

bool is_checksum_file(const std::string& path)
{
    const int fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return false;
    const bool is_ours = is_heading(heading_in(fd));
    ::close(fd);
    return is_ours;
}

/// The bytes behind the checksums of a finished audit.
std::string finished_mark(std::uint64_t output_size)
{
    std::string mark(checksum_size, '\0');
    mark += finished_word;
    mark.resize(mark_size);
    boost::endian::store_little_u64(
        reinterpret_cast<unsigned char*>(mark.data() + checksum_size + finished_word.size()), output_size);
    return mark;
}

}  // namespace

bool checksum_file::is_finished(const std::string& output, std::uint64_t size) noexcept
{
    const auto path = path_for(output);
    const int fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return false;
    struct stat status {};
    std::string last(mark_size, '\0');
    const bool has_mark = is_heading(heading_in(fd)) && ::fstat(fd, &status) == 0 &&
                          read_at(fd, last.data(), last.size(), status.st_size - off_t{mark_size}) == mark_size &&
                          last == finished_mark(size);
    ::close(fd);
    return has_mark;
}

void checksum_file::catch_up(const std::string& output, const std::string& kept_as) noexcept
{
    struct stat kept {};
    struct stat checksums {};
    if (::stat(kept_as.c_str(), &kept) == 0 && ::lstat(path_for(kept_as).c_str(), &checksums) != 0 &&
        is_finished(output, static_cast<std::uint64_t>(kept.st_size)))
        follow(output, kept_as);
}

void checksum_file::remove(const std::string& output) noexcept
{
    if (const auto path = path_for(output); is_checksum_file(path))
        (void)::unlink(path.c_str());
}

void checksum_file::follow(const std::string& output, const std::string& kept_as) noexcept
{
    const std::string from = path_for(output);
    const std::string to = path_for(kept_as);
    // Without its checksums, what is kept is merely checked for less; with those of another file it would be refused.
    if (is_checksum_file(from))
        (void)std::rename(from.c_str(), to.c_str());
    else
        remove(kept_as);
}

checksum_file::checksum_file(const std::string& output, open_mode mode) : path_{path_for(output)}
{
    if (mode == open_mode::resume)
        open_existing(O_RDWR | O_APPEND);
    else
        begin();
}

checksum_file::checksum_file(const std::string& output) : path_{path_for(output)} { open_existing(O_RDONLY); }

void checksum_file::open_existing(int access)
{
    fd_ = ::open(path_.c_str(), access | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (fd_ < 0 && errno != ENOENT)
        give_up(std::generic_category().message(errno));
    else if (fd_ >= 0 && checked_heading() == heading_of(checksum_kind::lanes))
        kind_ = checksum_kind::lanes;
}

// One that is cut short was being begun when the run was killed.
std::string checksum_file::checked_heading()
{
    struct stat status {};
    auto found = heading_in(fd_);
    const auto begins_with_it = [&](std::string_view heading) { return heading.starts_with(found); };
    if (::fstat(fd_, &status) != 0 || !S_ISREG(status.st_mode) || std::ranges::none_of(headings, begins_with_it))
        give_up("it is no file of jobaudit");
    return found;
}

void checksum_file::begin()
{
    fd_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC, created_mode);
    if (fd_ < 0)
        return give_up(std::generic_category().message(errno));
    (void)checked_heading();
    if (fd_ < 0)
        return;
    if (::ftruncate(fd_, 0) != 0)
        return give_up(std::generic_category().message(errno));
    size_ = heading_size;
    if (const int error = write_all(fd_, heading_of(kind_)); error != 0)
        give_up(std::generic_category().message(error));
}

void checksum_file::give_up(const std::string& why)
{
    close();
    problem_ = "no checksums of its lines can be kept in " + path_ + " (" + why + "), nor that it is finished";
}

void checksum_file::fail(int error) const
{
    throw output_error{output_error::reason::write_failed, path_,
                       "cannot write to " + path_ + ": " + advice_for_writing(error)};
}

void checksum_file::append(std::span<const std::uint64_t> checksums)
{
    if (fd_ < 0)
        return;
    encoded_.resize(checksums.size() * checksum_size);
    for (std::size_t i = 0; i < checksums.size(); ++i)
        boost::endian::store_little_u64(reinterpret_cast<unsigned char*>(encoded_.data()) + i * checksum_size,
                                        checksums[i]);
    write(encoded_);
}

void checksum_file::write(std::string_view bytes)
{
    if (const int error = write_all(fd_, bytes); error != 0)
        fail(error);
    size_ += bytes.size();
}

void checksum_file::mark_finished(std::uint64_t output_size)
{
    if (fd_ < 0)
        return;
    if (!is_as_written())
        throw output_error{output_error::reason::write_failed, path_,
                           path_ + " was cut, removed or replaced while the audit wrote it: remove it, then go on with "
                                   "--resume"};
    write(finished_mark(output_size));
}

bool checksum_file::is_as_written() const noexcept
{
    struct stat opened {};
    struct stat named {};
    return ::fstat(fd_, &opened) == 0 && ::lstat(path_.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
           opened.st_ino == named.st_ino && static_cast<std::uint64_t>(opened.st_size) == size_;
}

void checksum_file::cut(std::uint64_t count)
{
    if (count == 0 && problem_.empty()) {
        close();
        begin();
    } else if (fd_ >= 0) {
        if (::ftruncate(fd_, offset_of(count)) != 0)
            fail(errno);
        size_ = static_cast<std::uint64_t>(offset_of(count));
    }
}

void checksum_file::sync()
{
    if (fd_ >= 0)
        if (const int error = sync_to_disk(fd_); error != 0)
            fail(error);
}

void checksum_file::close() noexcept
{
    if (fd_ >= 0)
        ::close(std::exchange(fd_, -1));
}

std::size_t checksum_file::read(std::uint64_t index, std::span<std::uint64_t> into) const
{
    if (fd_ < 0)
        return 0;
    std::string bytes(into.size() * checksum_size, '\0');
    const std::size_t count = read_at(fd_, bytes.data(), bytes.size(), offset_of(index)) / checksum_size;
    for (std::size_t i = 0; i < count; ++i) {
        into[i] =
            boost::endian::load_little_u64(reinterpret_cast<const unsigned char*>(bytes.data()) + i * checksum_size);
        if (into[i] == 0)
            return i;
    }
    return count;
}

bool checksum_match::at_end()
{
    if (next_ < buffer_.size())
        return false;
    buffer_start_ += buffer_.size();
    next_ = 0;
    buffer_.resize(buffer_capacity);
    buffer_.resize(file_.read(buffer_start_, buffer_));
    return buffer_.empty();
}

checksum_match::result checksum_match::check(std::uint64_t line)
{
    if (at_end()) {
        unknown_.push_back(line);
        return result::unknown;
    }
    while (!at_end())
        if (buffer_[next_++] == line) {
            matched_ = buffer_start_ + next_;
            return result::same;
        }
    return result::different;
}

}  // namespace jobaudit::store
