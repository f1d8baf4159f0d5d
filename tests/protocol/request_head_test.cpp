#include "protocol/request_head.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace protocol = jobaudit::protocol;
using jobaudit::credentials;
using jobaudit::job_id;
using jobaudit::option_error;

namespace {

template <class Function>
option_error error_of(Function function)
{
    try {
        function();
    } catch (const option_error& error) {
        return error;
    }
    BOOST_FAIL("nothing was refused");
    throw std::logic_error{"unreachable"};
}

bool mentions(const option_error& error, std::string_view text)
{
    return std::string_view{error.what()}.find(text) != std::string_view::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(origins)

BOOST_AUTO_TEST_CASE(are_read_from_every_form_of_a_url)
{
    struct row {
        std::string url, authority, host_field, path;
        bool tls;
    };
    const std::vector<row> rows{
        {"https://a.example", "a.example:443", "a.example", "/api/v1", true},
        {"https://a.example/", "a.example:443", "a.example", "/api/v1", true},
        {"https://a.example/api/v1", "a.example:443", "a.example", "/api/v1", true},
        {"https://a.example/api/v1/", "a.example:443", "a.example", "/api/v1", true},
        {"https://a.example//api/v1//", "a.example:443", "a.example", "/api/v1", true},
        {"https://a.example/api/v1/api/v1", "a.example:443", "a.example", "/api/v1", true},
        {"https://a.example/api/v1/jobs", "a.example:443", "a.example", "/api/v1", true},
        {"https://a.example/api/v1/jobs/", "a.example:443", "a.example", "/api/v1", true},
        {"https://a.example/b/api/v1/jobs/0a8f3c1e-7d52-4b7e-9d1c-5f2e6a7b8c90/failed-files", "a.example:443",
         "a.example", "/b/api/v1", true},
        {"https://a.example/api/v1/workflows/", "a.example:443", "a.example", "/api/v1", true},
        {"https://a.example/api/v1/jobsite", "a.example:443", "a.example", "/api/v1/jobsite/api/v1", true},
        {"https://a.example/jobs", "a.example:443", "a.example", "/jobs/api/v1", true},
        {"https://a.example/base/x", "a.example:443", "a.example", "/base/x/api/v1", true},
        {"https://a.example/base/api/v1/", "a.example:443", "a.example", "/base/api/v1", true},
        {"https://a.example/myapi/v1", "a.example:443", "a.example", "/myapi/v1/api/v1", true},
        {"https://a.example/%7Eme", "a.example:443", "a.example", "/%7Eme/api/v1", true},
        {"HTTPS://A.Example", "a.example:443", "a.example", "/api/v1", true},
        {"https://a.example.", "a.example:443", "a.example", "/api/v1", true},
        {"https://a.example:8443", "a.example:8443", "a.example:8443", "/api/v1", true},
        {"https://a.example:0443", "a.example:443", "a.example", "/api/v1", true},
        {"https://a.example:80", "a.example:80", "a.example:80", "/api/v1", true},
        {"http://a.example", "a.example:80", "a.example", "/api/v1", false},
        {"http://localhost:9/api/v1", "localhost:9", "localhost:9", "/api/v1", false},
        {"http://127.0.0.1:8080", "127.0.0.1:8080", "127.0.0.1:8080", "/api/v1", false},
        {"https://[::1]", "[::1]:443", "[::1]", "/api/v1", true},
        {"https://[2001:DB8:0::1]:444/b", "[2001:db8::1]:444", "[2001:db8::1]:444", "/b/api/v1", true},
    };
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.url)
        {
            const auto origin = protocol::parse_origin(row.url);
            BOOST_TEST(origin.authority() == row.authority);
            BOOST_TEST(origin.host_field() == row.host_field);
            BOOST_TEST(origin.path == row.path);
            BOOST_TEST(origin.tls == row.tls);
        }
    }
}

BOOST_AUTO_TEST_CASE(keep_an_ipv6_address_without_its_brackets)
{
    BOOST_TEST(protocol::parse_origin("https://[::1]:8443").host == "::1");
}

