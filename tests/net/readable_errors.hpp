#pragma once

#include <jobaudit/error.hpp>

#include <ostream>

namespace jobaudit {

inline std::ostream& operator<<(std::ostream& out, errc code) { return out << make_error_code(code).message(); }

}  // namespace jobaudit
