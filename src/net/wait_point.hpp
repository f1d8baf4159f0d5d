#pragma once

#include <boost/asio/async_result.hpp>

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

namespace jobaudit::net {

/// Why a wait ended.
enum class wake : std::uint8_t { ready, interrupted };

/// Where one coroutine waits until somebody wakes it; a handler of up to 32 bytes (that of an awaitable has 8) needs no
/// allocation.
///
/// Not thread-safe: waiting and waking happen on the same executor. Destroying it while somebody waits drops the
/// waiting handler, as drop() does.
class wait_point {
public:
    wait_point() = default;
    wait_point(const wait_point&) = delete;
    wait_point& operator=(const wait_point&) = delete;
    ~wait_point() { drop(); }

    /// Completes with `void(wake)` when notify is called. At most one wait at a time.
    template <class CompletionToken>
    auto async_wait(CompletionToken&& token)
    {
        return boost::asio::async_initiate<CompletionToken, void(wake)>(
            [](auto handler, wait_point* self) { self->hold(std::move(handler)); }, token, this);
    }

    [[nodiscard]] bool has_waiter() const noexcept { return actions_ != nullptr; }

    /// Resumes whoever waits, within this call; does nothing when nobody does. The wait_point may be gone when it
    /// returns.
    void notify(wake why)
    {
        if (actions_ != nullptr)
            std::exchange(actions_, nullptr)->run(storage_, why);
    }

    /// Whoever waits will never be resumed: destroys its handler, and with that a coroutine that waits here.
    void drop() noexcept
    {
        if (actions_ != nullptr)
            std::exchange(actions_, nullptr)->drop(storage_);
    }

private:
    static constexpr std::size_t capacity = 32;

    struct actions {
        void (*run)(std::byte* storage, wake why);
        void (*drop)(std::byte* storage) noexcept;
    };

    template <class Handler>
    struct in_place {
        static Handler take(std::byte* storage) noexcept
        {
            auto* held = std::launder(reinterpret_cast<Handler*>(storage));
            Handler taken{std::move(*held)};
            held->~Handler();
            return taken;
        }
        static void run(std::byte* storage, wake why)
        {
            auto handler = take(storage);
            std::move(handler)(why);
        }
        static void drop(std::byte* storage) noexcept { (void)take(storage); }
        static constexpr actions table{&run, &drop};
    };

    template <class Handler>
    void hold(Handler handler)
    {
        assert(actions_ == nullptr);
        if constexpr (sizeof(Handler) <= capacity && alignof(Handler) <= alignof(std::max_align_t)) {
            ::new (static_cast<void*>(storage_)) Handler{std::move(handler)};
            actions_ = &in_place<Handler>::table;
        } else {
            auto boxed = [box = std::make_unique<Handler>(std::move(handler))](wake why) mutable {
                auto opened = std::move(*box);
                box.reset();
                std::move(opened)(why);
            };
            hold(std::move(boxed));
        }
    }

    alignas(std::max_align_t) std::byte storage_[capacity];
    const actions* actions_ = nullptr;
};

}  // namespace jobaudit::net
