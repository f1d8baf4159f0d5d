#include "cli/resume_command.hpp"

#include <algorithm>
#include <cstring>

namespace jobaudit::cli {
namespace {

constexpr std::string_view proxy_option = "--proxy";

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

std::string resume_command(std::span<const std::string> arguments)
{
    // Behind `--` there are job IDs alone.
    const auto options_end = std::ranges::find(arguments, "--");
    const bool resumes_already = std::find(arguments.begin(), options_end, "--resume") != options_end;

    std::string command;
    const auto append = [&command](const std::string& word) {
        command += command.empty() ? "" : " ";
        command += word;
    };
    std::string_view before;
    for (auto word = arguments.begin(); word != arguments.end(); before = *word++) {
        if (word == options_end && !resumes_already)
            append("--resume");
        append(shell_quoted(without_secret(*word, before)));
    }
    if (options_end == arguments.end() && !resumes_already)
        append("--resume");
    return command;
}

}  // namespace jobaudit::cli
