#include "client/live_client.hpp"
#include "client/refused_block.hpp"

#include <boost/asio/ip/tcp.hpp>

namespace {

using namespace jobaudit;
using namespace jobaudit::test;
using emulator::fault;

std::uint16_t port_where_nobody_listens()
{
    asio::io_context context;
    return asio::ip::tcp::acceptor{context, {asio::ip::address_v4::loopback(), 0}}.local_endpoint().port();
}

// What a client that was made with other options says of the first job.
outcome fetch_with(live_client& at, client_options options, fetch_options how = brisk(2))
{
    jobaudit::client client{at.loop.executor(), std::move(options)};
    auto [error, result] = at.loop.run(client.async_fetch(at.job(), how, as_values));
    BOOST_TEST(!error);
    BOOST_TEST(result.http_status == 0);
    BOOST_TEST(!result.message.empty());
    return std::move(result);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fetch_failures)

BOOST_AUTO_TEST_CASE(an_attempt_that_takes_too_long_times_out_and_is_retried)
{
    live_client at{scripted({{.fault = fault::stall}}, {.jobs = 1})};
    auto how = brisk(2);
    how.timeout = 60ms;
    const auto result = at.fetch(at.job(), how);

    BOOST_TEST(result.kind == outcome_kind::timeout);
    BOOST_TEST(result.error == errc::attempt_timed_out);
    BOOST_TEST(result.http_status == 0);
    BOOST_TEST(result.attempts == 2U);
    BOOST_TEST(result.elapsed >= 120ms);
    BOOST_TEST(result.message == "no whole response within 60 ms: the time was over before a response came");
    BOOST_TEST(at.server.stats().connections == 2U);
}

BOOST_AUTO_TEST_CASE(a_job_that_takes_too_long_times_out_for_good)
{
    live_client at{scripted({{.fault = fault::stall}}, {.jobs = 1})};
    auto how = brisk();
    how.job_timeout = 60ms;
    const auto result = at.fetch(at.job(), how);

    BOOST_TEST(result.kind == outcome_kind::timeout);
    BOOST_TEST(result.error == errc::job_timed_out);
    BOOST_TEST(result.message == "the job was not done within 60 ms: the time was over before a response came");
    BOOST_TEST(result.attempts == 1U);
    BOOST_TEST(at.server.stats().requests == 1U);
}

BOOST_AUTO_TEST_CASE(a_response_that_only_drips_times_out_too)
{
    live_client at{scripted({{.fault = fault::dribble, .duration = 4s}}, {.jobs = 1, .records_per_job = 50})};
    auto how = brisk(1);
    how.timeout = 100ms;
    BOOST_TEST(at.fetch(at.job(), how).error == errc::attempt_timed_out);
}

BOOST_AUTO_TEST_CASE(a_port_where_nobody_listens_is_a_failure_to_connect)
{
    live_client at{{.jobs = 1}};
    auto options = at.towards(at.server);
    options.url = "https://127.0.0.1:" + std::to_string(port_where_nobody_listens());
    const auto result = fetch_with(at, options);

    BOOST_TEST(result.kind == outcome_kind::connect);
    BOOST_TEST(result.error == errc::connect_failed);
    BOOST_TEST(result.attempts == 2U);
}

BOOST_AUTO_TEST_CASE(a_handshake_that_never_ends_is_a_failure_of_tls)
{
    live_client at{{.jobs = 1}};
    asio::ip::tcp::acceptor silent{at.loop.executor(), {asio::ip::address_v4::loopback(), 0}};
    auto options = at.towards(at.server, {.connect_timeout = 60ms});
    options.url = "https://127.0.0.1:" + std::to_string(silent.local_endpoint().port());
    const auto result = fetch_with(at, options);

    BOOST_TEST(result.kind == outcome_kind::tls);
    BOOST_TEST(result.error == errc::tls_handshake_timed_out);
    BOOST_TEST(result.attempts == 2U);
}

BOOST_AUTO_TEST_CASE(a_host_name_that_cannot_exist_is_a_failure_of_dns)
{
    live_client at{{.jobs = 1}};
    auto options = at.towards(at.server);
    options.url = "https://" + std::string(63, 'x') + ".invalid";
    const auto result = fetch_with(at, options, brisk(1));

    BOOST_TEST(result.kind == outcome_kind::dns);
    BOOST_TEST((result.error == errc::host_not_found || result.error == errc::name_resolution_failed));
    BOOST_TEST(result.attempts == 1U);
}

BOOST_AUTO_TEST_CASE(a_certificate_of_an_unknown_authority_is_refused_at_once)
{
    live_client at{{.jobs = 1}};
    auto options = at.towards(at.server);
    options.tls.ca_file.clear();
    const auto result = fetch_with(at, options);

    BOOST_TEST(result.kind == outcome_kind::tls);
    BOOST_TEST(result.error == errc::certificate_rejected);
    BOOST_TEST(result.attempts == 1U);
    BOOST_TEST(contains(result.message, "does not verify"));
    BOOST_TEST(at.server.stats().requests == 0U);
}

BOOST_AUTO_TEST_CASE(a_certificate_that_is_not_right_now_or_not_for_this_host_is_refused)
{
    const struct {
        emulator::certificate_options certificate;
        errc error;
    } wrong[]{{{.names = {"elsewhere.example"}}, errc::certificate_for_another_host},
              {{.not_before_days = -10, .not_after_days = -1}, errc::certificate_out_of_date},
              {{.not_before_days = 1}, errc::certificate_out_of_date}};
    for (const auto& each : wrong) {
        live_client at{{.certificate = each.certificate, .jobs = 1}};
        const auto result = at.fetch(at.job());
        BOOST_TEST(result.kind == outcome_kind::tls);
        BOOST_TEST(result.error == each.error);
        BOOST_TEST(at.server.stats().requests == 0U);
    }
}

BOOST_AUTO_TEST_CASE(a_peer_that_speaks_no_tls_is_a_failure_that_is_retried)
{
    live_client at{{.jobs = 1}};
    const emulator::emulator plain{{.tls = false, .jobs = 1}};
    auto options = at.towards(at.server);
    options.url = "https://127.0.0.1:" + std::to_string(plain.port());
    const auto result = fetch_with(at, options);

    BOOST_TEST(result.kind == outcome_kind::tls);
    BOOST_TEST(result.error == errc::tls_handshake_failed);
    BOOST_TEST(result.attempts == 2U);
}

BOOST_AUTO_TEST_CASE(plain_http_works_on_loopback)
{
    live_client at{{.tls = false, .jobs = 1}};
    BOOST_TEST(at.fetch(at.job()).kind == outcome_kind::ok);
}

BOOST_AUTO_TEST_CASE(a_server_that_went_away_does_not_break_the_client)
{
    live_client at{{.jobs = 1}};
    BOOST_TEST(at.fetch(at.job()).kind == outcome_kind::ok);
    at.server.stop();
    const auto result = at.fetch(at.job(), brisk(2));

    BOOST_TEST(result.kind == outcome_kind::connect);
    BOOST_TEST(result.attempts == 2U);
}

BOOST_AUTO_TEST_CASE(of_memory_end_that_fetch_alone)
{
    constexpr std::size_t long_text = 100'000;
    const auto body =
        R"({"failed_files":[{"document":"a","error":")" + std::string(long_text, 'x') + R"("}],"count":1})";
    live_client at{scripted({{.body = body}}, {.jobs = 2})};
    {
        const refused_block no_room{long_text + 1};
        const auto [error, result] = at.try_fetch(at.job(0));
        BOOST_TEST(no_room.was_refused());
        BOOST_TEST(error == boost::system::errc::not_enough_memory);
        BOOST_TEST(result.kind == outcome_kind::canceled);
        BOOST_TEST(result.error == error);
        BOOST_TEST(result.failed_files.empty());
    }
    BOOST_TEST(at.fetch(at.job(1)).failed_files.front().error.size() == long_text);
    BOOST_TEST(at.leaves_nothing());
}

BOOST_AUTO_TEST_SUITE_END()
