#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace jobaudit::test {

/// A coroutine that was started on an event_loop.
template <class T>
class task {
public:
    [[nodiscard]] bool done() const { return state_->ended; }

    T take()
    {
        if (state_->failed)
            std::rethrow_exception(state_->failed);
        return std::move(*state_->value);
    }

private:
    friend class event_loop;
    struct state {
        bool ended = false;
        std::exception_ptr failed;
        std::optional<T> value;
    };
    std::shared_ptr<state> state_ = std::make_shared<state>();
};

/// The event loop of one test. What does not come about within a minute fails the test, rather than hang it.
class event_loop {
public:
    [[nodiscard]] boost::asio::any_io_executor executor() { return context_.get_executor(); }

    /// Starts a coroutine and lets it run as far as it comes without waiting.
    template <class T>
    task<T> start(boost::asio::awaitable<T> work)
    {
        task<T> started;
        boost::asio::co_spawn(context_, std::move(work), [state = started.state_](std::exception_ptr failed, T value) {
            state->failed = failed;
            state->value = std::move(value);
            state->ended = true;
        });
        settle();
        return started;
    }

    template <class T>
    T finish(task<T>& started)
    {
        run_until([&started] { return started.done(); });
        return started.take();
    }

    template <class T>
    T run(boost::asio::awaitable<T> work)
    {
        auto started = start(std::move(work));
        return finish(started);
    }

    /// `holds` may depend on other threads.
    template <class Condition>
    void run_until(Condition holds)
    {
        const auto limit = std::chrono::steady_clock::now() + std::chrono::minutes{1};
        while (!holds()) {
            BOOST_REQUIRE_MESSAGE(std::chrono::steady_clock::now() < limit, "what the test waits for does not come");
            context_.run_one_for(std::chrono::milliseconds{5});
        }
    }

    /// Does what can be done now, but not all of what would go on for ever.
    void settle()
    {
        for (int handlers = 0; handlers < 50 && context_.poll_one() != 0;)
            ++handlers;
    }

    /// Without anything that keeps it alive, the loop ends when nothing is left to wait for; true when it did.
    [[nodiscard]] bool ends_by_itself()
    {
        keep_alive_.reset();
        context_.run_for(std::chrono::seconds{20});
        return context_.stopped();
    }

private:
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_alive_{context_.get_executor()};
};

}  // namespace jobaudit::test
