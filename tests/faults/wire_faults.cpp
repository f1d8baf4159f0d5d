#include "faults/fault_case.hpp"

namespace jobaudit::test {

namespace {

constexpr auto short_time = 1s;

// In TLS 1.3 without session tickets, what the server sends behind its handshake is its answer: one record, which has
// five bytes of header and is longer than this.
constexpr std::size_t within_the_answer = 60;
// The answer's first record is longer than what remains of the head and the body's beginning.
constexpr std::size_t within_the_body = 20'000;
constexpr std::size_t large_body = 64 * 1024;
constexpr std::size_t within_server_hello = 40;

void without_tickets(SSL_CTX* context) { SSL_CTX_set_num_tickets(context, 0); }

/// On the way of the first answer, after so many bytes of it.
wire in_the_answer(break_kind what, std::size_t at)
{
    return {.down = {.breaks = what, .at = at, .after_requests = 1}};
}

wire in_the_handshake(break_kind what, std::size_t at) { return {.down = {.breaks = what, .at = at}}; }

constexpr effect unharmed{};
constexpr effect good_at_the_second_attempt{.attempts = 2, .requests = 2, .connections = 2, .first = fate::replaced};
constexpr effect no_handshake_at_first{.attempts = 2, .first = fate::never_made};
constexpr effect out_of_time{outcome_kind::timeout, errc::attempt_timed_out, 1, 1, 1, fate::replaced};

fault_case slow(std::string name, wire way, std::size_t body_size = 0)
{
    return {.name = std::move(name), .expected = unharmed, .wires = {way}, .body_size = body_size};
}

fault_case broken_handshake(std::string name, break_kind what, std::size_t at)
{
    return {.name = std::move(name), .expected = no_handshake_at_first, .wires = {in_the_handshake(what, at)}};
}

fault_case stalled_handshake(std::string name, wire way)
{
    return {.name = std::move(name),
            .expected = {outcome_kind::tls, errc::tls_handshake_timed_out, 1, 0, 0, fate::never_made},
            .wires = {way},
            .attempts = 1,
            .connect_timeout = short_time};
}

fault_case broken_answer(std::string name, break_kind what, std::size_t at)
{
    return {.name = std::move(name),
            .expected = good_at_the_second_attempt,
            .wires = {in_the_answer(what, at)},
            .tls = without_tickets,
            .body_size = large_body};
}

fault_case stalled_answer(std::string name, std::size_t at)
{
    return {.name = std::move(name),
            .expected = out_of_time,
            .wires = {in_the_answer(break_kind::stall, at)},
            .tls = without_tickets,
            .body_size = large_body,
            .attempts = 1,
            .timeout = short_time};
}

}  // namespace

std::vector<fault_case> wire_faults()
{
    return {
        slow("20 ms of latency each way", {.up = {.latency = 20ms}, .down = {.latency = 20ms}}),
        slow("a bandwidth of 256 KiB/s", {.down = {.bytes_per_second = 256 * 1024}}, large_body),
        slow("single bytes to the client", {.down = {.slice = 1}}),
        slow("single bytes to the server", {.up = {.slice = 1}}),
        slow("single bytes both ways", {.up = {.slice = 1}, .down = {.slice = 1}}),
        slow("a large answer in pieces of seven bytes", {.down = {.slice = 7}}, large_body),

        broken_handshake("the wire is reset before the server's first word", break_kind::reset, 0),
        broken_handshake("the wire is reset within the server's hello", break_kind::reset, within_server_hello),
        broken_handshake("the wire ends before the server's first word", break_kind::close, 0),
        broken_handshake("the wire ends within the server's hello", break_kind::close, within_server_hello),
        broken_handshake("the wire is half closed before the server's first word", break_kind::half_close, 0),
        broken_handshake("the wire is half closed within the server's hello", break_kind::half_close,
                         within_server_hello),
        broken_handshake("a bit of the server's hello is turned", break_kind::corrupt, within_server_hello),
        stalled_handshake("the handshake stalls before the server's first word",
                          in_the_handshake(break_kind::stall, 0)),
        stalled_handshake("the handshake stalls within the server's hello",
                          in_the_handshake(break_kind::stall, within_server_hello)),
        stalled_handshake("the client's hello does not arrive", {.up = {.breaks = break_kind::stall}}),
        {.name = "a server without TLS answers",
         .expected = no_handshake_at_first,
         .wires = {{.down = {.breaks = break_kind::replace,
                             .replacement = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"}}}},

        broken_answer("the wire is reset in place of the answer", break_kind::reset, 0),
        broken_answer("the wire is reset within the first record", break_kind::reset, within_the_answer),
        broken_answer("the wire is reset within the body", break_kind::reset, within_the_body),
        broken_answer("the wire ends in place of the answer", break_kind::close, 0),
        broken_answer("the wire ends within the first record", break_kind::close, within_the_answer),
        broken_answer("the wire ends within the body", break_kind::close, within_the_body),
        broken_answer("the wire is half closed in place of the answer", break_kind::half_close, 0),
        broken_answer("the wire is half closed within the first record", break_kind::half_close, within_the_answer),
        broken_answer("the wire is half closed within the body", break_kind::half_close, within_the_body),
        broken_answer("a bit of the first record is turned", break_kind::corrupt, within_the_answer),
        broken_answer("a bit of the body is turned", break_kind::corrupt, within_the_body),
        stalled_answer("the answer does not arrive", 0),
        stalled_answer("the answer stalls within the first record", within_the_answer),
        stalled_answer("the answer stalls within the body", within_the_body),
    };
}

}  // namespace jobaudit::test
