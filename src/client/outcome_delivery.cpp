#include "client/outcome_delivery.hpp"

#include "client/collecting_writer.hpp"
#include "client/exception_text.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>

namespace jobaudit::client_detail {

namespace asio = boost::asio;

outcome_delivery::outcome_delivery(any_sink sink, asio::any_io_executor home)
    : sink_{std::move(sink)}, home_{std::move(home)}
{}

std::unique_ptr<job_writer> outcome_delivery::make_writer()
{
    if (sink_->streaming() != nullptr)
        return sink_->streaming()->make_writer();
    return std::make_unique<collecting_writer>();
}

void outcome_delivery::complete(job_writer* writer, outcome& result) const
{
    if (writer != nullptr && result.kind == outcome_kind::ok)
        writer->commit(std::move(result));
}

void outcome_delivery::fail(const std::exception_ptr& failure)
{
    const std::lock_guard lock{failing_};
    if (failed())
        return;
    failure_ = exception_text(failure);
    failed_.store(true, std::memory_order_release);
}

std::string outcome_delivery::failure() const
{
    const std::lock_guard lock{failing_};
    return failure_;
}

void outcome_delivery::release()
{
    spare_writer_.reset();
    sink_.reset();
}

bool outcome_delivery::deliver(job_writer* writer, outcome&& result)
{
    const std::lock_guard lock{turn_};
    if (failed())
        return false;
    try {
        pass_to_sink(writer, std::move(result));
        return true;
    } catch (...) {
        fail(std::current_exception());
        return false;
    }
}

void outcome_delivery::pass_to_sink(job_writer* writer, outcome&& result)
{
    if (sink_->streaming() != nullptr) {
        if (writer == nullptr) {
            if (!spare_writer_)
                spare_writer_ = sink_->streaming()->make_writer();
            writer = spare_writer_.get();
        }
        writer->commit(std::move(result));
        return;
    }
    complete(writer, result);
    sink_->plain()(std::move(result));
}

asio::awaitable<bool> outcome_delivery::async_deliver(job_writer* writer, outcome result)
{
    complete(writer, result);
    return call_in_turn(std::move(result));
}

asio::awaitable<bool> outcome_delivery::async_deliver_from(asio::any_io_executor here, net::wait_point& done,
                                                           job_writer* writer, outcome result,
                                                           std::shared_ptr<void> owner)
{
    complete(writer, result);
    bool delivered = false;
    asio::co_spawn(home_, call_in_turn(std::move(result)),
                   [&done, &delivered, here, keep = std::move(owner)](const std::exception_ptr& failed, bool taken) {
                       if (failed)
                           std::rethrow_exception(failed);
                       asio::post(here, [&done, &delivered, taken] {
                           delivered = taken;
                           done.notify(net::wake::ready);
                       });
                   });
    (void)co_await done.async_wait(asio::deferred);
    co_return delivered;
}

void outcome_delivery::abandon() noexcept
{
    while (!waiting_turns_.empty()) {
        auto* first = waiting_turns_.front();
        waiting_turns_.pop_front();
        first->drop();
    }
}

asio::awaitable<bool> outcome_delivery::call_in_turn(outcome result)
{
    if (busy_) {
        net::wait_point turn;
        waiting_turns_.push_back(&turn);
        (void)co_await turn.async_wait(asio::deferred);
    }
    busy_ = true;
    struct pass_on {
        outcome_delivery* self;
        ~pass_on()
        {
            self->busy_ = false;
            if (self->waiting_turns_.empty())
                return;
            auto* next = self->waiting_turns_.front();
            self->waiting_turns_.pop_front();
            self->busy_ = true;
            // Not from within: sinks that complete at once would pile up on the stack.
            asio::post(self->home_, [next] { next->notify(net::wake::ready); });
        }
    } at_end{this};
    if (failed())
        co_return false;
    try {
        auto call = sink_->awaitable()(std::move(result));
        co_await std::move(call);
        co_return true;
    } catch (...) {
        fail(std::current_exception());
    }
    co_return false;
}

}  // namespace jobaudit::client_detail
