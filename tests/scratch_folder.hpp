#pragma once

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <stdlib.h>

namespace jobaudit::test {

/// A folder of its own for one test, gone at its end.
class scratch_folder {
public:
    scratch_folder()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "jobaudit-test-XXXXXX").string();
        BOOST_REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;
    ~scratch_folder() { std::filesystem::remove_all(path_); }

    [[nodiscard]] std::string path(std::string_view name) const { return (path_ / name).string(); }

    /// Says the file's path.
    std::string write(std::string_view name, std::string_view content) const
    {
        std::ofstream{path(name), std::ios::binary} << content;
        return path(name);
    }

    [[nodiscard]] std::string read(std::string_view name) const
    {
        std::ifstream file{path(name), std::ios::binary};
        return {std::istreambuf_iterator<char>{file}, {}};
    }

    [[nodiscard]] bool has(std::string_view name) const { return std::filesystem::exists(path_ / name); }

private:
    std::filesystem::path path_;
};

/// What `action` says when it throws `Error`; empty when it doesn't.
template <class Error, class Action>
std::string message_of(Action&& action)
{
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace jobaudit::test
