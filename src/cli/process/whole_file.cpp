#include "cli/process/whole_file.hpp"

#include "cli/process/standard_streams.hpp"
#include "cli/process/system_error.hpp"
#include "store/inherited_descriptor.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <random>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace jobaudit::cli {
namespace {

namespace fs = std::filesystem;

class descriptor {
public:
    explicit descriptor(int number) noexcept : number_{number} {}
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    ~descriptor()
    {
        if (number_ >= 0)
            (void)::close(number_);
    }

    [[nodiscard]] int number() const noexcept { return number_; }
    [[nodiscard]] bool close() noexcept { return ::close(std::exchange(number_, -1)) == 0; }

private:
    int number_;
};

problem cannot_write(const std::string& path, int error)
{
    return {"\"" + path + "\" cannot be written: " + system_error_text(error)};
}

/// Gives 0 or an errno value, as those below.
int write_in_place(const std::string& path, std::string_view text) noexcept
{
    // A pipe is waited for until somebody reads it, which a signal interrupts.
    int opened = -1;
    do
        opened = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
    while (opened < 0 && errno == EINTR);
    descriptor file{opened};
    if (file.number() < 0)
        return errno;
    if (const auto error = write_all(file.number(), text))
        return error;
    return file.close() ? 0 : errno;
}

int write_aside(const std::string& path, std::string_view text) noexcept
{
    descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666)};
    if (file.number() < 0)
        return errno;
    if (const auto error = write_all(file.number(), text))
        return error;
    return file.close() ? 0 : errno;
}

/// A name may also be that of the very file to which stdout or stderr goes.
std::optional<int> descriptor_behind(const std::string& path) noexcept
{
    if (const auto named = store::inherited_descriptor(path))
        return named;
    struct stat there {};
    if (::stat(path.c_str(), &there) != 0 || !S_ISREG(there.st_mode))
        return std::nullopt;
    for (const int number : {STDOUT_FILENO, STDERR_FILENO}) {
        struct stat here {};
        if (::fstat(number, &here) == 0 && here.st_dev == there.st_dev && here.st_ino == there.st_ino)
            return number;
    }
    return std::nullopt;
}

/// Devices and pipes.
bool is_written_in_place(const fs::file_status& status) noexcept
{
    return fs::exists(status) && !fs::is_regular_file(status);
}

/// Where a symbolic link leads, so that the link stays one.
std::string real_path(const std::string& path)
{
    std::error_code error;
    const auto real = fs::canonical(path, error);
    return error ? path : real.string();
}

/// A name that nobody can have put a file or a link under before, in a folder that others may write to.
std::string name_aside(const std::string& path)
{
    std::random_device random;
    return path + '.' + std::to_string(random()) + std::to_string(random()) + ".tmp";
}

int replace_file(const std::string& path, std::string_view text)
{
    const auto aside = name_aside(path);
    auto error = write_aside(aside, text);
    if (error == 0 && std::rename(aside.c_str(), path.c_str()) != 0)
        error = errno;
    if (error != 0)
        (void)::unlink(aside.c_str());
    return error;
}

}  // namespace

std::optional<problem> write_whole_file(const std::string& path, std::string_view text)
{
    int error = 0;
    std::error_code ignored;
    const auto status = fs::status(path, ignored);
    if (const auto number = descriptor_behind(path))
        error = write_all(*number, text);
    else if (is_written_in_place(status))
        error = write_in_place(path, text);
    else
        error = replace_file(real_path(path), text);
    return error == 0 ? std::nullopt : std::optional{cannot_write(path, error)};
}

std::optional<problem> check_whole_file(const std::string& path)
{
    if (const auto number = descriptor_behind(path))
        return ::fcntl(*number, F_GETFD) >= 0 ? std::nullopt : std::optional{cannot_write(path, errno)};
    std::error_code ignored;
    const auto status = fs::status(path, ignored);
    if (fs::is_directory(status))
        return problem{"\"" + path + "\" is a folder: give the name of a file"};
    if (is_written_in_place(status))
        return ::access(path.c_str(), W_OK) == 0 ? std::nullopt : std::optional{cannot_write(path, errno)};
    // The new file comes into being in the folder, also where an old one may be written to.
    auto folder = fs::path{real_path(path)}.parent_path();
    if (folder.empty())
        folder = ".";
    if (!fs::is_directory(folder, ignored))
        return problem{"\"" + path + "\" cannot be written: there is no folder \"" + folder.string() + "\""};
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
        return cannot_write(path, errno);
    return std::nullopt;
}

}  // namespace jobaudit::cli
