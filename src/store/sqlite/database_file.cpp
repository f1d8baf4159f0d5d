#include "store/sqlite/database_file.hpp"

#include "store/output/file_lock.hpp"
#include "store/output/write_failure.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace jobaudit::store {

namespace {

constexpr mode_t created_mode = 0666;

std::string folder_of(const std::string& path)
{
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

}  // namespace

database_file::database_file(std::string path) : path_{std::move(path)}
{
    struct stat status {};
    was_made_ = ::stat(path_.c_str(), &status) != 0;
    if (!was_made_ && !S_ISREG(status.st_mode))
        refuse(output_error::reason::cannot_open,
               S_ISDIR(status.st_mode) ? advice_for_opening(EISDIR) : "a database can only be kept in a regular file");
    descriptor_.reset(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, created_mode));
    if (!descriptor_.is_open())
        refuse(output_error::reason::cannot_open, advice_for_opening(errno));
    std::error_code ignored;
    if (auto real = std::filesystem::canonical(path_, ignored); !ignored)
        path_ = real.string();
    folder_ = folder_of(path_);
    is_locked_ = lock_output(descriptor_.get(), path_);
}

bool database_file::is_in_place() const noexcept { return names_the_file(path_, descriptor_.get()); }

void database_file::give_up() noexcept
{
    struct stat status {};
    if (was_made_ && descriptor_.is_open() && is_in_place() && ::fstat(descriptor_.get(), &status) == 0 &&
        status.st_size == 0)
        (void)::unlink(path_.c_str());
    descriptor_.reset();
}

void database_file::refuse(output_error::reason why, const std::string& what) const
{
    throw output_error{why, path_,
                       (why == output_error::reason::not_resumable ? "cannot resume " : "cannot write the output ") +
                           path_ + ": " + what};
}

}  // namespace jobaudit::store
