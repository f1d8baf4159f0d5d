#pragma once

#include "report/failure_report.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace jobaudit::cli {

/// `34 %`, `1.2 %`; of nothing `0.0 %`.
[[nodiscard]] std::string share_of(std::uint64_t part, std::uint64_t whole);

/// A time as to_text() gives it.
[[nodiscard]] std::string milliseconds(double value);

/// A workflow's name, or else its ID; a day. `(not said)` where the output has none.
[[nodiscard]] std::string name_of(const report::job_group& group);

/// `.pdf`
[[nodiscard]] std::string name_of(const report::file_type_figures& type);

/// Whether the output says of any job which group it is in.
[[nodiscard]] bool is_said(std::span<const report::job_group> groups) noexcept;

}  // namespace jobaudit::cli
