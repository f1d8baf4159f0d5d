#pragma once

#include <CLI/CLI.hpp>

#include <cstddef>
#include <string>

namespace jobaudit::cli {

/// CLI11's help, broken between words for a terminal of `width` columns.
class help_formatter final : public CLI::Formatter {
public:
    explicit help_formatter(std::size_t width) noexcept : width_{width} {}

    std::string make_description(const CLI::App* app) const override;
    std::string make_usage(const CLI::App* app, std::string name) const override;
    std::string make_option(const CLI::Option* option, bool is_positional) const override;
    std::string make_footer(const CLI::App* app) const override;

private:
    std::size_t width_;
};

}  // namespace jobaudit::cli
