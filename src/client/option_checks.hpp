#pragma once

#include "protocol/request_head.hpp"

#include <jobaudit/options.hpp>

namespace jobaudit::client_detail {

// All check every field, and throw option_error naming one without a usable value. What they return holds no duration
// that cannot be added to a time: who wants no limit may give a duration's max().

[[nodiscard]] client_options checked(client_options options);
[[nodiscard]] fetch_options checked(fetch_options options);
[[nodiscard]] list_options checked(list_options options);
/// `of_client`: those of the client that runs the audit.
[[nodiscard]] audit_options checked(audit_options options, const client_options& of_client);

/// How the list is asked for: like a job, but without a limit to the time of all attempts together.
[[nodiscard]] fetch_options as_fetch(const list_options& options);

/// Throws option_error where they are none.
void require_rate(double per_second, unsigned burst);

/// The origin that client_options::url names, when the key may be sent there.
[[nodiscard]] protocol::origin checked_origin(const client_options& options);

}  // namespace jobaudit::client_detail
