#pragma once

#include <cstddef>

namespace jobaudit::test {

/// While it lives, operator new has no memory, on any thread, for blocks of exactly this size.
class refused_block {
public:
    explicit refused_block(std::size_t size) noexcept;
    refused_block(const refused_block&) = delete;
    refused_block& operator=(const refused_block&) = delete;
    ~refused_block();

    /// Whether somebody has asked for one.
    [[nodiscard]] bool was_refused() const noexcept;
};

}  // namespace jobaudit::test
