#include "store/output/write_failure.hpp"

#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace jobaudit::store {

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
        return std::generic_category().message(error) + ": name another output";
    }
}

std::string advice_for_writing(int error)
{
    if (error == EPIPE)
        return "nobody reads this pipe any more";
    const std::string text = std::generic_category().message(error) + "; ";
    if (error == ENOSPC || error == EDQUOT)
        return text + "free space, then go on with --resume";
    if (error == EFBIG)
        return text + "raise the limit on file sizes (ulimit -f), then go on with --resume";
    return text + "see to it, then go on with --resume";
}

int sync_to_disk(int fd) noexcept
{
    int result = 0;
    do
        result = ::fdatasync(fd);
    while (result != 0 && errno == EINTR);
    return result == 0 || errno == EINVAL || errno == EROFS || errno == ENOSYS ? 0 : errno;
}

}  // namespace jobaudit::store
