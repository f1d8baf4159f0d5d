#include "net/one_origin.hpp"
#include "net/scripted_peer.hpp"
#include "program/program_run.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <zlib.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/socket.h>

using namespace jobaudit::test;

namespace {

constexpr std::string_view chunked_head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
constexpr std::string_view gzip_head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n";

/// What a server sends without end, as fast as it is taken.
struct flood {
    const char* name;
    bool tls;
    std::function<void(peer_connection&)> pour;
    const char* outcome;  ///< that the jobs get
};

std::ostream& operator<<(std::ostream& out, const flood& one) { return out << one.name; }

std::string repeated(const std::string& text, std::size_t times)
{
    std::string all;
    for (std::size_t i = 0; i < times; ++i)
        all += text;
    return all;
}

/// Answers with `head`, `start` and then `piece` again and again.
auto pouring(std::string_view head, std::string start, std::string piece)
{
    return [whole_start = std::string{head} + start, piece = std::move(piece)](peer_connection& to) {
        if (to.receive_head().empty())
            return;
        to.send(whole_start);
        while (to.is_open_after_sending(piece)) {
        }
    };
}

std::string deflated(const std::string& text, int flush, bool with_header)
{
    z_stream stream{};
    deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, with_header ? MAX_WBITS + 16 : -MAX_WBITS, 8,
                 Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, flush);
    out.resize(out.size() - stream.avail_out);
    deflateEnd(&stream);
    return out;
}

/// After a request, the TLS records that `step` makes, again and again.
auto repeating(int (*step)(SSL*))
{
    return [step](peer_connection& to) {
        if (to.receive_head().empty())
            return;
        BIO* records = BIO_new(BIO_s_mem());
        SSL_set0_wbio(to.tls(), records);
        for (bool is_open = true; is_open;) {
            while (BIO_pending(records) < 0x2000)
                if (step(to.tls()) != 1)
                    return;
            char* data = nullptr;
            const auto size = static_cast<std::size_t>(BIO_get_mem_data(records, &data));
            is_open = to.send_in_clear({data, size});
            (void)BIO_reset(records);
        }
    };
}

int send_ticket(SSL* session) { return SSL_new_session_ticket(session) == 1 && SSL_do_handshake(session) == 1 ? 1 : 0; }

int send_key_update(SSL* session)
{
    return SSL_key_update(session, SSL_KEY_UPDATE_NOT_REQUESTED) == 1 && SSL_do_handshake(session) == 1 ? 1 : 0;
}

const std::vector<flood> endless{
    {"chunks of one byte", false, pouring(chunked_head, "", repeated("1\r\n \r\n", 10'000)), "timeout"},
    {"chunks of one byte in TLS", true, pouring(chunked_head, "", repeated("1\r\n \r\n", 10'000)), "timeout"},
    {"chunks with long extensions", false,
     pouring(chunked_head, "", repeated("1;" + std::string(4000, 'x') + "\r\n \r\n", 16)), "timeout"},
    {"blanks in large chunks", false, pouring(chunked_head, "", "10000\r\n" + std::string(0x10000, ' ') + "\r\n"),
     "timeout"},
    {"interim responses", false, pouring("", "", repeated("HTTP/1.1 102 Processing\r\n\r\n", 1000)), "protocol"},
    {"session tickets", true, repeating(send_ticket), "protocol"},
    {"key updates", true, repeating(send_key_update), "protocol"},
    {"gzip of blanks", false,
     pouring(gzip_head, deflated("", Z_SYNC_FLUSH, true),
             deflated(std::string(16 * 1024 * 1024, ' '), Z_SYNC_FLUSH, false)),
     "timeout"},
    {"gzip of empty blocks", false,
     pouring(gzip_head, deflated("", Z_SYNC_FLUSH, true), repeated(std::string("\0\0\0\xff\xff", 5), 20'000)),
     "timeout"},
};

std::string job_number(int number)
{
    char text[40];
    std::snprintf(text, sizeof text, "5e0c0000-0000-4000-8000-%012d", number);
    return text;
}

struct flooded_run {
    int exit_code;
    std::string out;
};

flooded_run flooded(const flood& each, std::vector<scripted_peer::behaviour> behaviours,
                    std::vector<std::string> arguments, const std::string& jobs)
{
    const server_identity server;
    behaviours.push_back(each.pour);
    const scripted_peer peer{std::move(behaviours), {.tls = each.tls ? server.get() : nullptr}};
    const auto url = (each.tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(peer.port());
    for (const auto* more : {"--url", url.c_str(), "--timeout", "1s", "--attempts", "1", "--max-body", "1000GiB"})
        arguments.emplace_back(more);
    if (each.tls)
        arguments.insert(arguments.end(), {"--ca-file", server.trust().ca_file});
    const auto began = std::chrono::steady_clock::now();
    process_run run{jobaudit::test::jobaudit(arguments), {.input = jobs}};
    // Many times as long as it is to take.
    const int exit_code = run.wait(std::chrono::seconds{30});
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    BOOST_TEST_MESSAGE(each.name << ": " << took.count() << " s");
    return {exit_code, run.out()};
}

/// Of the attempts in an audit's output, in milliseconds.
double longest_attempt(const std::string& out)
{
    constexpr std::string_view name = "\"elapsed_ms\":";
    double longest = 0;
    for (auto at = out.find(name); at != std::string::npos; at = out.find(name, at + 1))
        longest = std::max(longest, std::stod(out.substr(at + name.size(), 20)));
    return longest;
}

std::size_t count_of(const std::string& what, const std::string& text)
{
    std::size_t count = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
        ++count;
    return count;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(floods)

BOOST_DATA_TEST_CASE(end_with_the_time_of_an_attempt, boost::unit_test::data::make(endless), each)
{
    const auto fetch = flooded(each, {}, {"fetch", job_number(0)}, {});

    BOOST_TEST(fetch.exit_code == 6);
    BOOST_TEST(fetch.out.find(each.outcome) != std::string::npos, fetch.out);
}

BOOST_DATA_TEST_CASE(end_with_the_time_of_an_attempt_on_64_connections_at_once, boost::unit_test::data::make(endless),
                     each)
{
    std::string jobs;
    for (int i = 0; i <= 64; ++i)
        jobs += job_number(i) + "\n";
    // As long as nothing has succeeded, one is asked for at a time.
    const auto first = [](peer_connection& connection) {
        connection.receive_head();
        connection.send(ok_reply(R"({"failed_files":[]})", "Connection: close\r\n"));
    };

    const auto audit = flooded(each, {first}, {"audit", "--jobs", "-", "-o", "-", "--concurrency", "64"}, jobs);

    BOOST_TEST_MESSAGE("  longest attempt: " << longest_attempt(audit.out) << " ms");
    BOOST_TEST(audit.exit_code == 6);
    // 1.1 s where nobody else wants the processors; a process that gets none gives its attempts more time.
    BOOST_TEST(longest_attempt(audit.out) < 10000);
    BOOST_TEST(count_of(std::string{"\"outcome\":\""} + each.outcome + '"', audit.out) == 64U, audit.out);
}

BOOST_AUTO_TEST_SUITE_END()
