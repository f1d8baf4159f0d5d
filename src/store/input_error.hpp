#pragma once

#include <stdexcept>

namespace jobaudit::store {

/// The jobs could not be read. what() names the file and says what to do.
class input_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace jobaudit::store
