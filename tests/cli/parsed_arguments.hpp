#pragma once

#include "cli/options/arguments.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <variant>
#include <vector>

namespace jobaudit::test {

using words = std::vector<std::string>;

/// A job ID, for those who need one.
inline const std::string some_job = "0a8f3c1e-7d52-4b7e-9d1c-5f2e6a7b8c90";

inline words operator+(words left, const words& right)
{
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

/// The arguments of a subcommand that takes them.
template <class Arguments>
Arguments taken(const cli::parsed<Arguments>& read)
{
    if (const auto* end = std::get_if<cli::early_end>(&read))
        BOOST_FAIL("not taken: " << end->text);
    return std::get<Arguments>(read);
}

/// The first line of what a subcommand says that does not take its arguments; the second one points to the help.
template <class Arguments>
std::string refused(const cli::parsed<Arguments>& read)
{
    const auto* end = std::get_if<cli::early_end>(&read);
    BOOST_REQUIRE_MESSAGE(end != nullptr, "taken, not refused");
    BOOST_TEST((end->code == cli::exit_code::usage));
    const auto first_line = end->text.substr(0, end->text.find('\n'));
    BOOST_TEST(end->text == first_line + "\nSee " + first_line.substr(0, first_line.find(':')) + " --help.\n");
    return first_line;
}

/// The help of a subcommand.
template <class Arguments>
std::string help(const cli::parsed<Arguments>& read)
{
    const auto* end = std::get_if<cli::early_end>(&read);
    BOOST_REQUIRE_MESSAGE(end != nullptr, "taken, no help");
    BOOST_TEST((end->code == cli::exit_code::complete));
    return end->text;
}

}  // namespace jobaudit::test
