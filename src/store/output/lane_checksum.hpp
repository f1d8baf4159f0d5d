#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace jobaudit::store {

/// The checksum of outputs that were begun before XXH3 was used (checksum_kind): they are checked by it, and go on with
/// it. Damage within one word of eight bytes always changes it; other damage goes unseen about once in 2^64 times.
///
/// Eight lanes take eight bytes each in turn, so that a processor works on all at once; every step is a bijection
/// of the lane and of the bytes it takes.
class lane_checksum {
public:
    void update(std::string_view text) noexcept;

    /// Of all that came; never 0.
    [[nodiscard]] std::uint64_t value() const noexcept;

private:
    static constexpr std::size_t lane_count = 8;
    static constexpr std::size_t block_size = lane_count * sizeof(std::uint64_t);
    using lanes = std::array<std::uint64_t, lane_count>;

    static void mix(lanes& into, const char* block) noexcept;

    lanes lanes_{1, 2, 3, 4, 5, 6, 7, 8};
    std::array<char, block_size> rest_{};
    std::size_t rest_size_ = 0;
    std::uint64_t size_ = 0;
};

}  // namespace jobaudit::store
