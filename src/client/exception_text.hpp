#pragma once

#include <exception>
#include <string>

namespace jobaudit::client_detail {

/// What an exception of user code says of itself; it may be of any type.
[[nodiscard]] std::string exception_text(const std::exception_ptr& thrown);

}  // namespace jobaudit::client_detail
