#include "faults/fault_case.hpp"

#include <utility>

namespace jobaudit::test {

namespace {

constexpr auto short_time = 1s;

using deed = std::function<void(visit&)>;

constexpr effect kept{};
constexpr effect closed_unused{.connections = 2, .first = fate::replaced};
constexpr effect replayed{.requests = 2, .connections = 2, .first = fate::replaced};
constexpr effect good_at_the_second_attempt{.attempts = 2, .requests = 2, .connections = 2, .first = fate::replaced};

/// Answers the first request, does something to the connection while it is idle, and is honest again.
script when_idle(deed act)
{
    return [act = std::move(act)](visit& at) {
        if (at.receive())
            at.answer();
        act(at);
        at.idle_fault_is_there();
        at.answer_all();
    };
}

/// Answers the first request, and does something as soon as the second is there.
script at_reuse(deed act)
{
    return [act = std::move(act)](visit& at) {
        if (at.receive())
            at.answer();
        at.idle_fault_is_there();
        if (at.receive())
            act(at);
    };
}

/// Answers the first request, and does something that races with the second.
script racing_with_reuse(deed act)
{
    return [act = std::move(act)](visit& at) {
        if (at.receive())
            at.answer();
        at.idle_fault_is_there();
        act(at);
    };
}

deed saying(std::string bytes)
{
    return [bytes = std::move(bytes)](visit& at) { at.send(bytes); };
}

void end(visit& at)
{
    SSL_shutdown(at.connection.tls());
    at.end_sending();
}
void say_goodbye(visit& at) { SSL_shutdown(at.connection.tls()); }
void half_close(visit& at) { at.end_sending(); }
void cut(visit& at) { at.connection.cut(); }
void reset(visit& at) { at.connection.reset(); }
void alert(visit& at) { at.connection.send_alert(); }
void nothing(visit&) {}

/// What some proxies say to a client that was silent for too long.
void say_request_timeout(visit& at)
{
    at.send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    end(at);
}

fault_case idle(std::string name, deed act, const effect& expected = closed_unused)
{
    return {
        .name = std::move(name), .expected = expected, .behind_another = true, .scripts = {when_idle(std::move(act))}};
}

fault_case reused(std::string name, script first, const effect& expected = replayed)
{
    return {.name = std::move(name), .expected = expected, .behind_another = true, .scripts = {std::move(first)}};
}

}  // namespace

std::vector<fault_case> idle_faults()
{
    const auto another_answer = ok_reply(R"({"failed_files":[{"document":"foreign.pdf","error":"foreign"}]})");
    return {
        idle("nothing happens to an idle connection", nothing, kept),
        idle("an idle connection ends", end),
        idle("an idle connection says goodbye and stays", say_goodbye),
        idle("an idle connection is half closed", half_close),
        idle("an idle connection is cut", cut),
        idle("an idle connection is reset", reset),
        idle("an idle connection gets a fatal alert", alert),
        idle("an idle connection gets one byte", saying(" ")),
        idle("an idle connection gets an empty line", saying("\r\n")),
        idle("an idle connection gets garbage", saying("\x01garbage")),
        idle("an idle connection gets an answer that nobody asked for", saying(another_answer)),
        idle("an idle connection gets an answer byte for byte",
             [another_answer](visit& at) {
                 for (const char& each : another_answer)
                     at.send({&each, 1});
             }),
        idle("an idle connection is told that it was silent for too long", say_request_timeout),
        idle("an idle connection gets bytes that are no TLS",
             [](visit& at) { at.connection.send_in_clear("HTTP/1.1 400 Bad Request\r\n\r\n"); }),

        reused("a reused connection ends when it is asked", at_reuse(end)),
        reused("a reused connection is cut when it is asked", at_reuse(cut)),
        reused("a reused connection is reset when it is asked", at_reuse(reset)),
        reused("a reused connection gets a fatal alert when it is asked", at_reuse(alert)),
        reused("a reused connection breaks behind the answer's first byte", at_reuse([](visit& at) {
                   at.send("H");
                   at.connection.cut();
               }),
               good_at_the_second_attempt),
        reused("a reused connection answers garbage", at_reuse(saying("\x01garbage\r\n\r\n")),
               good_at_the_second_attempt),
        reused("an end races with reuse", racing_with_reuse(end), closed_unused),
        reused("a cut races with reuse", racing_with_reuse(cut), closed_unused),
        reused("a reset races with reuse", racing_with_reuse(reset), closed_unused),
        {.name = "the replay on a fresh connection breaks too",
         .expected = {.attempts = 2, .requests = 3, .connections = 3, .first = fate::replaced},
         .behind_another = true,
         .scripts = {at_reuse(cut), [](visit& at) { at.receive(); }}},
        {.name = "a reused connection is silent",
         .expected = {outcome_kind::timeout, errc::attempt_timed_out, 1, 1, 1, fate::replaced},
         .behind_another = true,
         .scripts = {at_reuse([](visit& at) { at.receive(); })},
         .attempts = 1,
         .timeout = short_time},
    };
}

}  // namespace jobaudit::test
