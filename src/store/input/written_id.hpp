#pragma once

#include <jobaudit/job_id.hpp>

#include <optional>
#include <string_view>

namespace jobaudit::store {

/// The job ID in a text as people and programs write it down: with blanks around it, in quotes or braces, as
/// `urn:uuid:…` (RFC 9562, section 4), with a comma or semicolon behind it. Nothing where there is more than that.
[[nodiscard]] std::optional<job_id> written_id(std::string_view text) noexcept;

}  // namespace jobaudit::store
