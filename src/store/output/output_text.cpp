#include "store/output/output_text.hpp"

#include "store/compression/member_reader.hpp"
#include "store/output/output_error.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <system_error>
#include <utility>
#include <vector>

namespace jobaudit::store {

namespace {

using reason = output_error::reason;

constexpr std::size_t block_size = 256 * 1024;

[[noreturn]] void refuse(const std::string& path, const member_error& error)
{
    const std::string problem = error.what();
    if (error.members() == 0)
        refuse_to_resume(path, problem + ", so that nothing of it can be kept. " + advice_for_resuming);
    refuse_to_resume(path, problem + ". `truncate -s " + std::to_string(error.begin()) +
                               "` on it keeps what stands before that, and --resume asks again for the rest. " +
                               advice_for_resuming);
}

[[noreturn]] void fail_to_read(const std::string& path, const std::error_code& error)
{
    throw output_error{reason::cannot_open, path,
                       "cannot read the output " + path + " (" + error.message() +
                           "): see to it, or name another output"};
}

/// Gives the bytes of a file from its front, block by block, up to `end`.
template <class Take>
void read_blocks(int fd, const std::string& path, std::uint64_t end, Take take)
{
    std::vector<char> block(block_size);
    for (std::uint64_t at = 0; at < end;) {
        const ssize_t count =
            ::pread(fd, block.data(), std::min<std::uint64_t>(block.size(), end - at), static_cast<off_t>(at));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            fail_to_read(path, {errno, std::generic_category()});
        if (count == 0)
            return;
        take(std::string_view{block.data(), static_cast<std::size_t>(count)});
        at += static_cast<std::uint64_t>(count);
    }
}

}  // namespace

void refuse_to_resume(const std::string& path, const std::string& why)
{
    throw output_error{reason::not_resumable, path, "cannot resume " + path + ": " + why};
}

output_text::output_text(int fd, std::string path, compression kind) : fd_{fd}, path_{std::move(path)}, kind_{kind}
{
    if (kind_ == compression::none)
        return;
    try {
        members_ = check_members(fd_, kind_);
    } catch (const member_error& error) {
        refuse(path_, error);
    } catch (const std::system_error& error) {
        fail_to_read(path_, error.code());
    }
}

void output_text::read(std::uint64_t end, const take_text& take) const
{
    if (kind_ == compression::none) {
        read_blocks(fd_, path_, end, take);
        return;
    }
    member_reader members{kind_};
    read_blocks(fd_, path_, members_.size, [&](std::string_view bytes) {
        members.read(bytes, [&](std::string_view text) {
            text = text.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(text.size(), end)));
            end -= text.size();
            take(text);
        });
    });
}

resume_point output_text::point_of(resume_point text) const
{
    if (kind_ == compression::none)
        return text;
    if (text.torn > 0)
        refuse_to_resume(path_, std::string{"its text is cut short at its end, which no audit leaves in a compressed "
                                            "file. "} +
                                    advice_for_resuming);
    text.size = members_.size;
    text.torn = members_.torn;
    return text;
}

}  // namespace jobaudit::store
