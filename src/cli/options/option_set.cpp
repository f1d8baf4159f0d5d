#include "cli/options/option_set.hpp"

#include "cli/options/help_formatter.hpp"
#include "cli/options/near_name.hpp"
#include "cli/options/quantities.hpp"
#include "cli/process/system_error.hpp"
#include "cli/terminal/terminal.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <memory>
#include <sstream>

#include <unistd.h>

namespace jobaudit::cli {
namespace {

/// As parse_duration reads it.
std::string compact(std::chrono::nanoseconds duration)
{
    if (duration == std::chrono::nanoseconds{})
        return {};
    constexpr std::array<std::pair<std::int64_t, const char*>, 4> units{
        {{3'600'000'000'000, "h"}, {60'000'000'000, "m"}, {1'000'000'000, "s"}, {1'000'000, "ms"}}};
    for (const auto& [factor, name] : units)
        if (duration.count() % factor == 0)
            return std::to_string(duration.count() / factor) + name;
    return std::to_string(duration.count()) + "ns";
}

/// As parse_size reads it.
std::string compact(std::uint64_t bytes)
{
    constexpr std::array<std::pair<std::uint64_t, const char*>, 3> units{
        {{1ull << 30, "GiB"}, {1ull << 20, "MiB"}, {1ull << 10, "KiB"}}};
    for (const auto& [factor, name] : units)
        if (bytes % factor == 0)
            return std::to_string(bytes / factor) + name;
    return std::to_string(bytes);
}

template <class Number>
std::optional<Number> whole_text_as(const std::string& text)
{
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// Digits alone that no 64 bits hold are a number above any bound.
result<std::uint64_t> whole_number(const std::string& text)
{
    if (const auto value = whole_text_as<std::uint64_t>(text))
        return *value;
    if (!text.empty() && text.find_first_not_of("0123456789") == std::string::npos)
        return std::numeric_limits<std::uint64_t>::max();
    return problem{"\"" + text + "\" is no whole number"};
}

problem out_of_range(const std::string& text, const std::string& least, const std::string& most)
{
    return {text + " is out of range: give a number from " + least + " to " + most};
}

std::string joined(const std::vector<std::string>& words, std::string_view between)
{
    std::string all;
    for (const auto& word : words)
        all += (all.empty() ? "" : std::string{between}) + word;
    return all;
}

/// The long ones, with their dashes, those that are hidden left out.
std::vector<std::string> option_names(const CLI::App& app)
{
    std::vector<std::string> names;
    for (const auto* option : app.get_options([](const CLI::Option* each) { return !each->get_group().empty(); }))
        for (const auto& name : option->get_lnames())
            names.push_back("--" + name);
    return names;
}

/// A value may be a secret: only the names of options are repeated.
std::string unexpected(const std::vector<std::string>& words, const std::vector<std::string>& names)
{
    const auto word = words.empty() ? std::string{} : words.front().substr(0, words.front().find('='));
    if (!word.starts_with('-'))
        return '"' + word + "\" is one argument too many";
    return '"' + word + "\" is no option here" + suggestion(word, names);
}

/// What stands where a name should may be a secret, unless it looks like the name of an option.
std::string name_in_quotes(const std::string& name)
{
    const bool is_name = name.size() <= 24 && std::ranges::all_of(name, [](char c) {
                             return (c >= 'a' && c <= 'z') || c == '-' || c == '_';
                         });
    return is_name ? '"' + name + '"' : "something";
}

std::string unknown_setting(const std::string& name, const std::vector<std::string>& names)
{
    auto near = near_name(name, names);
    near.erase(0, near.find_first_not_of('-'));
    return "the configuration file sets " + name_in_quotes(name) +
           ", which is no option here: " + (near.empty() ? "it" : "did you mean " + near + "? It") +
           " takes the names of the long options, without the dashes";
}

/// CLI11's words for what stands in a configuration file, in ours.
std::string config_message(const CLI::ParseError& error, const std::vector<std::string>& names)
{
    const std::string text = error.what();
    constexpr std::string_view extras = "INI was not able to parse ";
    constexpr std::string_view section = ".++";
    if (text.starts_with(extras) && text.ends_with(section))
        return "the configuration file has a section (" +
               name_in_quotes(text.substr(extras.size(), text.size() - extras.size() - section.size())) +
               "), but there are none here: leave its heading out";
    if (text.starts_with(extras))
        return unknown_setting(text.substr(extras.size()), names);
    return "the configuration file can't be used: " + text;
}

/// Where the comment of a configuration's line begins. In quotes, a value may hold a `#`.
std::size_t comment_in(std::string_view line)
{
    const auto value = line.find_first_not_of(" \t", line.find('=') + 1);
    const bool is_quoted = line.find('=') < line.find('#') && value != std::string_view::npos &&
                           (line[value] == '"' || line[value] == '\'');
    return line.find('#', is_quoted ? line.find(line[value], value + 1) : 0);
}

/// Reads past the byte order mark that some editors put before a text, and leaves `#` in quotes alone.
class config_reader final : public CLI::ConfigTOML {
public:
    /// `lists`: the options that may stand there several times.
    explicit config_reader(std::vector<std::string> lists) : lists_{std::move(lists)}
    {
        // No value is a list: blanks, commas and brackets belong to the value, which never begins with a line
        // break. Nor does a comment, when comments are gone.
        arrayBounds('\n', '\n');
        comment('\n');
    }

    std::vector<CLI::ConfigItem> from_config(std::istream& input) const override
    {
        constexpr std::string_view mark = "\xEF\xBB\xBF";
        for (std::size_t i = 0; i < mark.size() && input.peek() == static_cast<unsigned char>(mark[i]); ++i)
            (void)input.get();
        std::stringstream bare;
        for (std::string line; std::getline(input, line);)
            bare << line.substr(0, comment_in(line)) << '\n';
        return joined(CLI::ConfigTOML::from_config(bare));
    }

private:
    /// CLI11 takes one item for an option, and passes over the next.
    [[nodiscard]] std::vector<CLI::ConfigItem> joined(std::vector<CLI::ConfigItem> read) const
    {
        std::vector<CLI::ConfigItem> all;
        for (auto& item : read) {
            const auto first = std::ranges::find(all, item.name, &CLI::ConfigItem::name);
            if (first != all.end() && std::ranges::find(lists_, item.name) != lists_.end())
                first->inputs.insert(first->inputs.end(), item.inputs.begin(), item.inputs.end());
            else
                all.push_back(std::move(item));
        }
        return all;
    }

    std::vector<std::string> lists_;
};

}  // namespace

struct option_set::implementation {
    CLI::App app;
    std::vector<std::string> lists;  // the names of options that may be given several times, without the dashes
};

option_set::option_set(const std::string& command, const std::string& description, const std::string& examples)
    : implementation_{std::make_unique<implementation>()}, command_{command}
{
    auto& app = implementation_->app;
    app.name(command);
    app.description(description);
    app.footer(examples);
    app.set_help_flag("-h,--help", "Print this and end");
    app.allow_config_extras(CLI::config_extras_mode::error);
}

option_set::~option_set() = default;

void option_set::add(const std::string& names, const std::string& type, const std::string& standing,
                     const std::string& text, read_value read)
{
    const auto name = names.substr(names.rfind(',') + 1);
    auto* option = implementation_->app.add_option_function<std::string>(
        names,
        [name, read = std::move(read)](const std::string& value) {
            if (const auto wrong = read(value))
                throw CLI::ValidationError(name, wrong->message);
        },
        text);
    option->type_name(type)->group(heading_)->take_last();
    // In words of our own: CLI11's for a default differ from version to version (2.1 "=64", 2.4 " [64]").
    option->option_text(standing.empty() ? type : type + '=' + standing);
}

void option_set::flag(const std::string& names, bool& into, const std::string& text)
{
    implementation_->app.add_flag(names, into, text)->group(heading_);
}

void option_set::text(const std::string& names, std::string& into, const std::string& type, const std::string& text)
{
    add(names, type, into, text, [&into](const std::string& value) -> std::optional<problem> {
        if (value.empty())
            return problem{"the value is empty"};
        into = value;
        return std::nullopt;
    });
}

void option_set::texts(const std::string& names, std::vector<std::string>& into, const std::string& type,
                       const std::string& text)
{
    const auto name = names.substr(names.rfind(',') + 1);
    auto* option = implementation_->app.add_option_function<std::vector<std::string>>(
        names,
        [name, &into](const std::vector<std::string>& values) {
            if (std::ranges::find(values, std::string{}) != values.end())
                throw CLI::ValidationError(name, "the value is empty");
            into = values;
        },
        text);
    option->type_name(type)->group(heading_)->allow_extra_args(false)->option_text(type);
    implementation_->lists.push_back(name.substr(name.find_first_not_of('-')));
}

void option_set::duration(const std::string& name, std::chrono::nanoseconds& into, const std::string& text,
                          std::chrono::nanoseconds least)
{
    add(name, "DURATION", compact(into), text, [&into, least](const std::string& value) -> std::optional<problem> {
        const auto read = parse_duration(value);
        if (!read)
            return read.error();
        if (*read < least)
            return problem{value + " is too short: give more than 0, such as 30s"};
        into = *read;
        return std::nullopt;
    });
}

void option_set::size(const std::string& name, std::uint64_t& into, const std::string& text)
{
    add(name, "SIZE", compact(into), text, [&into](const std::string& value) -> std::optional<problem> {
        const auto read = parse_size(value);
        if (!read)
            return read.error();
        if (*read == 0)
            return problem{value + " is too small: give at least one byte"};
        into = *read;
        return std::nullopt;
    });
}

template <class Number>
void option_set::whole(const std::string& name, Number& into, Number least, Number most, const std::string& text)
{
    add(name, "NUMBER", std::to_string(into), text, [=, &into](const std::string& value) -> std::optional<problem> {
        const auto read = whole_number(value);
        if (!read)
            return read.error();
        if (*read < least || *read > most)
            return out_of_range(value, std::to_string(least), std::to_string(most));
        into = static_cast<Number>(*read);
        return std::nullopt;
    });
}

void option_set::number(const std::string& name, unsigned& into, unsigned least, unsigned most, const std::string& text)
{
    whole(name, into, least, most, text);
}

void option_set::number(const std::string& name, std::uint64_t& into, std::uint64_t least, std::uint64_t most,
                        const std::string& text)
{
    whole(name, into, least, most, text);
}

void option_set::number(const std::string& name, double& into, double most, const std::string& text)
{
    add(name, "NUMBER", std::to_string(std::llround(into)), text,
        [=, &into](const std::string& value) -> std::optional<problem> {
            const auto read = whole_text_as<double>(value);
            if (!read || !std::isfinite(*read))
                return problem{"\"" + value + "\" is no number"};
            if (*read < 0 || *read > most)
                return out_of_range(value, "0", std::to_string(std::llround(most)));
            into = *read;
            return std::nullopt;
        });
}

void option_set::choice(const std::string& name, const std::vector<std::string>& values, const std::string& standing,
                        const std::string& text, std::function<void(std::size_t)> choose)
{
    add(name, joined(values, "|"), standing, text,
        [values, choose = std::move(choose)](const std::string& value) -> std::optional<problem> {
            const auto found = std::ranges::find(values, value);
            if (found == values.end())
                return problem{"it takes one of " + joined(values, ", ")};
            choose(static_cast<std::size_t>(found - values.begin()));
            return std::nullopt;
        });
}

void option_set::arguments(const std::string& name, std::vector<std::string>& into, const std::string& text)
{
    implementation_->app.add_option(name, into, text)->type_name("");
}

void option_set::argument(const std::string& name, std::string& into, const std::string& text)
{
    implementation_->app.add_option(name, into, text)->type_name("");
}

void option_set::config_file()
{
    implementation_->app.config_formatter(std::make_shared<config_reader>(implementation_->lists));
    implementation_->app
        .set_config("--config", "", "Read options from this INI or TOML file: `concurrency = 32`, one a line")
        ->type_name("FILE")
        ->group(heading_);
}

std::optional<early_end> option_set::parse(std::span<const std::string> arguments)
{
    auto& app = implementation_->app;
    try {
        // CLI11 takes them from the back.
        app.parse(std::vector<std::string>{arguments.rbegin(), arguments.rend()});
        return std::nullopt;
    } catch (const CLI::CallForHelp&) {
        auto formatter = std::make_shared<help_formatter>(help_width());
        formatter->column_width(34);
        app.formatter(std::move(formatter));
        return early_end{exit_code::complete, app.help()};
    } catch (const CLI::FileError&) {
        const auto file = app.get_config_ptr()->as<std::string>();
        return usage_error("--config: \"" + file + "\" cannot be read" +
                           (::access(file.c_str(), R_OK) == 0 ? "" : ": " + system_error_text(errno)));
    } catch (const CLI::ConfigError& error) {
        return usage_error(config_message(error, option_names(app)));
    } catch (const CLI::ExtrasError&) {
        return usage_error(unexpected(app.remaining(), option_names(app)));
    } catch (const CLI::ParseError& error) {
        return usage_error(error.what());
    }
}

early_end option_set::usage_error(const std::string& message) const
{
    return {exit_code::usage, command_ + ": " + message + "\nSee " + command_ + " --help.\n"};
}

}  // namespace jobaudit::cli
