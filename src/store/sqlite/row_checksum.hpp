#pragma once

#include "store/output/line_checksum.hpp"

#include <cstdint>
#include <string_view>

namespace jobaudit::store {

/// The checksum of the values of a row, in the order in which they are added (XXH3; never 0): SQLite itself keeps none.
/// Each value stands behind its size, so that what is moved from one to the next is seen too.
class row_checksum {
public:
    void add(std::int64_t value) noexcept;
    void add(double value) noexcept;
    void add(std::string_view text) noexcept;

    /// Of all that came, as a database keeps it; begins anew.
    [[nodiscard]] std::int64_t take() noexcept;

private:
    void add_bytes(const void* data, std::size_t size) noexcept;

    line_checksum sum_{checksum_kind::xxh3};
};

}  // namespace jobaudit::store
