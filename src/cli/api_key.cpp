#include "cli/api_key.hpp"

#include "cli/system_error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <utility>

namespace jobaudit::cli {
namespace {

constexpr std::size_t longest_key = 4096;

struct closes_file {
    void operator()(std::FILE* file) const noexcept { (void)std::fclose(file); }
};

/// What was given for a path may be the key itself.
std::string name_of(const std::string& path)
{
    const bool may_be_a_key = path.size() >= 20 && path.find_first_of("/.") == std::string::npos;
    return may_be_a_key ? "the key's file, the name of which looks like a key," : "the key's file \"" + path + '"';
}

/// As much of the file as a key, its line break and one character too many take.
result<api_key> read_start(const std::string& path)
{
    const std::unique_ptr<std::FILE, closes_file> file{std::fopen(path.c_str(), "rb")};
    if (!file)
        return problem{name_of(path) + " cannot be opened: " + system_error_text(errno)};
    std::string text(longest_key + 3, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file.get()));
    if (std::ferror(file.get()) != 0)
        return problem{name_of(path) + " cannot be read: " + system_error_text(errno)};
    return api_key{std::move(text)};
}

void drop_line_break(std::string& text)
{
    if (text.ends_with('\n'))
        text.pop_back();
    if (text.ends_with('\r'))
        text.pop_back();
}

bool is_part_of_a_variable(char c) noexcept { return (c >= 'A' && c <= 'Z') || c == '_'; }

/// The key of `NAME=KEY`, of `"KEY"` and of `Bearer KEY`, as they are copied from a shell's file or a header.
std::string bare_key(std::string text)
{
    constexpr std::string_view exporting = "export ";
    constexpr std::string_view bearer = "Bearer ";
    if (text.starts_with(exporting))
        text.erase(0, exporting.size());
    const auto end_of_name = std::ranges::find_if_not(text, is_part_of_a_variable) - text.begin();
    const auto name = std::string_view{text}.substr(0, static_cast<std::size_t>(end_of_name));
    if (name.ends_with("KEY") && std::string_view{text}.substr(name.size()).starts_with('='))
        text.erase(0, name.size() + 1);
    if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front())
        text = text.substr(1, text.size() - 2);
    if (text.starts_with(bearer))
        text.erase(0, bearer.size());
    return text;
}

bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }
bool is_printable(char c) noexcept { return c >= 0x20 && c <= 0x7e; }

result<api_key> checked(std::string text, const std::string& place)
{
    drop_line_break(text);
    auto key = bare_key(std::move(text));
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
    return api_key{std::move(key)};
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

}  // namespace jobaudit::cli
