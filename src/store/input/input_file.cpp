#include "store/input/input_file.hpp"

#include "store/input/input_error.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <vector>

namespace jobaudit::store {

namespace {

constexpr std::uint64_t checked_for_text = 64 * 1024;
constexpr std::uint64_t counted_bytes = 64 * 1024 * 1024;
constexpr std::size_t count_block = 64 * 1024;

std::string advice_for(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return "it does not exist: name a file that holds one job ID a line, or - for stdin";
    case EACCES:
    case EPERM:
        return "there is no permission to read it: change that, or name another file";
    case EISDIR:
        return "it is a folder: name a file in it";
    case EBADF:
        return "it is closed: name a file that holds one job ID a line";
    default:
        return std::generic_category().message(error) + ": see to it, or name another file";
    }
}

// A search jumps from one line break to the next; std::count looks at every byte by itself.
std::uint64_t line_breaks_in(std::string_view block) noexcept
{
    std::uint64_t count = 0;
    for (auto at = block.find('\n'); at != std::string_view::npos; at = block.find('\n', at + 1))
        ++count;
    return count;
}

[[noreturn]] void fail(const std::string& name, int error)
{
    throw input_error{"cannot read the jobs from " + name + ": " + advice_for(error)};
}

}  // namespace

input_file::input_file(const std::string& path)
    : name_{path == "-" ? "stdin" : path}
    , fd_{path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)}
    , owned_{path != "-"}
{
    struct stat status {};
    if (fd_ < 0)
        fail(name_, errno);
    if (::fstat(fd_, &status) != 0 || S_ISDIR(status.st_mode)) {
        const int error = S_ISDIR(status.st_mode) ? EISDIR : errno;
        if (owned_)
            ::close(fd_);
        fail(name_, error);
    }
    if (!S_ISREG(status.st_mode))
        interruption_ = ::eventfd(0, EFD_CLOEXEC);
}

input_file::~input_file()
{
    if (owned_)
        ::close(fd_);
    if (interruption_ >= 0)
        ::close(interruption_);
}

void input_file::interrupt() noexcept
{
    if (interruption_ >= 0)
        (void)::eventfd_write(interruption_, 1);
}

bool input_file::wait_for_more() const noexcept
{
    std::array<pollfd, 2> watched{{{interruption_, POLLIN, 0}, {fd_, POLLIN, 0}}};
    while (::poll(watched.data(), watched.size(), -1) < 0 && errno == EINTR) {
    }
    return watched[0].revents == 0;
}

std::size_t input_file::read(std::span<char> out)
{
    interrupted_ = may_block() && !wait_for_more();
    if (interrupted_)
        return 0;
    ssize_t count = 0;
    do
        count = ::read(fd_, out.data(), out.size());
    while (count < 0 && errno == EINTR);
    if (count < 0)
        fail(name_, errno);

    const auto size = static_cast<std::size_t>(count);
    check_text({out.data(), size});
    offset_ += size;
    return size;
}

void input_file::check_text(std::string_view block)
{
    if (offset_ >= checked_for_text)
        return;
    if (block.substr(0, checked_for_text - offset_).find('\0') != std::string_view::npos)
        throw input_error{name_ + " is no text file (it holds zero bytes): give UTF-8 text with one job ID a line"};
}

std::optional<std::uint64_t> input_file::estimate_lines() const
{
    struct stat status {};
    if (!owned_ || ::fstat(fd_, &status) != 0 || !S_ISREG(status.st_mode))
        return std::nullopt;

    std::vector<char> block(count_block);
    std::uint64_t bytes = 0;
    std::uint64_t lines = 0;
    char last = '\n';
    while (bytes < counted_bytes) {
        const ssize_t count = ::pread(fd_, block.data(), block.size(), static_cast<off_t>(bytes));
        if (count <= 0)
            break;
        const std::string_view read{block.data(), static_cast<std::size_t>(count)};
        lines += line_breaks_in(read);
        last = read.back();
        bytes += read.size();
    }
    if (last != '\n')
        ++lines;
    const auto size = static_cast<double>(status.st_size);
    if (bytes == 0 || size <= static_cast<double>(bytes))
        return lines;
    return static_cast<std::uint64_t>(static_cast<double>(lines) * (size / static_cast<double>(bytes)));
}

}  // namespace jobaudit::store
