#pragma once

#include <utility>

#include <unistd.h>

namespace jobaudit::store {

/// A file descriptor that is closed with its owner; -1: none.
class owned_descriptor {
public:
    owned_descriptor() noexcept = default;
    explicit owned_descriptor(int number) noexcept : number_{number} {}
    owned_descriptor(owned_descriptor&& other) noexcept : number_{other.release()} {}
    owned_descriptor& operator=(owned_descriptor&& other) noexcept
    {
        reset(other.release());
        return *this;
    }
    ~owned_descriptor() { reset(); }

    [[nodiscard]] int get() const noexcept { return number_; }
    [[nodiscard]] bool is_open() const noexcept { return number_ >= 0; }

    /// Closes it, and owns another one. An error of closing goes unheard.
    void reset(int number = -1) noexcept
    {
        if (const int old = std::exchange(number_, number); old >= 0)
            (void)::close(old);
    }

    [[nodiscard]] int release() noexcept { return std::exchange(number_, -1); }

private:
    int number_ = -1;
};

}  // namespace jobaudit::store
