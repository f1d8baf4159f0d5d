#pragma once

#include <optional>
#include <string_view>

namespace jobaudit::store {

/// The file descriptor of this process that `path` names: `-` is stdout, and there are `/dev/stdout`, `/dev/stderr`,
/// `/dev/fd/N` and `/proc/self/fd/N`. What is behind one belongs to whoever started the process: it is written to by
/// way of the descriptor, and never replaced or renamed.
[[nodiscard]] std::optional<int> inherited_descriptor(std::string_view path) noexcept;

}  // namespace jobaudit::store
