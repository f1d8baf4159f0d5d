#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/system/error_code.hpp>

#include <memory>

namespace jobaudit::test {

/// Starts an operation with a callback, can cancel it, and shows how it ended.
template <class Result>
class operation_probe {
public:
    /// The completion token; for one operation.
    [[nodiscard]] auto token()
    {
        return boost::asio::bind_cancellation_slot(state_->signal.slot(),
                                                   [state = state_](boost::system::error_code error, Result result) {
                                                       ++state->calls;
                                                       state->error = error;
                                                       state->result = std::move(result);
                                                   });
    }

    void cancel(boost::asio::cancellation_type how = boost::asio::cancellation_type::terminal)
    {
        state_->signal.emit(how);
    }

    [[nodiscard]] bool done() const { return state_->calls != 0; }
    [[nodiscard]] int calls() const { return state_->calls; }
    [[nodiscard]] boost::system::error_code error() const { return state_->error; }
    [[nodiscard]] const Result& result() const { return state_->result; }

private:
    struct state {
        boost::asio::cancellation_signal signal;
        int calls = 0;
        boost::system::error_code error;
        Result result;
    };
    std::shared_ptr<state> state_ = std::make_shared<state>();
};

}  // namespace jobaudit::test
