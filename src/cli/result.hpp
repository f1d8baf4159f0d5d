#pragma once

#include <boost/system/result.hpp>

#include <string>

namespace jobaudit::cli {

/// What is wrong and what to do about it, in words for a person.
struct problem {
    std::string message;
};

/// A value, or why there is none.
template <class Value>
using result = boost::system::result<Value, problem>;

}  // namespace jobaudit::cli
