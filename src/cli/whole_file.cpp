#include "cli/whole_file.hpp"

#include "cli/standard_streams.hpp"
#include "cli/system_error.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
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
    descriptor file{::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY)};
    if (file.number() < 0)
        return errno;
    if (const auto error = write_all(file.number(), text))
        return error;
    return file.close() ? 0 : errno;
}

int write_aside(const std::string& path, std::string_view text) noexcept
{
    descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)};
    if (file.number() < 0)
        return errno;
    if (const auto error = write_all(file.number(), text))
        return error;
    return file.close() ? 0 : errno;
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

int replace_file(const std::string& path, std::string_view text)
{
    const auto aside = path + "." + std::to_string(::getpid()) + ".tmp";
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
    if (path == "-")
        error = write_all(STDOUT_FILENO, text);
    else if (is_written_in_place(status))
        error = write_in_place(path, text);
    else
        error = replace_file(real_path(path), text);
    return error == 0 ? std::nullopt : std::optional{cannot_write(path, error)};
}

std::optional<problem> check_whole_file(const std::string& path)
{
    if (path == "-")
        return std::nullopt;
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
