#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/append.hpp>
#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/system/error_code.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace jobaudit::detail {

/// A completion handler `void(error_code, Results...)` without its type, so that the compiled library can hold it, in
/// memory of the handler's associated allocator. Keeps the handler's executor busy until it is called. Called at most
/// once.
template <class... Results>
class completion {
public:
    completion() = default;

    /// `own`: the executor of the client, which is the handler's too where that has none.
    template <class Handler>
    completion(Handler handler, const boost::asio::any_io_executor& own)
        : holder_{typed_holder<Handler>::make(std::move(handler), own)}
    {}

    explicit operator bool() const noexcept { return holder_ != nullptr; }

    /// Lets the handler run on its associated executor, never within this call: what it throws would unwind who made
    /// the call, since a strand that is asked to dispatch runs it there and then.
    void operator()(boost::system::error_code error, Results... results)
    {
        holder_.release()->complete(error, std::move(results)...);
    }

private:
    struct holder_base {
        /// Both destroy the holder.
        virtual void complete(boost::system::error_code error, Results... results) = 0;
        virtual void destroy() noexcept = 0;

    protected:
        ~holder_base() = default;
    };
    struct destroyer {
        void operator()(holder_base* held) const noexcept { held->destroy(); }
    };

    template <class Handler>
    class typed_holder final : public holder_base {
    public:
        [[nodiscard]] static holder_base* make(Handler&& taken, const boost::asio::any_io_executor& own)
        {
            memory from{boost::asio::get_associated_allocator(taken)};
            struct giver_back {
                memory& from;
                typed_holder* place;
                ~giver_back()
                {
                    if (place != nullptr)
                        std::allocator_traits<memory>::deallocate(from, place, 1);
                }
            } unless_made{from, std::allocator_traits<memory>::allocate(from, 1)};
            auto* made = ::new (static_cast<void*>(unless_made.place)) typed_holder{std::move(taken), own};
            unless_made.place = nullptr;
            return made;
        }

        void complete(boost::system::error_code error, Results... results) override
        {
            const auto executor = own_;
            const auto busy = work_;
            const memory to{boost::asio::get_associated_allocator(handler_)};
            auto handler = std::move(handler_);
            // Before the handler runs, which may start its next operation in the same memory.
            give_back(to);
            boost::asio::post(executor, boost::asio::append(std::move(handler), error, std::move(results)...));
        }

        void destroy() noexcept override { give_back(memory{boost::asio::get_associated_allocator(handler_)}); }

    private:
        using memory = typename std::allocator_traits<
            boost::asio::associated_allocator_t<Handler>>::template rebind_alloc<typed_holder>;
        using work = std::decay_t<decltype(boost::asio::prefer(
            std::declval<boost::asio::associated_executor_t<Handler, boost::asio::any_io_executor>>(),
            boost::asio::execution::outstanding_work.tracked))>;

        typed_holder(Handler&& taken, const boost::asio::any_io_executor& own)
            : own_{own}
            , work_{boost::asio::prefer(boost::asio::get_associated_executor(taken, own),
                                        boost::asio::execution::outstanding_work.tracked)}
            , handler_{std::move(taken)}
        {}
        ~typed_holder() = default;

        void give_back(memory to) noexcept
        {
            this->~typed_holder();
            std::allocator_traits<memory>::deallocate(to, this, 1);
        }

        boost::asio::any_io_executor own_;
        work work_;
        Handler handler_;
    };

    std::unique_ptr<holder_base, destroyer> holder_;
};

template <class... Results, class Handler>
[[nodiscard]] completion<Results...> make_completion(Handler&& handler, const boost::asio::any_io_executor& own)
{
    return completion<Results...>{std::forward<Handler>(handler), own};
}

}  // namespace jobaudit::detail
