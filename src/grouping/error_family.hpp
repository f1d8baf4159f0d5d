#pragma once

#include <cstdint>
#include <string_view>

namespace jobaudit::grouping {

/// What kind of thing went wrong with a file, after the families that the platform's vendor publishes with the
/// exceptions that show them.
enum class error_family : std::uint8_t {
    document,       ///< the file itself
    authorization,  ///< credentials and rights of a connector
    configuration,  ///< names, paths and addresses in a connector
    schema,         ///< columns, types and vector dimensions of the destination
    network,        ///< between the platform and the other side
    quota,          ///< limits of a plan or a rate
    internal,       ///< the platform's own files and code
    unknown,
};

inline constexpr std::size_t error_families = 8;

/// `document`, `authorization` …
[[nodiscard]] std::string_view to_string(error_family family) noexcept;

/// What usually helps against failures of a family: a sentence for a person; empty for `unknown`.
[[nodiscard]] std::string_view usual_help(error_family family) noexcept;

/// The family of an error's text: by the most specific phrase or name of an exception that stands anywhere in it, upper
/// and lower case alike. In time linear in the text.
[[nodiscard]] error_family family_of(std::string_view error);

/// Whether a text is such a phrase or name, and nothing else.
[[nodiscard]] bool is_family_phrase(std::string_view text);

}  // namespace jobaudit::grouping
