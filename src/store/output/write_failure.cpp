#include "store/output/write_failure.hpp"

#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace jobaudit::store {

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
