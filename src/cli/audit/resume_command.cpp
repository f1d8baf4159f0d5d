#include "cli/audit/resume_command.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

namespace jobaudit::cli {
namespace {

constexpr std::string_view proxy_option = "--proxy";
constexpr std::string_view overwrite_option = "--overwrite";

bool needs_no_quotes(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && std::strchr("_-./:=,@%+", c) != nullptr);
}

/// `http://user:password@host` without what stands before the `@`.
std::string without_user(std::string_view proxy)
{
    const auto at = proxy.rfind('@');
    if (at == std::string_view::npos)
        return std::string{proxy};
    const auto scheme = proxy.find("://");
    const auto start = scheme == std::string_view::npos ? 0 : scheme + 3;
    return std::string{proxy.substr(0, start)} + "USER:PASSWORD" + std::string{proxy.substr(at)};
}

std::string without_secret(std::string_view word, std::string_view before)
{
    if (before == proxy_option)
        return without_user(word);
    constexpr auto value_at = proxy_option.size() + 1;
    if (word.starts_with(proxy_option) && word.substr(proxy_option.size()).starts_with('='))
        return std::string{word.substr(0, value_at)} + without_user(word.substr(value_at));
    return std::string{word};
}

/// Behind `--` there are job IDs alone.
std::vector<std::string>::iterator end_of_options(std::vector<std::string>& words)
{
    return std::ranges::find(words, "--");
}

void add_option(std::vector<std::string>& words, const std::string& option)
{
    const auto end = end_of_options(words);
    if (std::find(words.begin(), end, option) == end)
        words.insert(end, option);
}

std::string command_line(const std::vector<std::string>& words)
{
    std::string command;
    std::string_view before;
    for (const auto& word : words) {
        command += command.empty() ? "" : " ";
        command += shell_quoted(without_secret(word, before));
        before = word;
    }
    return command;
}

}  // namespace

std::string shell_quoted(std::string_view text)
{
    if (!text.empty() && std::ranges::all_of(text, needs_no_quotes))
        return std::string{text};

    std::string quoted{'\''};
    for (const char c : text) {
        if (c == '\'')
            quoted += "'\\''";
        else
            quoted += c;
    }
    return quoted += '\'';
}

std::string resume_command(std::span<const std::string> arguments, bool overwrites)
{
    std::vector<std::string> words{arguments.begin(), arguments.end()};
    const auto end = end_of_options(words);
    const auto removed = std::remove(words.begin(), end, overwrite_option);
    const bool is_in_a_file = overwrites && removed == end;
    words.erase(removed, end);
    if (is_in_a_file)
        add_option(words, std::string{overwrite_option} + "=false");
    add_option(words, "--resume");
    return command_line(words);
}

std::string overwrite_command(std::span<const std::string> arguments)
{
    std::vector<std::string> words{arguments.begin(), arguments.end()};
    add_option(words, std::string{overwrite_option});
    return command_line(words);
}

}  // namespace jobaudit::cli
