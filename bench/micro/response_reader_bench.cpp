#include "fixed_body.hpp"
#include "protocol/response_reader.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>

namespace protocol = jobaudit::protocol;

namespace {

constexpr std::size_t piece_size = 16 * 1024;

constexpr std::string_view head = "HTTP/1.1 200 OK\r\n"
                                  "Server: nginx/1.22.1\r\n"
                                  "Date: Tue, 24 Nov 2026 12:00:00 GMT\r\n"
                                  "Content-Type: application/json\r\n"
                                  "Connection: keep-alive\r\n";

std::string reply_with_length(const std::string& body)
{
    return std::string{head} + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string reply_in_chunks(const std::string& body)
{
    constexpr std::size_t chunk = 4096;
    std::string reply = std::string{head} + "Transfer-Encoding: chunked\r\n\r\n";
    for (std::size_t at = 0; at < body.size(); at += chunk) {
        const auto part = std::string_view{body}.substr(at, chunk);
        char size[16];
        reply.append(size, static_cast<std::size_t>(std::snprintf(size, sizeof size, "%zx\r\n", part.size())));
        reply.append(part).append("\r\n");
    }
    return reply + "0\r\n\r\n";
}

struct size_consumer final : protocol::response_consumer {
    void on_head(const protocol::response_head&) override {}
    jobaudit::error_code on_body(std::string_view bytes) override
    {
        size += bytes.size();
        return {};
    }

    std::size_t size = 0;
};

// Shows the reader what a connection would: what it left over comes again, with the next piece behind it.
bool read_reply(protocol::response_reader& reader, std::string_view reply, protocol::response_consumer& consumer)
{
    reader.begin(consumer);
    std::size_t shown = 0;
    for (std::size_t arrived = 0; arrived < reply.size();) {
        arrived = std::min(arrived + piece_size, reply.size());
        const auto progress = reader.put(reply.substr(shown, arrived - shown));
        if (progress.error)
            return false;
        shown += progress.consumed;
    }
    return reader.complete() && shown == reply.size();
}

void response_reader(benchmark::State& state, std::string (*make_reply)(const std::string&))
{
    const auto reply = make_reply(bench::fixed_body(static_cast<std::size_t>(state.range(0))));
    protocol::response_reader reader{{}};
    size_consumer consumer;
    for (auto _ : state) {
        if (!read_reply(reader, reply, consumer))
            state.SkipWithError("the reply was refused");
        benchmark::DoNotOptimize(consumer.size);
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(reply.size()));
}
BENCHMARK_CAPTURE(response_reader, with_length, reply_with_length)->Arg(3)->Arg(100)->Arg(5000);
BENCHMARK_CAPTURE(response_reader, in_chunks, reply_in_chunks)->Arg(3)->Arg(100)->Arg(5000);

}  // namespace
