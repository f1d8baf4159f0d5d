#pragma once

#include "store/output/lane_checksum.hpp"

#include <cstdint>
#include <memory>
#include <string_view>

struct XXH3_state_s;

namespace jobaudit::store {

/// Which function the checksums of an output are made with; the numbers stand in their file.
enum class checksum_kind : std::uint8_t {
    lanes = 1,  ///< lane_checksum
    xxh3 = 2,   ///< XXH3_64bits of xxHash, without a seed
};

/// The checksum of a line that comes in pieces of any size.
class line_checksum {
public:
    explicit line_checksum(checksum_kind kind);

    void update(std::string_view text) noexcept;

    /// Of all that came; never 0.
    [[nodiscard]] std::uint64_t value() const noexcept;

    /// Forgets what came.
    void restart() noexcept;

private:
    struct state_deleter {
        void operator()(XXH3_state_s* state) const noexcept;
    };

    std::unique_ptr<XXH3_state_s, state_deleter> state_;  // null: the lanes are used
    lane_checksum lanes_;
};

[[nodiscard]] std::uint64_t checksum_of(checksum_kind kind, std::string_view line) noexcept;

}  // namespace jobaudit::store
