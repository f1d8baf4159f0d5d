#include "net/event_loop.hpp"
#include "net/one_origin.hpp"
#include "net/open_descriptors.hpp"

#include "net/byte_channel.hpp"
#include "net/connection.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <future>
#include <string>
#include <vector>

using namespace jobaudit;
using namespace std::chrono_literals;
using net::byte_channel;
using net::step;
using test::one_origin;
using test::peer_connection;

namespace {

// Reads once what is there for `size` bytes.
std::string read_some(byte_channel& channel, std::size_t size, step& came)
{
    std::string into(size, '\0');
    std::size_t got = 0;
    came = channel.read(into, got);
    into.resize(got);
    return into;
}

// A peer that says each text when it is told to.
struct prompted {
    explicit prompted(std::vector<std::string> texts) : texts_{std::move(texts)}, prompts_(texts_.size()) {}

    auto behaviour()
    {
        return [this](peer_connection& connection) {
            for (std::size_t i = 0; i < texts_.size(); ++i) {
                prompts_[i].get_future().wait_for(20s);
                connection.send(texts_[i]);
            }
            connection.receive_all();
        };
    }

    void say(std::size_t number) { prompts_[number].set_value(); }

private:
    std::vector<std::string> texts_;
    std::vector<std::promise<void>> prompts_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(byte_channels)

BOOST_AUTO_TEST_CASE(reads_what_is_there_and_asks_to_wait_for_the_rest)
{
    for (const bool tls : {false, true}) {
        prompted says{{"hello", "again"}};
        one_origin origin{tls, {says.behaviour()}};
        const auto connection = origin.client.connected();
        auto& channel = connection->channel();
        step came{};
        BOOST_TEST(read_some(channel, 100, came).empty());
        BOOST_TEST((came == step::want_read));
        for (const std::size_t i : {0U, 1U}) {
            BOOST_TEST(!channel.watch().readable);
            says.say(i);
            std::string text;
            while (text.size() < 5) {
                text += read_some(channel, 100, came);
                if (came == step::want_read)
                    origin.client.loop.run_until([&channel] { return channel.watch().readable; });
            }
            BOOST_TEST(text == (i == 0 ? "hello" : "again"));
            // What TLS had to read besides, tickets for example, is drained with it.
            BOOST_TEST(read_some(channel, 100, came).empty());
            BOOST_TEST((came == step::want_read));
        }
    }
}

BOOST_AUTO_TEST_CASE(knows_a_socket_drained_after_a_short_read_but_not_after_one_that_filled_the_buffer)
{
    prompted says{{"hello", "again"}};
    one_origin origin{false, {says.behaviour()}};
    const auto connection = origin.client.connected();
    auto& channel = connection->channel();
    step came{};
    (void)read_some(channel, 100, came);

    says.say(0);
    origin.client.loop.run_until([&channel] { return channel.watch().readable; });
    BOOST_TEST(read_some(channel, 5, came) == "hello");
    BOOST_TEST(channel.watch().readable);
    BOOST_TEST(read_some(channel, 5, came).empty());
    BOOST_TEST((came == step::want_read));
    BOOST_TEST(!channel.watch().readable);

    says.say(1);
    origin.client.loop.run_until([&channel] { return channel.watch().readable; });
    BOOST_TEST(read_some(channel, 6, came) == "again");
    BOOST_TEST(!channel.watch().readable);
    BOOST_TEST(!channel.may_read());
}

BOOST_AUTO_TEST_CASE(sees_the_end_behind_a_short_read_that_came_with_it)
{
    for (const bool tls : {false, true}) {
        one_origin origin{tls, {[](peer_connection& connection) { connection.send("bye"); }}};
        const auto connection = origin.client.connected();
        auto& channel = connection->channel();
        origin.client.loop.run_until([&channel] { return channel.watch().hung_up; });
        step came{};

        BOOST_TEST(read_some(channel, 100, came) == "bye");
        BOOST_TEST(channel.may_read());
        BOOST_TEST(read_some(channel, 100, came).empty());
        BOOST_TEST((came == step::ended));
    }
}

BOOST_AUTO_TEST_CASE(knows_what_tls_has_taken_from_the_socket_and_not_shown_yet)
{
    one_origin origin{true, {[](peer_connection& connection) {
                          connection.receive_head();
                          connection.send_together({"first", "second"});
                          connection.receive_all();
                      }}};
    const auto connection = origin.client.connected();
    auto& channel = connection->channel();
    std::size_t taken = 0;
    BOOST_TEST((channel.write("\r\n\r\n", taken) == step::done));
    step came{};
    std::string text;
    while (text.empty()) {
        origin.client.loop.run_until([&channel] { return channel.may_read(); });
        text = read_some(channel, 100, came);
    }

    BOOST_TEST(text == "first");
    BOOST_TEST(channel.may_read());
    BOOST_TEST(read_some(channel, 100, came) == "second");
}

BOOST_AUTO_TEST_CASE(takes_as_much_as_the_system_has_room_for_and_asks_to_wait)
{
    for (const bool tls : {false, true}) {
        std::promise<std::size_t> received;
        std::promise<void> read_on;
        one_origin origin{tls, {[&](peer_connection& connection) {
                              read_on.get_future().wait_for(20s);
                              received.set_value(connection.receive_all().size());
                          }}};
        auto connection = origin.client.connected();
        auto& channel = connection->channel();
        const std::string megabyte(1024 * 1024, 'x');
        std::size_t sent = 0;
        std::string_view unsent = megabyte;
        step came = step::done;
        while (came == step::done) {
            std::size_t taken = 0;
            came = channel.write(unsent, taken);
            sent += taken;
            unsent.remove_prefix(taken);
            if (unsent.empty())
                unsent = megabyte;
        }
        BOOST_TEST((came == step::want_write));
        BOOST_TEST(!channel.watch().writable);

        read_on.set_value();
        origin.client.loop.run_until([&channel] { return channel.watch().writable; });
        std::size_t taken = 0;
        while (came == step::want_write) {
            came = channel.write(unsent, taken);
            if (came == step::want_write)
                origin.client.loop.run_until([&channel] { return channel.watch().writable; });
        }
        BOOST_TEST((came == step::done));
        // Bytes that were not read would turn the close into a reset.
        (void)read_some(channel, 10, came);
        connection.reset();

        BOOST_TEST(received.get_future().get() == sent + taken);
    }
}

BOOST_AUTO_TEST_CASE(says_goodbye_in_tls_when_it_closes)
{
    std::promise<int> ended;
    one_origin origin{true, {[&ended](peer_connection& connection) {
                          connection.receive_all();
                          ended.set_value(SSL_get_shutdown(connection.tls()));
                      }}};
    (void)origin.client.connected();

    BOOST_TEST((ended.get_future().get() & SSL_RECEIVED_SHUTDOWN) != 0);
}

BOOST_AUTO_TEST_CASE(fails_with_the_reason_when_the_peer_is_gone)
{
    for (const bool tls : {false, true}) {
        std::promise<void> gone;
        one_origin origin{tls, {[&gone](peer_connection& connection) {
                              connection.reset();
                              gone.set_value();
                          }}};
        auto made = origin.client.connect();
        if (!made.connection)
            continue;  // The reset may come before the connection was taken note of.
        gone.get_future().wait();
        auto& channel = made.connection->channel();
        step came{};
        while (came != step::failed && came != step::ended) {
            (void)read_some(channel, 10, came);
            if (came == step::want_read)
                origin.client.loop.run_until([&channel] { return channel.watch().readable; });
        }
        BOOST_TEST((came == step::failed));
        BOOST_TEST(channel.last_failure().error == errc::connection_lost);
        BOOST_TEST(channel.last_failure().message == "Connection reset by peer");
    }
}

BOOST_AUTO_TEST_CASE(takes_no_socket_that_cannot_be_watched)
{
    test::event_loop loop;
    net::reactor events{loop.executor()};
    const auto before = test::open_descriptors();
    {
        // A regular file is never waited for.
        byte_channel channel;
        BOOST_TEST(!channel.open(events, net::unique_socket{::open("/proc/self/exe", O_RDONLY | O_CLOEXEC)}));
        BOOST_TEST(test::open_descriptors() == before);
    }
    BOOST_TEST(test::open_descriptors() == before);
}

BOOST_AUTO_TEST_SUITE_END()