BOOST_AUTO_TEST_CASE(are_refused_with_what_is_wrong)
{
    struct row {
        std::string url, reason;
    };
    const std::vector<row> rows{
        {"", "empty"},
        {"a.example", "no scheme"},
        {"a.example:443/x", "no scheme"},
        {"ftp://a.example", "neither https nor http"},
        {"https://", "no host"},
        {"https:///api/v1", "no host"},
        {"https://api.example/general/v0/general", "https://platform.unstructuredapp.io"},
        {"https://api.example/general/v0/general/", "Partition API"},
        {"https://:443", "no host"},
        {"https://a b.example", "blank at position 10"},
        {" https://a.example", "blank at position 1"},
        {"https://a.example\n", "control character at position 18"},
        {std::string{"https://a\0b", 11}, "control character"},
        {"https://\xc3\xa4.example", "not ASCII"},
        {"https://a.example/\xc3\xa4", "not ASCII"},
        {"https://user:secret@a.example", "user information"},
        {"https://user:se/cret@a.example", "user information"},
        {"https://a.example?x=1", "query"},
        {"https://a.example/?", "query"},
        {"https://a.example/#x", "fragment"},
        {"https://a.example:", "port"},
        {"https://a.example:0", "port"},
        {"https://a.example:65536", "port"},
        {"https://a.example:-1", "port"},
        {"https://a.example:+1", "port"},
        {"https://a.example:44x", "port"},
        {"https://a..example", "no host name"},
        {"https://-a.example", "no host name"},
        {"https://a%20.example", "no host name"},
        {"https://1.2.3", "no IPv4 address"},
        {"https://1.2.3.256", "no IPv4 address"},
        {"https://::1", "brackets"},
        {"https://[::1", "closing bracket"},
        {"https://[::1]x", "after the IPv6 address"},
        {"https://[1.2.3.4]", "no IPv6 address"},
        {"https://[fe80::1%eth0]", "no IPv6 address"},
        {"https://a.example/a\\b", "in its path"},
        {"https://a.example/%4", "'%' in its path"},
        {"https://" + std::string(3000, 'a'), "longer than"},
        {"https://" + std::string(64, 'a') + ".example", "no host name"},
    };
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.url)
        {
            const auto error = error_of([&] { (void)protocol::parse_origin(row.url); });
            BOOST_TEST(error.field() == "url");
            BOOST_TEST(mentions(error, row.reason), error.what());
            BOOST_TEST(!mentions(error, "secret"));
            BOOST_TEST(!mentions(error, "cret@"));
        }
    }
}

