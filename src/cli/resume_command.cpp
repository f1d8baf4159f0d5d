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
    if (word.starts_with(proxy_option) && word.substr(proxy_option.size()).starts_with('='))
        return without_user(word);
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
    std::string command;
    std::string_view before;
    for (const auto& word : arguments) {
        if (!before.empty())
            command += ' ';
        command += shell_quoted(without_secret(word, before));
        before = word;
    }
    if (std::ranges::find(arguments, "--resume") == arguments.end())
        command += " --resume";
    return command;
}

}  // namespace jobaudit::cli
