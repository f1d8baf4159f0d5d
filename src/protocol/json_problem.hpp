#pragma once

#include <jobaudit/error.hpp>

#include <boost/json/error.hpp>
#include <boost/json/parse_options.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace jobaudit::protocol {

/// What is wrong with a JSON text of which the parser says `error`, for a person. `whole`: what kind of value it is to
/// be, `object` say.
[[nodiscard]] inline std::string json_problem(const error_code& error, std::size_t max_depth, std::string_view whole)
{
    if (error == boost::json::error::incomplete)
        return "the JSON ends before its " + std::string{whole} + " is complete";
    if (error == boost::json::error::too_deep)
        return "the JSON is nested deeper than " + std::to_string(max_depth) + " levels";
    return "the JSON is not well-formed";
}

[[nodiscard]] inline boost::json::parse_options parse_options_for(std::size_t max_depth) noexcept
{
    boost::json::parse_options options;
    options.max_depth = max_depth;
    return options;
}

}  // namespace jobaudit::protocol
