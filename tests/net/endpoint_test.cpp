#include "net/endpoint.hpp"

#include <jobaudit/options.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace jobaudit;
using net::parse_proxy;

BOOST_AUTO_TEST_SUITE(endpoints)

BOOST_AUTO_TEST_CASE(puts_ipv6_addresses_in_brackets_in_an_authority)
{
    struct {
        const char* host;
        const char* authority;
    } const cases[] = {
        {"platform.example", "platform.example:443"}, {"127.0.0.1", "127.0.0.1:443"}, {"::1", "[::1]:443"}};
    for (const auto& each : cases) {
        net::endpoint where;
        where.host = each.host;
        where.port = "443";
        BOOST_TEST(where.authority() == each.authority);
    }
}

BOOST_AUTO_TEST_CASE(reads_proxies)
{
    struct {
        const char* url;
        const char* host;
        const char* port;
        const char* authorization;
    } const cases[] = {
        {"http://proxy.example:8080", "proxy.example", "8080", ""},
        {"http://proxy.example:8080/", "proxy.example", "8080", ""},
        {"HTTP://proxy.example:8080", "proxy.example", "8080", ""},
        {"http://proxy.example", "proxy.example", "3128", ""},
        {"proxy.example:1", "proxy.example", "1", ""},
        {"proxy.example:65535", "proxy.example", "65535", ""},
        {"http://192.0.2.7:80", "192.0.2.7", "80", ""},
        {"http://[::1]:8080", "::1", "8080", ""},
        {"http://[2001:db8::7]", "2001:db8::7", "3128", ""},
        {"http://user:password@proxy.example:8080", "proxy.example", "8080", "Basic dXNlcjpwYXNzd29yZA=="},
        {"user:password@[::1]", "::1", "3128", "Basic dXNlcjpwYXNzd29yZA=="},
        {"http://us%65r:p%40ss%2Fword@proxy.example", "proxy.example", "3128", "Basic dXNlcjpwQHNzL3dvcmQ="},
        {"http://user:p@ss@proxy.example", "proxy.example", "3128", "Basic dXNlcjpwQHNz"},
        {"http://user:100%@proxy.example", "proxy.example", "3128", "Basic dXNlcjoxMDAl"},
        {"http://user:@proxy.example", "proxy.example", "3128", "Basic dXNlcjo="},
        {"http://user@proxy.example", "proxy.example", "3128", "Basic dXNlcjo="},  // RFC 7617 §2: always a colon
    };
    for (const auto& each : cases) {
        const auto proxy = parse_proxy(each.url);
        BOOST_TEST_CONTEXT(each.url)
        {
            BOOST_TEST(proxy.host == each.host);
            BOOST_TEST(proxy.port == each.port);
            BOOST_TEST(proxy.authorization == each.authorization);
        }
    }
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_proxy_and_says_what_to_write)
{
    struct {
        const char* url;
        const char* said;
    } const cases[] = {
        {"", "names no host"},
        {"http://", "names no host"},
        {"http://:8080", "names no host"},
        {"http://user:secret@:8080", "names no host"},
        {"http://[]:8080", "names no host"},
        {"https://proxy.example:8080", "TLS is not supported"},
        {"socks5://proxy.example:1080", "only http:// proxies"},
        {"http://proxy.example:", "the port is no number from 1 to 65535"},
        {"http://proxy.example:0", "the port is no number from 1 to 65535"},
        {"http://proxy.example:65536", "the port is no number from 1 to 65535"},
        {"http://proxy.example:123456", "the port is no number from 1 to 65535"},
        {"http://proxy.example:80a", "the port is no number from 1 to 65535"},
        {"http://user:secret@proxy.example:-1", "the port is no number from 1 to 65535"},
        {"http://[::1:8080", "not closed"},
        {"http://[::1]8080", "behind the bracket"},
        {"http://::1:8080", "brackets"},
        {"http://[[::1]:8080", "a bracket stands within the host"},
        {"http://proxy]:8080", "a bracket stands within the host"},
        {"http://proxy.example :8080", "a blank or a control character"},
        {"http://user:secret@proxy.example\r\nX: y:8080", "a blank or a control character"},
    };
    for (const auto& each : cases) {
        BOOST_CHECK_EXCEPTION((void)parse_proxy(each.url), option_error, [&each](const option_error& error) {
            const std::string message = error.what();
            return error.field() == "proxy" && message.find(each.said) != std::string::npos &&
                   message.find("secret") == std::string::npos;
        });
    }
}

BOOST_AUTO_TEST_SUITE_END()
