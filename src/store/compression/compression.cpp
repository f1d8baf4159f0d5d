#include "store/compression/compression.hpp"

namespace jobaudit::store {

compression compression_of_name(std::string_view path) noexcept
{
    return path.ends_with(".gz") ? compression::gzip : compression::none;
}

compression compression_of_content(std::string_view front) noexcept
{
    return front.starts_with("\x1f\x8b") ? compression::gzip : compression::none;
}

std::string_view member_front(compression) noexcept
{
    // No flags, no time: the order of the fields is that of RFC 1952.
    return {"\x1f\x8b\x08\0\0\0\0\0", 8};
}

std::string_view member_name(compression) noexcept { return "gzip member"; }

}  // namespace jobaudit::store
