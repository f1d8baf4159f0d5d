#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace jobaudit::store {

/// How the bytes of an output stand in its file: as members of their own, one behind the other, each with a checksum.
/// Decoders take them as one text.
enum class compression : std::uint8_t {
    none,
    gzip,  ///< RFC 1952
    zstd,  ///< RFC 8878; its members are called frames
};

/// That of an output of this name: `.gz`, `.zst`.
[[nodiscard]] compression compression_of_name(std::string_view path) noexcept;

/// That of a file which begins so; as many as longest_signature bytes tell.
[[nodiscard]] compression compression_of_content(std::string_view front) noexcept;
inline constexpr std::size_t longest_signature = 4;

/// How each member begins that we write: no other bytes of a file are likely to be the same.
[[nodiscard]] std::string_view member_front(compression kind) noexcept;

/// What its members are called.
[[nodiscard]] std::string_view member_name(compression kind) noexcept;

}  // namespace jobaudit::store
