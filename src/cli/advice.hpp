#pragma once

#include <jobaudit/error.hpp>
#include <jobaudit/outcome.hpp>
#include <jobaudit/summary.hpp>

#include <string>
#include <string_view>

namespace jobaudit::cli {

/// What a person can do, with this program's options, about what ended an audit; empty where that is plain. How to go
/// on afterwards is said elsewhere.
[[nodiscard]] std::string_view advice_on(stop_reason reason, const error_code& error) noexcept;

/// The same about a single error, and about what a single fetch came to.
[[nodiscard]] std::string_view advice_on(const error_code& error) noexcept;
[[nodiscard]] std::string_view advice_on(const outcome& result) noexcept;

/// `message; advice`, or what there is of both.
[[nodiscard]] std::string with_advice(std::string message, std::string_view advice);

}  // namespace jobaudit::cli
