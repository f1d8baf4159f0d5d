#include "store/output/spill_file.hpp"

#include "store/output/output_error.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <vector>

namespace jobaudit::store {

namespace {

int open_unnamed(const std::string& folder)
{
    const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return fd;
    // Not every file system has files without a name.
    std::string name = folder + "/jobaudit-XXXXXX";
    const int named = ::mkostemp(name.data(), O_CLOEXEC);
    if (named >= 0)
        ::unlink(name.c_str());
    return named;
}

}  // namespace

void spill_file::open()
{
    std::vector<std::string> folders{folder_};
    if (const char* chosen = std::getenv("TMPDIR"); chosen != nullptr && *chosen != '\0')
        folders.emplace_back(chosen);
    folders.emplace_back("/var/tmp");
    for (const auto& folder : folders) {
        file_.reset(open_unnamed(folder));
        if (file_.is_open()) {
            folder_ = folder;
            return;
        }
    }
    const int error = errno;
    folder_ = folders.back();
    fail("open", error);
}

void spill_file::append(std::string_view text)
{
    if (!file_.is_open())
        open();
    while (!text.empty()) {
        const auto count = ::write(file_.get(), text.data(), text.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            fail("write", errno);
        text.remove_prefix(static_cast<std::size_t>(count));
        size_ += static_cast<std::size_t>(count);
    }
}

std::string_view spill_file::read_at(std::size_t at, char* buffer, std::size_t capacity) const
{
    for (;;) {
        const auto count = ::pread(file_.get(), buffer, std::min(capacity, size_ - at), static_cast<off_t>(at));
        if (count > 0)
            return {buffer, static_cast<std::size_t>(count)};
        if (count == 0 || errno != EINTR)
            fail("read", count == 0 ? EIO : errno);
    }
}

void spill_file::fail(const char* what, int error) const
{
    throw output_error{output_error::reason::write_failed, folder_,
                       std::string{"cannot "} + what + " a temporary file in " + folder_ + " (" +
                           std::generic_category().message(error) + "), which " + purpose_};
}

}  // namespace jobaudit::store
