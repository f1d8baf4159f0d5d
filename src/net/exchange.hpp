#pragma once

#include "net/failure.hpp"
#include "net/operation.hpp"

#include <boost/intrusive/list.hpp>

#include <exception>
#include <utility>

namespace jobaudit::protocol {
class response_reader;
}

namespace jobaudit::net {

/// Who reads a response.
class response_reader_source {
public:
    /// The reader for the response of an exchange, begun with its consumer; asked for when its first bytes have come.
    [[nodiscard]] virtual protocol::response_reader& begin_response() = 0;

    /// Whether more of a response that has begun may be read; otherwise connection::go_on_reading() is called once it
    /// may.
    [[nodiscard]] virtual bool may_read_on() { return true; }

    /// The response is complete. Whether it is one that the origin promises to send: behind another one, nobody knows
    /// which response answers what, and the connection ends. May throw what a consumer throws.
    [[nodiscard]] virtual bool end_response() = 0;

protected:
    ~response_reader_source() = default;
};

/// What became of an exchange.
struct exchange_result {
    net::failure failure;
    /// With errc::connection_lost: the connection broke before this exchange was the first in line, so that the server
    /// has not begun to answer it.
    bool stood_in_line = false;
    clock::duration time_in_line{};  ///< or held: in which the deadlines stood still
    clock::time_point ended_at{};
};

/// One request and its response in the queue of a connection. Leaves the queue by itself when it ends.
class exchange : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
public:
    exchange(response_reader_source& from, operation& work) noexcept : source{from}, op{work} {}

    response_reader_source& source;
    protocol::response_reader* reader = nullptr;  ///< null: nothing of the response has come
    operation& op;
    wait_point done;
    exchange_result result;
    std::exception_ptr thrown;  ///< by the consumer of the response
    bool ended = false;
    bool held = false;         ///< see hold()
    bool as_promised = false;  ///< the response; see response_reader_source::end_response
    clock::time_point begun_at{};

    /// Stands behind others: its deadlines stand still.
    void wait_in_line(clock::time_point now) noexcept
    {
        in_line_since_ = now;
        result.stood_in_line = true;
        op.pause();
    }

    void become_first(clock::time_point now) noexcept
    {
        result.stood_in_line = false;
        leave_line(now);
    }

    /// No more of its response is read for now: its deadlines stand still.
    void hold(clock::time_point now) noexcept
    {
        in_line_since_ = now;
        held = true;
        op.pause();
    }

    void go_on(clock::time_point now) noexcept
    {
        held = false;
        leave_line(now);
    }

    void end(failure why, clock::time_point now)
    {
        if (result.stood_in_line || std::exchange(held, false))
            leave_line(now);
        ended = true;
        result.failure = std::move(why);
        result.ended_at = now;
    }

    /// Once ended. Throws what the consumer threw.
    [[nodiscard]] exchange_result take_result()
    {
        if (thrown)
            std::rethrow_exception(thrown);
        return std::move(result);
    }

private:
    void leave_line(clock::time_point now) noexcept
    {
        const auto stood_still = now - in_line_since_;
        result.time_in_line += stood_still;
        op.resume(stood_still);
    }

    clock::time_point in_line_since_{};
};

using exchange_queue = boost::intrusive::list<exchange, boost::intrusive::constant_time_size<false>>;

}  // namespace jobaudit::net
