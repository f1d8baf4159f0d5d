#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/system/error_code.hpp>

#include <memory>
#include <tuple>
#include <utility>

namespace jobaudit::detail {

/// A completion handler `void(error_code, Results...)` without its type, so that the compiled library can hold it.
/// Keeps the handler's executor busy until it is called. Called at most once.
template <class... Results>
class completion {
public:
    completion() = default;

    template <class Handler>
    completion(Handler handler, const boost::asio::any_io_executor& fallback)
        : holder_{std::make_unique<typed_holder<Handler>>(std::move(handler), fallback)}
    {}

    explicit operator bool() const noexcept { return holder_ != nullptr; }

    /// Lets the handler run on its associated executor, never within this call: what it throws would unwind who made
    /// the call, since a strand that is asked to dispatch runs it there and then.
    void operator()(boost::system::error_code error, Results... results)
    {
        auto holder = std::move(holder_);
        holder->complete(error, std::move(results)...);
    }

private:
    struct holder_base {
        virtual ~holder_base() = default;
        virtual void complete(boost::system::error_code error, Results... results) = 0;
    };

    template <class Handler>
    struct typed_holder final : holder_base {
        using executor_type = boost::asio::associated_executor_t<Handler, boost::asio::any_io_executor>;
        using work_type = std::decay_t<decltype(boost::asio::prefer(std::declval<executor_type>(),
                                                                    boost::asio::execution::outstanding_work.tracked))>;

        typed_holder(Handler taken, const boost::asio::any_io_executor& fallback)
            : handler{std::move(taken)}
            , work{boost::asio::prefer(boost::asio::get_associated_executor(handler, fallback),
                                       boost::asio::execution::outstanding_work.tracked)}
        {}

        void complete(boost::system::error_code error, Results... results) override
        {
            auto executor = work;
            boost::asio::post(executor, [callable = std::move(handler), error,
                                         values = std::make_tuple(std::move(results)...)]() mutable {
                std::apply([&](auto&... each) { std::move(callable)(error, std::move(each)...); }, values);
            });
        }

        Handler handler;
        work_type work;
    };

    std::unique_ptr<holder_base> holder_;
};

template <class... Results, class Handler>
[[nodiscard]] completion<Results...> make_completion(Handler handler, const boost::asio::any_io_executor& fallback)
{
    return completion<Results...>{std::move(handler), fallback};
}

}  // namespace jobaudit::detail
