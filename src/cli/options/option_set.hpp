#pragma once

#include "cli/exit_code.hpp"
#include "cli/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jobaudit::cli {

/// What to print instead of running a subcommand: its help, or what is wrong with the arguments.
struct early_end {
    exit_code code = exit_code::complete;
    std::string text;  ///< whole lines; for stdout where the code is `complete`, else for stderr
};

/// The options of one subcommand. Values are written to where the options are bound to; what stands there before is the
/// default, and the help shows it. Every message names the option.
class option_set {
public:
    /// `command`: with the program's name, `jobaudit audit`. `examples` ends the help.
    option_set(const std::string& command, const std::string& description, const std::string& examples);
    option_set(const option_set&) = delete;
    option_set& operator=(const option_set&) = delete;
    ~option_set();

    /// The heading in the help of the options that follow; an empty one hides them.
    void group(std::string heading) { heading_ = std::move(heading); }

    void flag(const std::string& names, bool& into, const std::string& text);
    void text(const std::string& names, std::string& into, const std::string& type, const std::string& text);
    /// One that may be given several times, one value each time.
    void texts(const std::string& names, std::vector<std::string>& into, const std::string& type,
               const std::string& text);
    void duration(const std::string& name, std::chrono::nanoseconds& into, const std::string& text,
                  std::chrono::nanoseconds least = std::chrono::nanoseconds{1});
    void size(const std::string& name, std::uint64_t& into, const std::string& text);
    void number(const std::string& name, unsigned& into, unsigned least, unsigned most, const std::string& text);
    void number(const std::string& name, std::uint64_t& into, std::uint64_t least, std::uint64_t most,
                const std::string& text);
    /// A number with decimals, 0 … `most`.
    void number(const std::string& name, double& into, double most, const std::string& text);

    template <class Value>
    void choice(const std::string& name, Value& into, std::vector<std::pair<std::string, Value>> values,
                const std::string& text)
    {
        std::vector<std::string> names;
        std::string standing;
        for (const auto& [value_name, value] : values) {
            names.push_back(value_name);
            if (value == into)
                standing = value_name;
        }
        choice(name, names, standing, text,
               [&into, values = std::move(values)](std::size_t index) { into = values[index].second; });
    }

    // The name of what stands without a dash is one word: CLI11 2.4 refuses others.
    void argument(const std::string& name, std::string& into, const std::string& text);
    void arguments(const std::string& name, std::vector<std::string>& into, const std::string& text);

    /// Offers `--config FILE`: INI or TOML with the names of the long options; the command line comes before it.
    void config_file();

    /// Reads the arguments that follow the subcommand's name. Nothing: all went well.
    [[nodiscard]] std::optional<early_end> parse(std::span<const std::string> arguments);

    /// What is wrong with arguments that can be read one by one, but not together.
    [[nodiscard]] early_end usage_error(const std::string& message) const;

private:
    using read_value = std::function<std::optional<problem>(const std::string&)>;

    void add(const std::string& names, const std::string& type, const std::string& standing, const std::string& text,
             read_value read);
    template <class Number>
    void whole(const std::string& name, Number& into, Number least, Number most, const std::string& text);
    void choice(const std::string& name, const std::vector<std::string>& values, const std::string& standing,
                const std::string& text, std::function<void(std::size_t)> choose);

    struct implementation;
    std::unique_ptr<implementation> implementation_;
    std::string command_;
    std::string heading_ = "Options";
};

}  // namespace jobaudit::cli
