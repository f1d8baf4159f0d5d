#pragma once

#include "cli/result.hpp"

#include <string>

namespace jobaudit::cli {

/// A key that can be sent in a header: it is meant for no message and no log.
struct api_key {
    std::string text;
};

/// Reads the key from `file`; where that is empty, takes `from_environment` (null when the variable isn't set). Line
/// breaks at the end are no part of the key, nor is what it was copied with: quotes, `Bearer ` in front of it, a
/// header's name, or `NAME_KEY=`. Of several lines, as an `.env` file has them, the one that sets UNSTRUCTURED_API_KEY
/// holds it. The messages name the place and never show the key.
[[nodiscard]] result<api_key> read_api_key(const std::string& file, const char* from_environment);

/// A text that repeats what a user gave, without the key of the environment, which may have been given by mistake.
[[nodiscard]] std::string without_key(std::string text);

}  // namespace jobaudit::cli
