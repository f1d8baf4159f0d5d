#include "cli/process/key_protection.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace jobaudit::cli {

void hide_memory() noexcept
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    (void)::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    // A core may also go to a program that does not ask for that.
    const rlimit none{0, 0};
    (void)::setrlimit(RLIMIT_CORE, &none);
#endif
}

std::string warning_about_key_file(const std::string& path)
{
    struct stat status {};
    if (path.empty() || ::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) ||
        (status.st_mode & S_IROTH) == 0)
        return {};
    return "jobaudit: every user of this machine may read the key's file \"" + path + "\": chmod 600 it\n";
}

}  // namespace jobaudit::cli
