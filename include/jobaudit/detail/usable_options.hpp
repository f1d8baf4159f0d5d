#pragma once

#include <string>

namespace jobaudit::detail {

/// Options of an operation that were checked, with copies of what they refer to.
template <class Options>
struct usable_options {
    Options options;
    std::string request_id;
    std::string field_lines;  ///< of a request's head, as request_id and headers ask for
};

}  // namespace jobaudit::detail
