#pragma once

#include <stdexcept>

namespace jobaudit::store {

/// The jobs could not be read. what() names the file and says what to do.
class input_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// No column or field is known to hold the IDs. what() names those that there are: one of them could be named in
/// job_file_options.
class column_error : public input_error {
public:
    using input_error::input_error;
};

}  // namespace jobaudit::store