BOOST_AUTO_TEST_CASE(know_whether_they_are_this_machine)
{
    for (const auto* url : {"http://localhost", "http://LOCALHOST:1", "http://a.localhost", "http://127.0.0.1",
                            "http://127.255.0.3", "http://[::1]", "http://[0:0:0:0:0:0:0:1]"})
        BOOST_TEST(protocol::parse_origin(url).is_loopback(), url);
    for (const auto* url : {"http://localhost.example", "http://mylocalhost", "http://128.0.0.1", "http://127.example",
                            "http://[::2]", "http://0.0.0.0"})
        BOOST_TEST(!protocol::parse_origin(url).is_loopback(), url);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(keys)

BOOST_AUTO_TEST_CASE(may_hold_printable_ascii)
{
    BOOST_CHECK_NO_THROW(protocol::validate({.key = "aZ09-_.~ !\"#$%&'()*+,/:;<=>?@[]^`{|}"}));
    BOOST_CHECK_NO_THROW(protocol::validate({.key = std::string(4096, 'k')}));
}

BOOST_AUTO_TEST_CASE(are_refused_with_position_and_kind_but_never_shown)
{
    struct row {
        std::string key, reason;
    };
    const std::vector<row> rows{
        {"", "empty"},
        {std::string(4097, 'k'), "4096"},
        {"hidden\r\nX: y", "carriage return at position 7"},
        {"hidden\n", "line feed at position 7"},
        {std::string{"hid\0den", 7}, "NUL at position 4"},
        {"hid\tden", "tab at position 4"},
        {"hid\x1b"
         "den",
         "control character at position 4"},
        {"hid\x7f", "control character at position 4"},
        {"hid\xc3\xa4", "not ASCII at position 4"},
        {" hidden", "blank at its beginning"},
        {"hidden ", "blank at its end"},
    };
    for (const auto& row : rows) {
        const auto error = error_of([&] { protocol::validate({.key = row.key}); });
        BOOST_TEST(error.field() == "credentials.key");
        BOOST_TEST(mentions(error, row.reason), error.what());
        BOOST_TEST(!mentions(error, "hid"));
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(request_heads)

BOOST_AUTO_TEST_CASE(are_whole_requests_for_a_job)
{
    protocol::request_head head{protocol::parse_origin("https://a.example:8443/base"), {.key = "k-1"}, "jobaudit/1.0"};

    BOOST_TEST(head.for_job(*job_id::parse("01234567-89ab-cdef-0123-456789abcdef")) ==
               "GET /base/api/v1/jobs/01234567-89ab-cdef-0123-456789abcdef/failed-files HTTP/1.1\r\n"
               "Host: a.example:8443\r\n"
               "unstructured-api-key: k-1\r\n"
               "Accept: application/json\r\n"
               "Accept-Encoding: gzip\r\n"
               "User-Agent: jobaudit/1.0\r\n"
               "\r\n");
}

BOOST_AUTO_TEST_CASE(change_in_the_job_alone)
{
    protocol::request_head head{protocol::parse_origin("https://a.example"), {.key = "k"}, "ua"};
    const std::string nil{head.for_job(job_id{})};
    const auto other = *job_id::parse("ffffffff-ffff-ffff-ffff-ffffffffffff");

    std::string expected = nil;
    expected.replace(expected.find("00000000-"), job_id::text_size, other.to_string());
    BOOST_TEST(head.for_job(other) == expected);
    BOOST_TEST(head.for_job(job_id{}) == nil);
}

BOOST_AUTO_TEST_CASE(can_carry_the_key_as_a_bearer_token)
{
    protocol::request_head head{
        protocol::parse_origin("https://a.example"), {.key = "k-1", .scheme = jobaudit::authentication::bearer}, "ua"};
    const auto text = head.for_job(job_id{});

    BOOST_TEST(text.find("\r\nAuthorization: Bearer k-1\r\n") != std::string_view::npos);
    BOOST_TEST(text.find("unstructured-api-key") == std::string_view::npos);
}

BOOST_AUTO_TEST_CASE(are_not_made_from_what_is_no_header_value)
{
    const auto where = protocol::parse_origin("https://a.example");

    BOOST_TEST(error_of([&] { protocol::request_head{where, {.key = "a\r\nb"}, "ua"}; }).field() == "credentials.key");
    BOOST_TEST(error_of([&] { protocol::request_head{where, {.key = "k"}, "u\na"}; }).field() == "user_agent");
}

BOOST_AUTO_TEST_CASE(can_ask_for_the_list_of_jobs_and_encode_what_it_is_narrowed_to)
{
    BOOST_TEST(protocol::list_target("", "") == "/jobs/");
    BOOST_TEST(protocol::list_target("", "IN_PROGRESS") == "/jobs/?status=IN_PROGRESS");
    BOOST_TEST(protocol::list_target("0a-1", "") == "/jobs/?workflow_id=0a-1");
    BOOST_TEST(protocol::list_target("a b&", "\xc3\xa4\r\n") == "/jobs/?workflow_id=a%20b%26&status=%C3%A4%0D%0A");
}

BOOST_AUTO_TEST_CASE(can_ask_for_any_other_target)
{
    const auto text =
        protocol::make_get(protocol::parse_origin("https://a.example/b"), {.key = "k"}, "ua", "/jobs/?status=FAILED");

    BOOST_TEST(text.starts_with("GET /b/api/v1/jobs/?status=FAILED HTTP/1.1\r\n"));
}

BOOST_AUTO_TEST_SUITE_END()
