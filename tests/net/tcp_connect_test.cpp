#include "net/event_loop.hpp"
#include "net/listeners.hpp"
#include "net/open_descriptors.hpp"
#include "net/readable_errors.hpp"

#include "net/tcp_connect.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <sys/socket.h>
#include <vector>

using namespace jobaudit;
using net::operation;
using test::listening_socket;
using test::overloaded_socket;
using test::refusing_socket;

namespace {

using address = boost::asio::ip::tcp::endpoint;

// Says no at once, without a packet: no connection goes to a broadcast address.
const address impossible{boost::asio::ip::make_address("255.255.255.255"), 443};

struct one_race {
    auto connect(net::resolver::endpoints addresses, operation& op)
    {
        return net::async_tcp_connect(events, loop.executor(), std::move(addresses), "platform.example:443", op);
    }

    net::tcp_result run(net::resolver::endpoints addresses)
    {
        operation op;
        return loop.run(connect(std::move(addresses), op));
    }

    test::event_loop loop;
    net::reactor events{loop.executor()};
};

address peer_of(const net::unique_socket& socket)
{
    address peer;
    auto size = static_cast<socklen_t>(peer.capacity());
    BOOST_REQUIRE(::getpeername(socket.get(), peer.data(), &size) == 0);
    peer.resize(size);
    return peer;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tcp_connecting)

BOOST_AUTO_TEST_CASE(gives_the_first_address_that_answers)
{
    const listening_socket first;
    const listening_socket second;
    one_race race;

    const auto result = race.run({first.address(), second.address()});

    BOOST_TEST(!result.failure);
    BOOST_TEST(!result.met_refusal);
    BOOST_TEST(peer_of(result.socket) == first.address());
    BOOST_TEST(!second.was_asked());
}

BOOST_AUTO_TEST_CASE(goes_on_to_the_next_address_when_one_refuses)
{
    const refusing_socket refuses;
    const listening_socket answers;
    const std::vector<net::resolver::endpoints> cases{
        {refuses.address(), answers.address()},
        {impossible, answers.address()},
        {refuses.address(), impossible, refuses.address(), answers.address()},
    };
    for (const auto& addresses : cases) {
        one_race race;
        const auto result = race.run(addresses);

        BOOST_TEST(!result.failure);
        BOOST_TEST(result.met_refusal);
        BOOST_TEST(peer_of(result.socket) == answers.address());
    }
}

BOOST_AUTO_TEST_CASE(tries_the_next_address_beside_one_that_does_not_answer)
{
    const overloaded_socket never_answers;
    const listening_socket answers;
    one_race race;

    const auto result = race.run({never_answers.address(), answers.address()});

    BOOST_TEST(!result.failure);
    BOOST_TEST(peer_of(result.socket) == answers.address());
}

BOOST_AUTO_TEST_CASE(closes_all_sockets_but_the_winner)
{
    const overloaded_socket never_answers;
    const refusing_socket refuses;
    const listening_socket answers;
    one_race race;
    const auto before = test::open_descriptors();

    {
        const auto result =
            race.run({never_answers.address(), never_answers.address(), refuses.address(), answers.address()});
        BOOST_TEST(static_cast<bool>(result.socket));
        BOOST_TEST(test::open_descriptors() == before + 1);
    }
    BOOST_TEST(test::open_descriptors() == before);
}

BOOST_AUTO_TEST_CASE(gives_a_socket_that_neither_blocks_nor_is_inherited)
{
    const listening_socket answers;
    one_race race;

    const auto result = race.run({answers.address()});

    BOOST_TEST((::fcntl(result.socket.get(), F_GETFL) & O_NONBLOCK) != 0);
    BOOST_TEST((::fcntl(result.socket.get(), F_GETFD) & FD_CLOEXEC) != 0);
}

BOOST_AUTO_TEST_CASE(says_whom_it_could_not_reach_and_why_when_no_address_answers)
{
    const refusing_socket refuses;
    struct {
        net::resolver::endpoints addresses;
        const char* message;
    } const cases[] = {
        {{refuses.address()}, "cannot connect to platform.example:443: Connection refused"},
        {{impossible, refuses.address()}, "cannot connect to platform.example:443: Connection refused"},
        {{refuses.address(), impossible}, "cannot connect to platform.example:443: Network is unreachable"},
    };
    for (const auto& each : cases) {
        one_race race;
        const auto before = test::open_descriptors();
        const auto result = race.run(each.addresses);

        BOOST_TEST(result.failure.error == errc::connect_failed);
        BOOST_TEST(result.failure.message == each.message);
        BOOST_TEST(!result.socket);
        BOOST_TEST(test::open_descriptors() == before);
    }
}

BOOST_AUTO_TEST_CASE(names_the_limit_when_no_descriptor_is_free)
{
    const listening_socket answers;
    one_race race;
    const test::no_more_descriptors limit;

    const auto result = race.run({answers.address(), answers.address()});

    BOOST_TEST(result.failure.error == errc::local_shortage);
    BOOST_TEST(result.failure.message == "cannot connect to platform.example:443: too many open files; raise the limit "
                                         "(ulimit -n) or lower the concurrency");
}

BOOST_AUTO_TEST_CASE(says_what_this_machine_has_run_out_of)
{
    const auto said = [](int error) { return net::connect_failure(error, "a.example:443").message; };
    BOOST_TEST(said(EADDRNOTAVAIL).starts_with("cannot connect to a.example:443: this machine has no free port"));
    BOOST_TEST(said(EADDRNOTAVAIL).ends_with("lower the concurrency, or widen net.ipv4.ip_local_port_range"));
    BOOST_TEST(said(ENOBUFS).ends_with("the system has no memory for another socket; lower the concurrency"));
    BOOST_TEST(said(ECONNREFUSED) == "cannot connect to a.example:443: Connection refused");
    for (const int error : {EMFILE, ENFILE, EADDRNOTAVAIL, ENOBUFS, ENOMEM})
        BOOST_TEST(net::connect_failure(error, "").error == errc::local_shortage);
    BOOST_TEST(net::connect_failure(ECONNREFUSED, "").error == errc::connect_failed);
}

BOOST_AUTO_TEST_CASE(leaves_nothing_open_when_it_is_interrupted)
{
    const overloaded_socket never_answers;
    struct {
        net::resolver::endpoints addresses;
        std::size_t tried;  // before the interruption
    } const cases[] = {
        {{never_answers.address()}, 1},
        {{never_answers.address(), never_answers.address()}, 1},
        {{never_answers.address(), never_answers.address(), never_answers.address()}, 3},
    };
    for (const auto& each : cases) {
        one_race race;
        const auto before = test::open_descriptors();
        operation op;
        auto connecting = race.loop.start(race.connect(each.addresses, op));
        race.loop.run_until([&] { return test::open_descriptors() == before + each.tried; });

        op.interrupt(errc::canceled);

        const auto result = race.loop.finish(connecting);
        BOOST_TEST(result.failure.error == errc::canceled);
        BOOST_TEST(test::open_descriptors() == before);
        BOOST_TEST(race.loop.ends_by_itself());
    }
}

BOOST_AUTO_TEST_CASE(waits_for_nothing_when_the_operation_was_interrupted_before)
{
    const overloaded_socket never_answers;
    one_race race;
    operation op;
    op.interrupt(errc::canceled);

    const auto result = race.loop.run(race.connect({never_answers.address()}, op));

    BOOST_TEST(result.failure.error == errc::canceled);
}

BOOST_AUTO_TEST_SUITE_END()
