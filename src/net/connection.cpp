#include "net/connection.hpp"

#include "protocol/response_reader.hpp"

#include <boost/asio/post.hpp>

#include <cstring>
#include <iterator>
#include <utility>

namespace jobaudit::net {

namespace asio = boost::asio;

namespace {

// Responses that come faster than they are taken leave the event loop to others after so many bytes: where one of them
// ends, as half of one would have to be kept meanwhile by whoever takes it, or else in the middle of a large one.
constexpr std::size_t bytes_at_a_stretch = 1024 * 1024;
constexpr std::size_t most_bytes_at_a_stretch = 4 * bytes_at_a_stretch;
// Small pieces, endless chunks of one byte say, cost far more than their bytes, and compressed ones may become a
// thousand times as many: they end a stretch by their time.
constexpr clock::duration longest_stretch = std::chrono::milliseconds{2};
// Which one response may take once: then others come between more often.
constexpr clock::duration longest_further_stretch = std::chrono::microseconds{500};

/// Whether what nobody awaits is the beginning of a response.
bool is_response(std::string_view bytes) noexcept
{
    constexpr std::string_view version = "HTTP/1.";
    constexpr std::size_t status_at = 9;
    if (bytes.empty() || !version.starts_with(bytes.substr(0, version.size())))
        return false;
    return bytes.size() < status_at || bytes.substr(status_at, 3) != "408";
}

}  // namespace

asio::awaitable<bool> connection::async_ready(step blocked, operation& op)
{
    const auto& watch = channel_.watch();
    while (!(blocked == step::want_read ? watch.readable : watch.writable)) {
        if (op.interrupted())
            co_return false;
        (void)co_await op.wait(readiness_);
        op.resumed();
    }
    co_return !op.interrupted();
}

asio::awaitable<exchange_result> connection::async_exchange(std::string_view request, response_reader_source& source,
                                                            operation& op, std::span<char> buffer)
{
    exchange self{source, op};
    begin(self, request, buffer, clock::now());
    while (goes_on(self)) {
        (void)co_await op.wait(self.done);
        op.resumed();
    }
    co_return self.take_result();
}

bool connection::goes_on(exchange& begun)
{
    if (!begun.ended && begun.op.interrupted())
        withdraw(begun);
    return !begun.ended;
}

void connection::begin(exchange& added, std::string_view request, std::span<char> buffer, clock::time_point now)
{
    if (added.op.interrupted()) {
        added.end({added.op.reason(), {}}, now);
        return;
    }
    buffer_ = buffer;
    added.begun_at = now;
    if (!queue_.empty()) {
        added.wait_in_line(now);
        order_.note_line();
    }
    queue_.push_back(added);
    unsent_ += request;
    if (is_telling_)
        return;
    if (depth > 1)
        turn_later();
    else
        send_and_wait();
}

void connection::go_on_reading()
{
    if (queue_.empty() || !queue_.front().held)
        return;
    queue_.front().go_on(clock::now());
    turn_later();
}

bool connection::may_read_on(exchange& first)
{
    if (first.reader == nullptr || first.source.may_read_on())
        return true;
    if (!first.held)
        first.hold(clock::now());
    return false;
}

void connection::withdraw(exchange& leaving)
{
    const auto at = queue_.iterator_to(leaving);
    // A server that does not even begin to answer, with others in line, may be one that cannot do with lines.
    const bool was_silent = at == queue_.begin() && leaving.reader == nullptr && leaving.op.reason() != errc::canceled;
    note_unanswered();
    lacks_response_ = lacks_response_ && leaving.op.reason() != errc::canceled;
    lose_line(std::next(at), was_silent);
    queue_.erase(at);
    leaving.end({leaving.op.reason(), {}}, clock::now());
    turn_later();
}

void connection::give_up()
{
    reusable_ = false;
    if (queue_.empty())
        return;
    gave_up_ = true;
    lose_line(queue_.begin(), false);
    turn_later();
}

void connection::close() noexcept
{
    reusable_ = false;
    unsent_.clear();
    channel_.close();
}

void connection::turn_later()
{
    if (std::exchange(turn_is_due_, true))
        return;
    asio::post(executor_, [this, weak = weak_from_this()] {
        if (const auto alive = weak.lock())
            turn();
    });
}

void connection::turn_after_others()
{
    if (std::exchange(turn_is_due_, true))
        return;
    const bool is_taken = channel_.watch().take_turn([this, weak = weak_from_this()] {
        if (const auto alive = weak.lock())
            turn();
    });
    if (is_taken)
        return;
    turn_is_due_ = false;
    turn_later();
}

void connection::turn()
{
    const auto alive = shared_from_this();
    turn_is_due_ = false;
    send();
    receive();
    tell_ended();
    send_and_wait();
    if (turn_is_due_)
        look_around();
}

void connection::look_around()
{
    if (!queue_.empty() && heard_at_ > stretch_ends_)
        queue_.front().op.look_at_others(heard_at_);
}

void connection::send_and_wait()
{
    send();
    if (send_failed_ && !queue_.empty())
        turn_later();
    else
        await_news();
}

void connection::await_news()
{
    // News would bring a turn before that of others.
    if (turn_is_due_)
        return;
    if ((!queue_.empty() || !unsent_.empty()) && !readiness_.has_waiter())
        readiness_.async_wait([this](wake) { turn(); });
}

void connection::send()
{
    if (queue_.empty())
        unsent_.clear();  // those whose requests they were have gone
    if (unsent_.empty() || (send_is_blocked_ && !channel_.watch().writable))
        return;
    std::string_view rest = unsent_;
    step sent = step::done;
    while (!rest.empty() && sent == step::done) {
        std::size_t taken = 0;
        sent = channel_.write(rest, taken);
        rest.remove_prefix(taken);
    }
    send_is_blocked_ = sent == step::want_write;
    if (sent == step::failed || sent == step::ended) {
        // A server may answer and close without reading the request to its end: its answer counts.
        send_failed_ = true;
        rest = {};
    }
    unsent_.erase(0, unsent_.size() - rest.size());
}

bool connection::read_is_blocked() noexcept
{
    if (read_came_to_ == step::want_read)
        return !channel_.may_read();
    return read_came_to_ == step::want_write && !channel_.watch().writable;
}

void connection::receive()
{
    if (queue_.empty() || queue_.front().held || read_is_blocked())
        return;
    std::memcpy(buffer_.data(), carried_.data(), carried_.size());
    std::size_t kept = carried_.size();
    carried_.clear();
    const auto show = [&](std::size_t size, bool one_response) {
        const auto consumed = take({buffer_.data(), size}, one_response);
        kept = size - consumed;
        if (kept != 0 && consumed != 0)
            std::memmove(buffer_.data(), buffer_.data() + consumed, kept);
    };
    // It may hold whole responses, behind which nothing comes.
    bool has_begun = kept != 0;
    if (has_begun) {
        heard_at_ = clock::now();
        stretch_ends_ = end_of_stretch();
        show(kept, false);
    }
    for (std::size_t received = 0; !queue_.empty();) {
        if (!may_read_on(queue_.front()))
            break;
        const bool is_between = queue_.front().reader == nullptr;
        const bool has_had_its_time = has_begun && heard_at_ > stretch_ends_;
        is_long_ = is_long_ || has_had_its_time;
        if (has_had_its_time || received >= (is_between ? bytes_at_a_stretch : most_bytes_at_a_stretch)) {
            turn_after_others();
            break;
        }
        if (kept == buffer_.size()) {
            end_all({errc::head_too_large, "a line of the response is longer than the buffer"});
            break;
        }
        std::size_t got = 0;
        read_came_to_ = channel_.may_read() ? channel_.read(buffer_.subspan(kept), got) : step::want_read;
        if (read_came_to_ != step::done)
            break;
        heard_at_ = clock::now();
        if (!std::exchange(has_begun, true))
            stretch_ends_ = end_of_stretch();
        received += got;
        show(kept + got, received >= bytes_at_a_stretch);
    }
    if (queue_.empty()) {
        take_rest({buffer_.data(), kept});
        return;
    }
    if (!queue_.front().held && (read_came_to_ == step::ended || read_came_to_ == step::failed))
        take_end(kept != 0);
    else
        carried_.assign(buffer_.data(), kept);
}

void connection::take_rest(std::string_view bytes)
{
    // What nobody has asked for would be taken for the next response, and the rest of a request that was answered
    // early for the start of the next one.
    reusable_ = reusable_ && bytes.empty() && unsent_.empty();
    has_left_over_ = has_left_over_ || (!gave_up_ && is_response(bytes));
}

clock::time_point connection::end_of_stretch() const noexcept
{
    return heard_at_ + (is_long_ ? longest_further_stretch : longest_stretch);
}

std::size_t connection::take(std::string_view bytes, bool one_response)
{
    std::size_t taken = 0;
    while (!queue_.empty() && taken < bytes.size()) {
        auto& first = queue_.front();
        std::size_t consumed = 0;
        if (auto wrong = put(first, bytes.substr(taken), consumed)) {
            end_all(std::move(wrong));
            break;
        }
        taken += consumed;
        if (!first.reader->complete()) {
            if (consumed == 0 || taken == bytes.size() || !may_read_on(first))
                break;
            heard_at_ = clock::now();
            if (heard_at_ > stretch_ends_)
                break;
            continue;
        }
        const bool keeps_open = first.reader->head().keep_alive;
        idle_timeout_ = first.reader->head().idle_timeout;
        const bool as_promised = first.as_promised;
        ++answered_;
        end_first();
        gave_up_ = gave_up_ || ((!keeps_open || !as_promised) && !queue_.empty());
        if (!keeps_open || !as_promised)
            lose_line(queue_.begin(), !keeps_open);
        else if (!queue_.empty())
            queue_.front().become_first(heard_at_);
        if (one_response)
            break;
    }
    return taken;
}

failure connection::put(exchange& first, std::string_view bytes, std::size_t& consumed)
{
    const operation::uninterrupted guard{first.op};
    first.op.check_in_passing(heard_at_);
    try {
        if (first.reader == nullptr)
            first.reader = &first.source.begin_response();
        const auto progress = first.reader->put(bytes);
        consumed = progress.consumed;
        if (progress.error)
            return {progress.error, first.reader->problem()};
        if (first.reader->complete())
            end_response(first);
    } catch (...) {
        first.thrown = std::current_exception();
        return {errc::sink_failed, {}};
    }
    if (first.op.interrupted() && !first.reader->complete())
        return {first.op.reason(), {}};
    return {};
}

void connection::take_end(bool bytes_are_left)
{
    auto& first = queue_.front();
    if (read_came_to_ == step::failed) {
        const auto& why = channel_.last_failure();
        const bool first_words = !used() && first.reader == nullptr;
        if (why.error == errc::bad_response || (why.error == errc::tls_handshake_failed && first_words))
            end_all(why);
        else
            end_all(lost(first));
    } else if (first.reader == nullptr || bytes_are_left) {
        end_all(lost(first));
    } else if (const auto cut = first.reader->end_of_stream()) {
        end_all({cut, first.reader->problem()});
    } else {
        end_at_end_of_stream();
    }
}

void connection::end_at_end_of_stream()
{
    try {
        end_response(queue_.front());
    } catch (...) {
        queue_.front().thrown = std::current_exception();
    }
    end_first();
    lose_line(queue_.begin(), true);
}

void connection::end_response(exchange& first)
{
    first.as_promised = first.source.end_response();
    order_.note_response(heard_at_ - first.begun_at, first.as_promised);
}

void connection::note_unanswered() noexcept
{
    lacks_response_ = reusable_;
    gave_up_ = true;
}

failure connection::lost(const exchange& first) const
{
    std::string message = first.reader != nullptr ? "the connection ended in the middle of the response"
                                                  : "the connection ended before the response";
    if (!channel_.last_failure().message.empty())
        message += " (" + channel_.last_failure().message + ")";
    return {errc::connection_lost, std::move(message)};
}

void connection::end_first()
{
    auto& first = queue_.front();
    queue_.pop_front();
    is_long_ = false;
    first.end({}, heard_at_);
    ended_.push_back(first);
}

void connection::end_all(failure of_first)
{
    note_unanswered();
    auto& first = queue_.front();
    queue_.pop_front();
    first.end(std::move(of_first), clock::now());
    ended_.push_back(first);
    lose_line(queue_.begin(), true);
}

void connection::lose_line(exchange_queue::iterator from, bool by_peer)
{
    reusable_ = false;
    if (from == queue_.end())
        return;
    broke_a_line_ = broke_a_line_ || by_peer;
    const auto now = clock::now();
    while (from != queue_.end()) {
        auto& each = *from;
        from = queue_.erase(from);
        each.end({errc::connection_lost, "the connection ended before the response"}, now);
        ended_.push_back(each);
    }
}

void connection::tell_ended()
{
    // What they begin meanwhile leaves together, at the end of the turn.
    const struct telling {
        bool& now;
        explicit telling(bool& flag) : now{flag} { now = true; }
        ~telling() { now = false; }
    } in_progress{is_telling_};
    while (!ended_.empty()) {
        auto& next = ended_.front();
        ended_.pop_front();
        next.done.notify(wake::ready);
    }
}

bool connection::still_fresh()
{
    if (!channel_.may_read())
        return true;
    char unexpected[64];
    std::size_t got = 0;
    const auto read = channel_.read(unexpected, got);
    if (read == step::done)
        take_rest({unexpected, got});
    return read == step::want_read;
}

}  // namespace jobaudit::net
