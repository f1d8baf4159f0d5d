#pragma once

#include "store/input/csv_record.hpp"
#include "store/input/id_column.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::store {

/// The fields of a header, without blanks and quotes around them.
[[nodiscard]] std::vector<std::string> header_fields(std::string_view line, char separator);

/// Those with the separator that gives most of them.
[[nodiscard]] std::vector<std::string> most_fields(std::string_view line, std::string_view separators);

/// The column of the IDs, with the separator that makes a field of its name; of several, that of the best name.
[[nodiscard]] std::optional<csv_columns> find_id_column(std::string_view line, std::string_view separators,
                                                        const id_column& column);

/// Whether a person would call a column so: it begins with a letter, and is short.
[[nodiscard]] bool is_column_name(std::string_view field) noexcept;

/// The fields for a message: printable, and not too many.
[[nodiscard]] std::string listed(const std::vector<std::string>& fields);

}  // namespace jobaudit::store
