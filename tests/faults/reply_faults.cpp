#include "faults/fault_case.hpp"

#include <utility>

namespace jobaudit::test {

namespace {

using reply_maker = std::function<std::string(const visit&)>;

constexpr auto short_time = 1s;

constexpr effect good_and_kept{};
constexpr effect good_and_closed{.first = fate::replaced};
constexpr effect good_at_the_second_attempt{.attempts = 2, .requests = 2, .connections = 2, .first = fate::replaced};
constexpr effect good_at_the_second_attempt_on_the_same{.attempts = 2, .requests = 2};

effect given_up(outcome_kind outcome, errc error) { return {outcome, error, 1, 1, 1, fate::replaced}; }

/// Another answer than the true one, once.
script first_says(reply_maker reply)
{
    return [reply = std::move(reply)](visit& at) {
        if (at.receive())
            at.send(reply(at));
        at.answer_all();
    };
}

script first_says(std::string reply)
{
    return first_says([reply = std::move(reply)](const visit&) { return reply; });
}

/// The same, and then the connection ends: with close_notify, without it, or by a reset.
enum class ending { orderly, cut, reset };

script says_at_last(ending how, reply_maker reply)
{
    return [how, reply = std::move(reply)](visit& at) {
        if (at.receive())
            at.send(reply(at));
        if (how == ending::cut)
            at.connection.cut();
        else if (how == ending::reset)
            at.connection.reset();
    };
}

std::string nothing(const visit&) { return {}; }
std::string all(const visit& at) { return at.reply(); }
std::string part_of_head(const visit& at) { return at.reply().substr(0, 30); }
std::string head_alone(const visit& at) { return at.reply().substr(0, at.reply().size() - at.body().size()); }
std::string part_of_body(const visit& at) { return at.reply().substr(0, at.reply().size() - 10); }
std::string without_length(const visit& at) { return "HTTP/1.1 200 OK\r\n\r\n" + at.body(); }

constexpr std::string_view chunked_head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

/// The true answer in one chunk, without its last `missing` bytes.
reply_maker chunked_but(std::size_t missing)
{
    return [missing](const visit& at) {
        auto whole = std::string{chunked_head} + chunk_of(at.body()) + "0\r\n\r\n";
        whole.resize(whole.size() - missing);
        return whole;
    };
}

std::string in_chunks_of_one(const visit& at)
{
    std::string whole{chunked_head};
    for (const char each : at.body())
        whole += chunk_of({&each, 1});
    return whole + "0\r\n\r\n";
}

/// A head without end, or a body without one.
script endless(std::string begin, std::string more)
{
    return [begin = std::move(begin), more = std::move(more)](visit& at) {
        if (!at.receive())
            return;
        at.send(begin);
        // More than anyone should take; the client closes long before.
        for (int sent = 0; sent < 10'000; ++sent)
            at.send(more);
    };
}

fault_case ends(std::string name, ending how, reply_maker said, const effect& expected = good_at_the_second_attempt)
{
    return {.name = std::move(name), .expected = expected, .scripts = {says_at_last(how, std::move(said))}};
}

fault_case says(std::string name, std::string reply, const effect& expected)
{
    return {.name = std::move(name), .expected = expected, .scripts = {first_says(std::move(reply))}};
}

fault_case says(std::string name, reply_maker reply, const effect& expected)
{
    return {.name = std::move(name), .expected = expected, .scripts = {first_says(std::move(reply))}};
}

std::vector<fault_case> endings()
{
    return {
        ends("an end in place of an answer", ending::orderly, nothing),
        ends("a cut in place of an answer", ending::cut, nothing),
        ends("a reset in place of an answer", ending::reset, nothing),
        ends("an end within the head", ending::orderly, part_of_head),
        ends("a cut within the head", ending::cut, part_of_head),
        ends("a reset within the head", ending::reset, part_of_head),
        ends("an end between head and body", ending::orderly, head_alone),
        ends("a cut between head and body", ending::cut, head_alone),
        ends("an end within the body", ending::orderly, part_of_body),
        ends("a cut within the body", ending::cut, part_of_body),
        ends("a reset within the body", ending::reset, part_of_body),
        ends("an end behind the answer", ending::orderly, all, good_and_closed),
        ends("a cut without close_notify behind the answer", ending::cut, all, good_and_closed),
        ends("an end within a chunk", ending::orderly, chunked_but(10)),
        ends("an end before the last chunk", ending::orderly, chunked_but(5)),
        ends("an end within the last chunk", ending::orderly, chunked_but(2)),
        ends("a cut within the last chunk", ending::cut, chunked_but(2)),
        ends("a body that ends with the connection", ending::orderly, without_length, good_and_closed),
        ends("a body that ends with the connection without close_notify", ending::cut, without_length),
        {.name = "an end in place of every answer",
         .expected = {outcome_kind::transport, errc::connection_lost, 3, 3, 3, fate::replaced},
         .scripts = {says_at_last(ending::orderly, nothing)},
         .recovers = recovery::behind_job},
        {.name = "the body stalls",
         .expected = given_up(outcome_kind::timeout, errc::attempt_timed_out),
         .scripts = {first_says(part_of_body)},
         .attempts = 1,
         .timeout = short_time},
    };
}

std::vector<fault_case> framing()
{
    return {
        says(
            "interim answers come first",
            [](const visit& at) {
                return "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n" + at.reply();
            },
            good_and_kept),
        says("the answer comes in chunks of one byte", in_chunks_of_one, good_and_kept),
        says(
            "the answer announces the connection's end",
            [](const visit& at) { return at.reply("Connection: close\r\n"); }, good_and_closed),
        says(
            "the answer is HTTP/1.0", [](const visit& at) { return at.reply().replace(0, 8, "HTTP/1.0"); },
            good_and_closed),
        says(
            "two answers come at once", [](const visit& at) { return at.reply() + at.reply(); }, good_and_closed),
        says(
            "garbage comes with the answer", [](const visit& at) { return at.reply() + "\x01garbage"; },
            good_and_closed),
        says(
            "the body is longer than announced",
            [](const visit& at) {
                return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(at.body().size() - 5) + "\r\n\r\n" +
                       at.body();
            },
            good_at_the_second_attempt),
        says("garbage in place of an answer", "SSH-2.0-OpenSSH_9.2\r\n", good_at_the_second_attempt),
        {.name = "garbage in place of every answer",
         .expected = {outcome_kind::protocol, errc::bad_response, 3, 3, 3, fate::replaced},
         .scripts = {first_says("\x16\x03\x01 garbage\r\n\r\n")},
         .recovers = recovery::behind_job},
        says("a chunk's size is no number", std::string{chunked_head} + "zz\r\n", good_at_the_second_attempt),
        says("Content-Length stands beside Transfer-Encoding",
             "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             good_at_the_second_attempt),
        says("two Content-Lengths differ", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n123456",
             good_at_the_second_attempt),
        says("the protocol is switched unasked",
             "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
             good_at_the_second_attempt),
    };
}

std::vector<fault_case> sizes()
{
    return {
        {.name = "a head without end",
         .expected = given_up(outcome_kind::too_large, errc::head_too_large),
         .scripts = {endless("HTTP/1.1 200 OK\r\n", "X-More: " + std::string(1000, 'x') + "\r\n")}},
        {.name = "interim answers without end",
         .expected = good_at_the_second_attempt,
         .scripts = {endless("", "HTTP/1.1 103 Early Hints\r\nLink: <" + std::string(1000, 'x') + ">\r\n\r\n")}},
        {.name = "a body without end",
         .expected = given_up(outcome_kind::too_large, errc::body_too_large),
         .scripts = {endless(std::string{chunked_head} + chunk_of(R"({"failed_files":[)"),
                             chunk_of(std::string(10'000, ' ')))},
         .max_body = 1024 * 1024},
        {.name = "a body that is announced too large",
         .expected = given_up(outcome_kind::too_large, errc::body_too_large),
         .scripts = {first_says("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")}},
    };
}

std::vector<fault_case> contents()
{
    return {
        says("an empty body", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", good_at_the_second_attempt),
        says("a body without failed_files", ok_reply(R"({"detail":"later"})"), good_at_the_second_attempt),
        says("JSON that breaks off in a body that does not", ok_reply(R"({"failed_files":[{"document":"x")"),
             good_at_the_second_attempt),
        {.name = "JSON that breaks off in every body",
         .expected = {outcome_kind::malformed_body, errc::malformed_body, 3, 3, 3, fate::replaced},
         .scripts = {first_says(ok_reply(R"({"failed_files":[)", "Connection: close\r\n"))},
         .recovers = recovery::behind_job},
        says("a body that says gzip and is none", ok_reply(R"({"failed_files":[]})", "Content-Encoding: gzip\r\n"),
             good_at_the_second_attempt),
        says("a coding that was not offered", ok_reply(R"({"failed_files":[]})", "Content-Encoding: br\r\n"),
             good_at_the_second_attempt),
        says("a 503 that announces the connection's end",
             "HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", good_at_the_second_attempt),
        says("a 500 of the platform", "HTTP/1.1 500 Error\r\nContent-Length: 14\r\n\r\n{\"detail\":\"x\"}",
             good_at_the_second_attempt_on_the_same),
        says("a 500 of somebody else", "HTTP/1.1 500 Error\r\nContent-Length: 2\r\n\r\n{}", good_at_the_second_attempt),
        says("a redirect to clear text", "HTTP/1.1 307 Moved\r\nLocation: http://x.test/\r\nContent-Length: 0\r\n\r\n",
             given_up(outcome_kind::http_error, errc::unexpected_status)),
    };
}

}  // namespace

std::vector<fault_case> reply_faults()
{
    auto rows = endings();
    for (auto* part : {framing, sizes, contents})
        for (auto& row : part())
            rows.push_back(std::move(row));
    return rows;
}

}  // namespace jobaudit::test
