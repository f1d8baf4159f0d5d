#pragma once

#include <string>
#include <string_view>

namespace jobaudit::grouping {

/// Stands in a masked text for a part that differs from file to file; shown as `<*>`.
inline constexpr char variable = '\x01';

/// The most bytes of an error's text that are looked at, and of a masked text.
inline constexpr std::size_t masked_limit = 1024;

/// Writes to `out` what an error's text has in common with others of the same reason: numbers, paths and file names,
/// URLs, hosts, addresses, identifiers and quoted values become `variable`, runs of blanks one blank. Of a Python
/// traceback only the last exception stays. What tells reasons apart stays: statuses, error codes, names of exceptions,
/// quoted phrases, and the codes and messages in JSON or a Python dictionary. `document` is masked wherever it stands,
/// by its whole name or its last part. In linear time; the same for the same text, whatever came before.
void mask_error(std::string_view error, std::string_view document, std::string& out);

/// Whether the document is named in the error, so that it is masked there; where it is not, any other document that is
/// not named gives the same masked text.
[[nodiscard]] bool names_document(std::string_view error, std::string_view document) noexcept;

/// A masked text as people read it: `<*>` for each variable.
[[nodiscard]] std::string shown(std::string_view masked);

}  // namespace jobaudit::grouping
