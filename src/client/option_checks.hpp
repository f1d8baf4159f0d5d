#pragma once

#include "protocol/request_head.hpp"

#include <jobaudit/options.hpp>

namespace jobaudit::client_detail {

/// Checks every field of client_options, and reads the URL. Throws option_error naming the field.
[[nodiscard]] protocol::origin checked_origin(const client_options& options);

void check(const fetch_options& options);
/// `pipeline`: client_options::pipeline.
void check(const audit_options& options, unsigned pipeline);

}  // namespace jobaudit::client_detail
