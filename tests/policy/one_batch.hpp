#pragma once

#include "virtual_time.hpp"

#include "policy/batch_state.hpp"

namespace jobaudit::policy {

/// A batch that is alone with its origin.
struct one_batch {
    explicit one_batch(const audit_options& options = {}, time_point now = at(0s))
        : origin{options.rate, options.burst, now, 1}, shared{options, origin, now}
    {}

    origin_state origin;
    batch_state shared;
};

}  // namespace jobaudit::policy
