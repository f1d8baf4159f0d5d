#include "store/compression/compressed_file.hpp"

#include "store/compression/member_reader.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string_view>
#include <system_error>
#include <vector>

namespace jobaudit::store {

namespace {

constexpr std::size_t block_size = 256 * 1024;
// An empty member ends with fewer.
constexpr std::uint64_t most_zeros_of_a_member = 16;

/// Bytes of a file.
class file_bytes {
public:
    explicit file_bytes(int fd) : fd_{fd}, block_(block_size)
    {
        struct stat status {};
        if (::fstat(fd, &status) != 0)
            throw std::system_error{errno, std::generic_category()};
        size_ = static_cast<std::uint64_t>(status.st_size);
    }

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    /// Those between `begin` and `end`, or the first of them; none behind the end of the file.
    [[nodiscard]] std::string_view read(std::uint64_t begin, std::uint64_t end)
    {
        for (;;) {
            const auto count = ::pread(fd_, block_.data(), std::min<std::uint64_t>(block_.size(), end - begin),
                                       static_cast<off_t>(begin));
            if (count >= 0)
                return {block_.data(), static_cast<std::size_t>(count)};
            if (errno != EINTR)
                throw std::system_error{errno, std::generic_category()};
        }
    }

private:
    int fd_;
    std::vector<char> block_;
    std::uint64_t size_ = 0;
};

std::uint64_t size_without_zeros(file_bytes& file)
{
    for (std::uint64_t end = file.size(); end > 0;) {
        const auto begin = end - std::min<std::uint64_t>(block_size, end);
        const auto last = file.read(begin, end).find_last_not_of('\0');
        if (last != std::string_view::npos)
            return file.size() - (begin + last + 1) > most_zeros_of_a_member ? begin + last + 1 : file.size();
        end = begin;
    }
    return 0;
}

/// Gives a member that ends with zeros those that were taken for what a power loss left.
void give_zeros_back(member_reader& members, std::uint64_t begun)
{
    try {
        for (auto count = most_zeros_of_a_member; count > 0 && members.whole() < begun; --count)
            members.read({"", 1}, [](std::string_view) {});
    } catch (const member_error&) {
        // It is torn.
    }
}

/// Whether a member begins between `begin` and `end`.
bool has_member(file_bytes& file, std::uint64_t begin, std::uint64_t end, std::string_view front)
{
    while (end - begin >= front.size()) {
        const auto bytes = file.read(begin, end);
        if (bytes.find(front) != std::string_view::npos)
            return true;
        if (bytes.size() < front.size())
            return false;
        begin += bytes.size() - front.size() + 1;
    }
    return false;
}

}  // namespace

whole_members check_members(int fd, compression kind)
{
    file_bytes file{fd};
    const auto end = size_without_zeros(file);
    member_reader members{kind};
    for (std::uint64_t at = 0; at < end;) {
        const auto bytes = file.read(at, end);
        if (bytes.empty())
            break;
        members.read(bytes, [](std::string_view) {});
        at += bytes.size();
    }
    if (end < file.size())
        give_zeros_back(members, end);
    const auto whole = members.whole();
    // Where a byte was changed that says how long something is, what follows is taken for a part of it.
    if (whole < end && has_member(file, whole + 1, end, member_front(kind)))
        members.refuse("it does not end where the next one begins");
    return {whole, file.size() - whole, members.members()};
}

}  // namespace jobaudit::store
