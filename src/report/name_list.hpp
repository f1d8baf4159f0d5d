#pragma once

#include "store/output/spill_file.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace jobaudit::report {

/// Names of documents in the order in which they came; they lie in a temporary file.
///
/// Not thread-safe. Members throw store::output_error where there is no room for the file, or it can't be read back.
class name_list {
public:
    name_list();

    void add(std::string_view name);

    void for_each(const std::function<void(std::string_view name)>& take) const;

private:
    store::spill_file written_;
    std::string pending_;  // each behind its size
};

}  // namespace jobaudit::report
