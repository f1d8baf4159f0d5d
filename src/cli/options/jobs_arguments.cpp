#include "cli/options/jobs_arguments.hpp"

#include "store/input/written_id.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace jobaudit::cli {
namespace {

bool is_file(const std::string& word)
{
    std::error_code cannot_tell;
    return !store::written_id(word) && std::filesystem::exists(word, cannot_tell);
}

/// How many words of the start of `arguments` are `--jobs` with its value.
std::size_t words_of_jobs(std::span<const std::string> arguments)
{
    const std::string_view first = arguments.front();
    if (first == "--jobs" || first == "-j")
        return std::min<std::size_t>(2, arguments.size());
    return first.starts_with("--jobs=") || (first.starts_with("-j") && first.size() > 2) ? 1 : 0;
}

bool is_standard_input(const std::string& file)
{
    return file == "-" || file == "/dev/stdin" || file == "/dev/fd/0" || file == "/proc/self/fd/0";
}

}  // namespace

std::vector<std::string> with_jobs_before_each_file(std::span<const std::string> arguments)
{
    std::vector<std::string> words;
    while (!arguments.empty() && arguments.front() != "--") {
        const auto taken = words_of_jobs(arguments);
        const auto copied = std::max<std::size_t>(taken, 1);
        words.insert(words.end(), arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(copied));
        arguments = arguments.subspan(copied);
        for (; taken > 0 && !arguments.empty() && !arguments.front().starts_with('-') && is_file(arguments.front());
             arguments = arguments.subspan(1))
            words.insert(words.end(), {"--jobs", arguments.front()});
    }
    words.insert(words.end(), arguments.begin(), arguments.end());
    return words;
}

std::optional<std::string> contradiction_of_jobs(const std::vector<std::string>& job_ids,
                                                 const std::vector<std::string>& files)
{
    if (std::ranges::count_if(files, is_standard_input) > 1)
        return "--jobs names standard input twice, which can be read only once: leave one of them out";
    if (const auto file = std::ranges::find_if(job_ids, is_file); file != job_ids.end())
        return '"' + *file + "\" is a file, no job ID: did you mean --jobs " + *file + '?';
    return std::nullopt;
}

}  // namespace jobaudit::cli
