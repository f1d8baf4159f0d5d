#pragma once

#include <string>
#include <string_view>

namespace jobaudit::fuzz {

inline constexpr std::string_view not_well_formed = "the JSON is not well-formed";

/// Whether a reader of JSON refused something for its size rather than for what it is.
inline bool is_for_a_limit(const std::string& problem)
{
    return problem.find("longer than") != std::string::npos || problem.find("deeper than") != std::string::npos;
}

/// Whether two ways to read one text were refused alike. A string that is in its wrong place, or too long, and
/// malformed besides is refused for the one or for the other: Boost.JSON shows the front of a string that goes on in
/// the next piece, but not that of one with a mistake in it.
inline bool is_same_problem(const std::string& one, const std::string& other)
{
    return one == other || one == not_well_formed || other == not_well_formed;
}

}  // namespace jobaudit::fuzz
