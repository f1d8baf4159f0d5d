// fuzz_replay TARGET FILE|FOLDER…: gives a target each file once, and names it first: where the target ends the
// process, the last name is that of the file for which a promise does not hold.
#include "fuzz/targets.hpp"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const fs::path& path)
{
    if (!fs::is_directory(path))
        return {path};
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator{path})
        files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

std::string content_of(const fs::path& path)
{
    std::ifstream file{path, std::ios::binary};
    file.exceptions(std::ios::badbit | std::ios::failbit);
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// How many files were read.
std::size_t replay(const jobaudit::fuzz::target& target, const std::vector<std::string>& paths)
{
    std::size_t count = 0;
    for (const auto& path : paths)
        for (const auto& file : files_of(path)) {
            std::cout << file.string() << std::endl;
            (void)target.run(content_of(file));
            ++count;
        }
    return count;
}

}  // namespace

int main(int count, char** arguments)
try {
    const std::vector<std::string> given{arguments + 1, arguments + count};
    const auto named = [&](const jobaudit::fuzz::target& one) { return !given.empty() && one.name == given[0]; };
    const auto target = std::ranges::find_if(jobaudit::fuzz::targets, named);
    if (target == jobaudit::fuzz::targets.end() || given.size() < 2) {
        std::cerr << "usage: fuzz_replay TARGET FILE|FOLDER…\n";
        return 2;
    }
    if (replay(*target, {given.begin() + 1, given.end()}) == 0) {
        std::cerr << "fuzz_replay: there is no file\n";
        return 1;
    }
} catch (const std::exception& error) {
    std::cerr << "fuzz_replay: " << error.what() << '\n';
    return EXIT_FAILURE;
}
