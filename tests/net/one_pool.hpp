#pragma once

#include "net/one_client.hpp"

#include "net/pool.hpp"

#include <jobaudit/observer.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace jobaudit::test {

/// Counts what becomes of connections.
class connection_counter final : public observer {
public:
    void connection_opened(std::uint64_t, bool) noexcept override { ++opened; }
    void connection_failed(std::uint64_t, error_code, std::string_view) noexcept override { ++failed; }
    void connection_closed(std::uint64_t number) noexcept override
    {
        ++closed;
        last_closed = number;
    }

    std::size_t opened = 0;
    std::size_t failed = 0;
    std::size_t closed = 0;
    std::uint64_t last_closed = 0;
};

/// A pool of connections to one origin.
struct one_pool : one_client {
    explicit one_pool(const net::endpoint& origin, std::size_t limit, const tls_options& trust = {},
                      net::clock::duration idle_timeout = std::chrono::hours{1},
                      net::clock::duration max_age = std::chrono::hours{10},
                      net::line_time in_line = net::line_time::counts)
        : one_client{origin, trust}, share{limit, in_line}, pool{maker, {idle_timeout, max_age}, lines, numbers, &seen}
    {}

    /// As a job does it: an idle connection, or else another.
    net::pool::lease acquire()
    {
        if (auto idle = pool.try_acquire(share, net::clock::now()))
            return idle;
        net::operation op;
        auto result = loop.run(pool.async_acquire(share, op));
        BOOST_TEST_REQUIRE(!result.failure, result.failure.message);
        return std::move(result.lease);
    }

    connection_counter seen;
    policy::pipelining lines{1};
    std::atomic<std::uint64_t> numbers{0};
    net::pool_share share;
    net::pool pool;
};

}  // namespace jobaudit::test
