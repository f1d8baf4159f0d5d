#include "cli/options/help_formatter.hpp"

#include "cli/terminal/wrapped_text.hpp"

#include <string_view>
#include <utility>

namespace jobaudit::cli {

std::string help_formatter::make_description(const CLI::App* app) const
{
    return wrapped_lines(CLI::Formatter::make_description(app), width_);
}

std::string help_formatter::make_usage(const CLI::App* app, std::string name) const
{
    return wrapped_lines(CLI::Formatter::make_usage(app, std::move(name)), width_);
}

std::string help_formatter::make_option(const CLI::Option* option, bool is_positional) const
{
    auto name = make_option_name(option, is_positional);
    // CLI11 writes so that the second name of a flag turns it off.
    constexpr std::string_view off = "{false}";
    if (name.ends_with(off))
        name.resize(name.size() - off.size());
    const auto names = "  " + name + make_option_opts(option);
    return table_line(names, make_option_desc(option), column_width_, width_);
}

std::string help_formatter::make_footer(const CLI::App* app) const
{
    return wrapped_lines(CLI::Formatter::make_footer(app), width_);
}

}  // namespace jobaudit::cli
