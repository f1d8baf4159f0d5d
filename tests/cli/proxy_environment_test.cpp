#include "cli/options/proxy_environment.hpp"

#include "cli/given_environment.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <string>

namespace {

using namespace jobaudit::cli;
using jobaudit::test::given_environment;

const std::string proxy = "http://proxy.example:3128";

std::string proxy_for(std::string_view url, const std::string& exempt)
{
    return proxy_from_environment(url, given_environment({{"HTTPS_PROXY", proxy}, {"NO_PROXY", exempt}})).url;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(proxies_of_the_environment)

BOOST_AUTO_TEST_CASE(come_from_the_first_variable_that_is_set)
{
    using variables = std::map<std::string, std::string>;
    struct {
        const char* url;
        variables set;
        const char* proxy;
        const char* variable;
    } const cases[] = {
        {"https://a.example", {}, "", ""},
        {"https://a.example", {{"HTTPS_PROXY", "http://a"}}, "http://a", "HTTPS_PROXY"},
        {"https://a.example", {{"https_proxy", "http://b"}}, "http://b", "https_proxy"},
        {"https://a.example", {{"HTTPS_PROXY", "http://a"}, {"https_proxy", "http://b"}}, "http://a", "HTTPS_PROXY"},
        {"https://a.example", {{"HTTPS_PROXY", ""}, {"https_proxy", "http://b"}}, "http://b", "https_proxy"},
        {"https://a.example", {{"HTTPS_PROXY", "http://a\n"}}, "http://a", "HTTPS_PROXY"},
        {"https://a.example", {{"HTTP_PROXY", "http://c"}}, "", ""},
        {"https://a.example", {{"ALL_PROXY", "http://d"}}, "http://d", "ALL_PROXY"},
        {"https://a.example", {{"all_proxy", "e:8080"}}, "http://e:8080", "all_proxy"},
        {"https://a.example", {{"https_proxy", "http://b"}, {"ALL_PROXY", "http://d"}}, "http://b", "https_proxy"},
        {"https://a.example", {{"ALL_PROXY", "http://d"}, {"NO_PROXY", "example"}}, "", ""},
        {"https://localhost", {{"ALL_PROXY", "http://d"}}, "", ""},
        {"http://a.example", {{"ALL_PROXY", "http://d"}, {"HTTPS_PROXY", "http://a"}}, "http://d", "ALL_PROXY"},
        {"http://a.example:81", {{"ALL_PROXY", "http://d"}, {"NO_PROXY", "a.example:81"}}, "", ""},
        {"http://127.0.0.1", {{"ALL_PROXY", "http://d"}}, "", ""},
    };
    for (const auto& each : cases) {
        const auto found = proxy_from_environment(each.url, given_environment(each.set));
        BOOST_TEST(found.url == each.proxy);
        BOOST_TEST(found.variable == each.variable);
    }
}

BOOST_AUTO_TEST_CASE(need_no_scheme)
{
    const auto variables = given_environment({{"HTTPS_PROXY", "proxy.example:8080"}});
    BOOST_TEST(proxy_from_environment("https://platform.example", variables).url == "http://proxy.example:8080");
}

BOOST_AUTO_TEST_CASE(of_https_are_for_https_alone)
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
    BOOST_TEST(proxy_from_environment("https://platform.example", variables).url == "");
    BOOST_TEST(proxy_from_environment("https://other.example", variables).url == proxy);
}

BOOST_AUTO_TEST_SUITE_END()
