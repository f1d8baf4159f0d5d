#include "store/sqlite/row_checksum.hpp"

#include <bit>
#include <cstddef>

namespace jobaudit::store {

void row_checksum::add_bytes(const void* data, std::size_t size) noexcept
{
    sum_.update({static_cast<const char*>(data), size});
}

void row_checksum::add(std::int64_t value) noexcept { add_bytes(&value, sizeof value); }

void row_checksum::add(double value) noexcept { add(std::bit_cast<std::int64_t>(value)); }

void row_checksum::add(std::string_view text) noexcept
{
    add(static_cast<std::int64_t>(text.size()));
    sum_.update(text);
}

std::int64_t row_checksum::take() noexcept
{
    const auto value = std::bit_cast<std::int64_t>(sum_.value());
    sum_.restart();
    return value;
}

}  // namespace jobaudit::store
