#pragma once

#include "protocol/time.hpp"

#include <jobaudit/outcome.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::protocol {

/// The parts of an error response's body that are understood: JSON in a form that is known.
struct error_body {
    bool is_of_platform = false;  ///< a JSON object with `detail`, or with `code` and `message`
    std::string detail;  ///< the text of `detail`, or of `message`; empty when there is none. Not yet printable
    std::vector<validation_issue> validation;  ///< `detail` as a list; printable
    std::optional<duration> retry_after;       ///< at most a year
};

/// Reads `{"detail":…,"retry_after":…}`, or `{"code":…,"message":…}` as the vendor's newer API has it; what is
/// ill-typed, cut off or no JSON is left out.
[[nodiscard]] error_body read_error_body(std::string_view body);

/// Whether a response of `status` with this `body` is one of the platform's own, rather than of what stands before it.
[[nodiscard]] bool is_error_of_platform(int status, std::string_view body);

}  // namespace jobaudit::protocol
