#include "store/output/file_lock.hpp"

#include "store/output/output_error.hpp"

#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>

namespace jobaudit::store {

bool names_the_file(const std::string& path, int fd) noexcept
{
    struct stat opened {};
    struct stat named {};
    return ::fstat(fd, &opened) == 0 && ::stat(path.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
           opened.st_ino == named.st_ino;
}

bool lock_output(int fd, const std::string& path)
{
    int result = 0;
    do
        result = ::flock(fd, LOCK_EX | LOCK_NB);
    while (result != 0 && errno == EINTR);

    // Between open and lock, another run may have put the file aside: ours would be the file that it keeps.
    const bool held_elsewhere = result != 0 && errno == EWOULDBLOCK;
    if (held_elsewhere || !names_the_file(path, fd))
        throw output_error{output_error::reason::locked, path,
                           path + " is being written by another jobaudit: wait for it to end, or name another output"};
    return result == 0;
}

std::string no_locks_text(const std::string& path)
{
    return path + ": its file system knows no locks: see to it that nobody else writes it";
}

}  // namespace jobaudit::store
