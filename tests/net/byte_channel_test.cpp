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

// What TLS says besides what is sent with it.
enum class own_words { tickets, key_updates, key_updates_with_answers };

bool say(SSL* session, own_words what)
{
    const bool made = what == own_words::tickets       ? SSL_new_session_ticket(session) == 1
                      : what == own_words::key_updates ? SSL_key_update(session, SSL_KEY_UPDATE_NOT_REQUESTED) == 1
                                                       : SSL_key_update(session, SSL_KEY_UPDATE_REQUESTED) == 1;
    return made && SSL_do_handshake(session) == 1;
}

// A peer that says so many of them in a row, and then something, as often as told; all at once.
auto talking(own_words what, int in_a_row, int times)
{
    return [=](peer_connection& connection) {
        BIO* records = BIO_new(BIO_s_mem());
        SSL_set0_wbio(connection.tls(), records);
        for (int i = 0; i < times; ++i) {
            for (int k = 0; k < in_a_row; ++k)
                (void)say(connection.tls(), what);
            connection.send("x");
        }
        char* data = nullptr;
        const auto size = static_cast<std::size_t>(BIO_get_mem_data(records, &data));
        connection.send_in_clear({data, size});
        connection.receive_all();
    };
}

// All that comes until the channel fails or `size` bytes have come.
std::string read_until(one_origin& origin, byte_channel& channel, std::size_t size)
{
    step came = step::done;
    std::string all;
    while (came != step::failed && came != step::ended && all.size() < size) {
        all += read_some(channel, 100, came);
        if (came == step::want_read)
            origin.client.loop.run_until([&channel] { return channel.watch().readable; });
    }
    return all;
}

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

BOOST_AUTO_TEST_CASE(takes_some_tickets_and_changes_of_keys_in_a_row_and_no_flood_of_them)
{
    for (const auto what : {own_words::tickets, own_words::key_updates, own_words::key_updates_with_answers}) {
        // However many they are together; two tickets come with the handshake.
        one_origin talkative{true, {talking(what, 30, 50)}};
        const auto kept = talkative.client.connected();
        BOOST_TEST(read_until(talkative, kept->channel(), 50) == std::string(50, 'x'),
                   kept->channel().last_failure().message);

        one_origin endless{true, {talking(what, 5000, 1)}};
        const auto lost = endless.client.connected();
        BOOST_TEST(read_until(endless, lost->channel(), 1).empty());
        BOOST_TEST(lost->channel().last_failure().error == errc::bad_response);
        BOOST_TEST(lost->channel().last_failure().message ==
                   "the server sent more than 64 tickets or changes of keys, and nothing between them");
    }
}

BOOST_AUTO_TEST_CASE(ends_a_handshake_that_does_not_end)
{
    // HelloRequests (RFC 5246 section 7.4.1.1), which a client ignores while it shakes hands.
    static constexpr std::string_view hello_request{"\x16\x03\x03\x00\x04\x00\x00\x00\x00", 9};
    std::string many;
    for (int i = 0; i < 1000; ++i)
        many += hello_request;
    const test::server_identity server;
    const test::scripted_peer peer{{[&many](peer_connection& connection) {
        while (connection.send_in_clear(many)) {
        }
    }}};
    test::one_client client{test::origin_at(peer.port(), true), server.trust()};

    const auto failed = client.connect().failure;

    BOOST_TEST(failed.error == errc::tls_handshake_failed);
    BOOST_TEST(failed.message.find("the handshake is longer than 256 KiB") != std::string::npos, failed.message);
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
