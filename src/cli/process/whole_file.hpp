#pragma once

#include "cli/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace jobaudit::cli {

/// Writes a file such that readers see the old one or the whole new one (POSIX rename). Devices and pipes, and what
/// stands behind a descriptor of this process (store::inherited_descriptor), are written to as they are. Nothing: all
/// went well; else a message that names the file.
[[nodiscard]] std::optional<problem> write_whole_file(const std::string& path, std::string_view text);

/// Whether write_whole_file could work, as far as that can be known before: the folder exists and may be written to,
/// and `path` is no folder.
[[nodiscard]] std::optional<problem> check_whole_file(const std::string& path);

}  // namespace jobaudit::cli
