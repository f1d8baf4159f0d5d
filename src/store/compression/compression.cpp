#include "store/compression/compression.hpp"

namespace jobaudit::store {

namespace {

constexpr std::string_view gzip_signature = "\x1f\x8b";
constexpr std::string_view zstd_signature = "\x28\xb5\x2f\xfd";

/// A frame that decoders pass over: 0x184D2A50 to 0x184D2A5F, little-endian.
bool is_skippable_frame(std::string_view front) noexcept
{
    return front.size() >= longest_signature && (static_cast<unsigned char>(front[0]) & 0xF0U) == 0x50 &&
           front.substr(1, 3) == "\x2a\x4d\x18";
}

}  // namespace

compression compression_of_name(std::string_view path) noexcept
{
    if (path.ends_with(".gz"))
        return compression::gzip;
    return path.ends_with(".zst") ? compression::zstd : compression::none;
}

compression compression_of_content(std::string_view front) noexcept
{
    if (front.starts_with(gzip_signature))
        return compression::gzip;
    return front.starts_with(zstd_signature) || is_skippable_frame(front) ? compression::zstd : compression::none;
}

std::string_view member_front(compression kind) noexcept
{
    // No flags, no time: the order of the fields is that of RFC 1952.
    if (kind == compression::gzip)
        return {"\x1f\x8b\x08\0\0\0\0\0", 8};
    // A checksum, no size; a window of 2 MiB.
    return "\x28\xb5\x2f\xfd\x04\x58";
}

std::string_view member_name(compression kind) noexcept
{
    return kind == compression::gzip ? "gzip member" : "zstd frame";
}

}  // namespace jobaudit::store
