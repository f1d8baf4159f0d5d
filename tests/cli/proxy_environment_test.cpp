#include "cli/proxy_environment.hpp"

#include "cli/given_environment.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace jobaudit::cli;
using jobaudit::test::given_environment;

const std::string proxy = "http://proxy.example:3128";

std::string proxy_for(std::string_view url, const std::string& exempt)
{
    return proxy_from_environment(url, given_environment({{"HTTPS_PROXY", proxy}, {"NO_PROXY", exempt}}));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(proxies_of_the_environment)

BOOST_AUTO_TEST_CASE(come_from_either_variable)
{
    constexpr auto* url = "https://platform.example";
    BOOST_TEST(proxy_from_environment(url, given_environment({})) == "");
    BOOST_TEST(proxy_from_environment(url, given_environment({{"HTTPS_PROXY", "http://a"}})) == "http://a");
    BOOST_TEST(proxy_from_environment(url, given_environment({{"https_proxy", "http://b"}})) == "http://b");
    BOOST_TEST(proxy_from_environment(
                   url, given_environment({{"HTTPS_PROXY", "http://a"}, {"https_proxy", "http://b"}})) == "http://a");
    BOOST_TEST(proxy_from_environment(url, given_environment({{"HTTPS_PROXY", ""}, {"https_proxy", "http://b"}})) ==
               "http://b");
    BOOST_TEST(proxy_from_environment(url, given_environment({{"HTTP_PROXY", "http://c"}})) == "");
}

BOOST_AUTO_TEST_CASE(need_no_scheme)
{
    const auto variables = given_environment({{"HTTPS_PROXY", "proxy.example:8080"}});
    BOOST_TEST(proxy_from_environment("https://platform.example", variables) == "http://proxy.example:8080");
}

BOOST_AUTO_TEST_CASE(are_for_https_alone)
{
    BOOST_TEST(proxy_for("http://platform.example", "") == "");
    BOOST_TEST(proxy_for("HTTPS://platform.example", "") == proxy);
    BOOST_TEST(proxy_for("", "") == "");
    BOOST_TEST(proxy_for("platform.example", "") == "");
}

BOOST_AUTO_TEST_CASE(are_not_for_this_machine)
{
    for (const auto* url : {"https://localhost", "https://LocalHost:8443/api/v1", "https://a.localhost",
                            "https://127.0.0.1:8443", "https://127.8.9.10", "https://[::1]:8443"})
        BOOST_TEST(proxy_for(url, "") == "", url);
    for (const auto* url : {"https://127.0.0.1.example", "https://127.example", "https://localhost.example",
                            "https://mylocalhost", "https://[2001:db8::1]", "https://128.0.0.1"})
        BOOST_TEST(proxy_for(url, "") == proxy, url);
}

BOOST_AUTO_TEST_CASE(spare_the_hosts_of_no_proxy)
{
    struct {
        const char* exempt;
        const char* url;
        bool is_exempt;
    } const cases[] = {
        {"platform.example", "https://platform.example", true},
        {"platform.example", "https://platform.example/api/v1", true},
        {"platform.example", "https://platform.example?q", true},
        {"Platform.EXAMPLE", "https://platform.example", true},
        {"platform.example", "https://PLATFORM.example", true},
        {"example", "https://platform.example", true},
        {"example", "https://example", true},
        {".example", "https://platform.example", true},
        {".example", "https://a.b.example", true},
        {"*.example", "https://platform.example", true},
        {"form.example", "https://platform.example", false},
        {"platform.example.org", "https://platform.example", false},
        {"platform", "https://platform.example", false},
        {"other,platform.example", "https://platform.example", true},
        {" other , platform.example ", "https://platform.example", true},
        {"other platform.example", "https://platform.example", true},
        {",,platform.example,,", "https://platform.example", true},
        {"other,another", "https://platform.example", false},
        {"*", "https://platform.example", true},
        {"other,*", "https://192.0.2.1", true},
        {",", "https://platform.example", false},
        {".", "https://platform.example", false},
        {"platform.example:443", "https://platform.example", true},
        {"platform.example:8443", "https://platform.example", false},
        {"platform.example:8443", "https://platform.example:8443", true},
        {"platform.example:443", "https://platform.example:8443", false},
        {":443", "https://platform.example", false},
        {"192.0.2.1", "https://192.0.2.1:8443", true},
        {"192.0.2.1:8443", "https://192.0.2.1:8443", true},
        {"192.0.2.1", "https://192.0.2.11", false},
        {"2001:db8::7", "https://[2001:DB8::7]:8443", true},
        {"[2001:db8::7]", "https://[2001:db8::7]", true},
        {"[2001:db8::7]:8443", "https://[2001:db8::7]:8443", true},
        {"[2001:db8::7]:8443", "https://[2001:db8::7]", false},
        {"2001:db8::8", "https://[2001:db8::7]", false},
        {"[", "https://platform.example", false},
    };
    for (const auto& each : cases)
        BOOST_TEST(proxy_for(each.url, each.exempt) == (each.is_exempt ? "" : proxy),
                   each.exempt << " for " << each.url);
}

BOOST_AUTO_TEST_CASE(spare_the_hosts_of_no_proxy_in_small_letters_too)
{
    const auto variables = given_environment({{"https_proxy", proxy}, {"no_proxy", "platform.example"}});
    BOOST_TEST(proxy_from_environment("https://platform.example", variables) == "");
    BOOST_TEST(proxy_from_environment("https://other.example", variables) == proxy);
}

BOOST_AUTO_TEST_SUITE_END()
