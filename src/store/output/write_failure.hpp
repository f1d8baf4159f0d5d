#pragma once

#include <string>

namespace jobaudit::store {

/// Why a file cannot be opened to be written (an errno value), and what to do: it ends a message.
[[nodiscard]] std::string advice_for_opening(int error);

/// Why a write failed with `error` (an errno value), and what to do: it ends a message.
[[nodiscard]] std::string advice_for_writing(int error);

/// fdatasync: 0, or the errno value. A file that knows no disk counts as safe.
[[nodiscard]] int sync_to_disk(int fd) noexcept;

}  // namespace jobaudit::store
