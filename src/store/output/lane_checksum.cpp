#include "store/output/lane_checksum.hpp"

#include <boost/endian/conversion.hpp>

#include <algorithm>
#include <bit>
#include <cstring>

namespace jobaudit::store {

namespace {

// Odd, so that multiplying by it is a bijection; otherwise arbitrary.
constexpr std::uint64_t factor = 0xd1342543de82ef95;

std::uint64_t word_at(const char* bytes) noexcept
{
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return boost::endian::little_to_native(word);
}

std::uint64_t mixed(std::uint64_t state, std::uint64_t word) noexcept { return std::rotl(state ^ word, 29) * factor; }

}  // namespace

void lane_checksum::mix(lanes& into, const char* block) noexcept
{
    for (std::size_t lane = 0; lane < lane_count; ++lane)
        into[lane] = mixed(into[lane], word_at(block + lane * sizeof(std::uint64_t)));
}

void lane_checksum::update(std::string_view text) noexcept
{
    size_ += text.size();
    if (rest_size_ > 0) {
        const std::size_t taken = std::min(block_size - rest_size_, text.size());
        std::copy_n(text.data(), taken, rest_.data() + rest_size_);
        rest_size_ += taken;
        text.remove_prefix(taken);
        if (rest_size_ < block_size)
            return;
        mix(lanes_, rest_.data());
        rest_size_ = 0;
    }
    lanes state = lanes_;
    for (; text.size() >= block_size; text.remove_prefix(block_size))
        mix(state, text.data());
    lanes_ = state;
    std::copy(text.begin(), text.end(), rest_.data());
    rest_size_ = text.size();
}

std::uint64_t lane_checksum::value() const noexcept
{
    lanes state = lanes_;
    std::array<char, block_size> last{};
    std::copy_n(rest_.data(), rest_size_, last.data());
    mix(state, last.data());

    std::uint64_t sum = size_;
    for (const std::uint64_t lane : state)
        sum = mixed(sum, lane);
    sum ^= sum >> 32;
    return sum == 0 ? 1 : sum;
}

}  // namespace jobaudit::store
