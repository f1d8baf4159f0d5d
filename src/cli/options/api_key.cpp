#include "cli/options/api_key.hpp"

#include "cli/options/environment.hpp"
#include "cli/process/system_error.hpp"
#include "net/secret_spellings.hpp"
#include "protocol/redaction.hpp"
#include "store/output/capped_text.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace jobaudit::cli {
namespace {

constexpr std::size_t shortest_key = 12;
constexpr std::size_t longest_key = 4096;
constexpr std::size_t largest_file = 65536;
constexpr std::string_view variable = "UNSTRUCTURED_API_KEY";

struct closes_file {
    void operator()(std::FILE* file) const noexcept { (void)std::fclose(file); }
};

/// What was given for a path may be the key itself.
std::string name_of(const std::string& path)
{
    const bool is_a_path = path.find_first_of("/.") != std::string::npos;
    // As base64 is, and a JSON Web Token (RFC 7519), which begins with `{"`.
    const bool is_encoded = path.find_first_of("+=") != std::string::npos || path.starts_with("eyJ");
    const bool may_be_a_key = path.size() >= shortest_key && (!is_a_path || is_encoded);
    return may_be_a_key ? "the key's file, the name of which looks like a key," : "the key's file \"" + path + '"';
}

/// The file, or as much of it as tells that it holds no key.
result<api_key> read_start(const std::string& path)
{
    const std::unique_ptr<std::FILE, closes_file> file{std::fopen(path.c_str(), "rb")};
    if (!file)
        return problem{name_of(path) + " cannot be opened: " + system_error_text(errno)};
    std::string text(largest_file, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file.get()));
    if (std::ferror(file.get()) != 0)
        return problem{name_of(path) + " cannot be read: " + system_error_text(errno)};
    return api_key{std::move(text)};
}

bool is_part_of_a_variable(char c) noexcept { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

std::string_view without_blanks_before(std::string_view text) noexcept
{
    return text.substr(static_cast<std::size_t>(std::ranges::find_if_not(text, is_blank) - text.begin()));
}

/// A setting of a shell's file: `export NAME="value"`.
struct assignment {
    std::string_view name;
    std::string_view value;
};

std::optional<assignment> read_assignment(std::string_view line)
{
    for (const std::string_view setting : {"export ", "set "})
        if (line.starts_with(setting))
            line = without_blanks_before(line.substr(setting.size()));
    const auto end_of_name = std::ranges::find_if_not(line, is_part_of_a_variable) - line.begin();
    const auto name = line.substr(0, static_cast<std::size_t>(end_of_name));
    const auto rest = without_blanks_before(line.substr(name.size()));
    if (!rest.starts_with('='))
        return std::nullopt;
    return assignment{name, without_blanks_before(rest.substr(1))};
}

bool take_prefix(std::string_view& text, std::string_view prefix)
{
    if (!boost::beast::iequals({text.data(), std::min(text.size(), prefix.size())}, {prefix.data(), prefix.size()}))
        return false;
    text = without_blanks_before(text.substr(prefix.size()));
    return true;
}

/// What stands before a comment, as a shell takes it, of a value that may be in quotes.
std::string_view value_before_comment(std::string_view value)
{
    const bool is_quoted = !value.empty() && (value.front() == '"' || value.front() == '\'');
    const auto end_of_quotes = is_quoted ? value.find(value.front(), 1) + 1 : 0;
    const auto size = end_of_quotes + store::without_comment(value.substr(end_of_quotes)).size();
    return size == value.size() ? value : store::trimmed(value.substr(0, size));
}

/// The key of `NAME=KEY`, of `"KEY"`, of `Bearer KEY` and of a header, as they are copied from elsewhere.
std::string bare_key(std::string_view text)
{
    const auto set = read_assignment(text);
    if (set && (set->name == variable || (set->name.ends_with("KEY") && !set->value.empty())))
        text = value_before_comment(set->value);
    if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front())
        text = text.substr(1, text.size() - 2);
    if (!take_prefix(text, "unstructured-api-key:"))
        (void)take_prefix(text, "Authorization:");
    (void)take_prefix(text, "Bearer ");
    return text == "Bearer" ? std::string{} : std::string{text};
}

/// Where there are several lines, the last one that sets the variable, if there is one.
std::string_view line_of_key(std::string_view text)
{
    auto found = text;
    while (!text.empty()) {
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        line = line.substr(0, line.find_last_not_of("\r") + 1);
        if (const auto set = read_assignment(line); set && set->name == variable)
            found = line;
    }
    return found;
}

bool is_printable(char c) noexcept { return c >= 0x20 && c <= 0x7e; }

result<api_key> checked(std::string text, const std::string& place)
{
    text.erase(text.find_last_not_of("\r\n") + 1);
    const auto key = bare_key(line_of_key(text));
    if (key.find_first_of("\r\n") != std::string::npos)
        return problem{place + " holds a line break inside the key: put the key there alone, on one line"};
    if (std::ranges::all_of(key, is_blank))
        return problem{place + " is empty: put your API key there"};
    if (is_blank(key.front()) || is_blank(key.back()))
        return problem{place + " has blanks around the key: remove them"};
    if (!std::ranges::all_of(key, is_printable))
        return problem{place +
                       " holds a character that no key has (only printable ASCII is possible): is it the right one?"};
    if (key.size() > longest_key)
        return problem{place + " is longer than " + std::to_string(longest_key) + " characters: that is no API key"};
    return api_key{key};
}

}  // namespace

result<api_key> read_api_key(const std::string& file, const char* from_environment)
{
    if (file.empty()) {
        if (from_environment == nullptr)
            return problem{"no API key: set UNSTRUCTURED_API_KEY, or name a file that holds it with --api-key-file"};
        return checked(from_environment, "the environment variable UNSTRUCTURED_API_KEY");
    }
    auto text = read_start(file);
    if (!text)
        return text;
    return checked(std::move(text->text), name_of(file));
}

std::string without_key(std::string text)
{
    if (const auto key = read_api_key({}, process_environment(variable.data())))
        protocol::redact(text, net::spellings_of(key->text, "[the API key]"));
    return text;
}

}  // namespace jobaudit::cli
