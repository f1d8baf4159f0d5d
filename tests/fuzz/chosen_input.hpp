#pragma once

#include "protocol/every_split.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string_view>
#include <vector>

namespace jobaudit::fuzz {

using protocol::pieces;

/// A copy with nothing around it: who reads beyond it is seen by the address sanitizer.
class own_bytes {
public:
    explicit own_bytes(std::string_view bytes) : size_{bytes.size()}, bytes_{new char[bytes.size()]}
    {
        bytes.copy(bytes_.get(), size_);
    }

    [[nodiscard]] std::string_view view() const noexcept { return {bytes_.get(), size_}; }

private:
    std::size_t size_;
    std::unique_ptr<char[]> bytes_;
};

/// A target's bytes: how to read, and what.
class chosen_input {
public:
    explicit chosen_input(std::string_view bytes)
        : choice_{bytes.empty() ? 0U : static_cast<unsigned char>(bytes[0])}
        , cut_{bytes.size() < 2 ? 0U : static_cast<unsigned char>(bytes[1])}
        , text_{bytes.substr(bytes.size() < 2 ? bytes.size() : 2)}
    {}

    /// Whether bit `number` of the choice is set. A seed's first byte is mostly a digit or one of `:;<=>?`, of which
    /// the lower four bits can be had.
    [[nodiscard]] bool chooses(unsigned number) const noexcept { return (choice_ >> number & 1U) != 0; }

    /// A number that the choice does not hold.
    [[nodiscard]] unsigned number() const noexcept { return cut_; }

    [[nodiscard]] std::string_view text() const noexcept { return text_.view(); }

    /// The text in small pieces, in two, and cut at random.
    [[nodiscard]] std::vector<pieces> splits() const
    {
        const auto text = this->text();
        if (text.empty())
            return {};
        const auto middle = text.size() * cut_ / 256;
        std::mt19937 random{static_cast<std::uint32_t>(cut_ * 65537U + text.size())};
        return {protocol::cut_evenly(text, 1 + text.size() / 512), pieces{text.substr(0, middle), text.substr(middle)},
                protocol::cut_at_random(text, 2 + cut_ / 4, random)};
    }

private:
    unsigned choice_;
    unsigned cut_;
    own_bytes text_;
};

}  // namespace jobaudit::fuzz
