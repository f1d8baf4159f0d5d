#include "program/audited_platform.hpp"
#include "program/plain_server.hpp"

#include <boost/asio/write.hpp>

using namespace jobaudit::test;

namespace {

asio::awaitable<void> refuse_login(tcp::socket socket)
{
    std::string received;
    const auto head = co_await next_head(socket, received);
    if (head.empty())
        co_return;
    const std::string reply = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n";
    (void)co_await asio::async_write(socket, asio::buffer(reply), as_values);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(proxy)

BOOST_AUTO_TEST_CASE(that_refuses_the_login_is_not_asked_again)
{
    const plain_server server{refuse_login};
    audited_platform platform{{.jobs = 500}};
    auto address = server.url();
    address.insert(address.find("//") + 2, "somebody:secret@");
    process_run audit{platform.audit_all({"--proxy", address})};

    BOOST_TEST(audit.wait() == 3);
    BOOST_TEST(contains(audit.error_out(), "407"));
    BOOST_TEST(contains(audit.error_out(), "user name and password"));
    BOOST_TEST(!contains(audit.error_out(), "secret"));
    BOOST_TEST(server.connections() <= 2U);
}

BOOST_AUTO_TEST_SUITE_END()
