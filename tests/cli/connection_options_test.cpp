#include "cli/options/connection_options.hpp"

#include "cli/failure.hpp"
#include "cli/given_environment.hpp"
#include "scratch_folder.hpp"

namespace {

using namespace jobaudit;
using namespace jobaudit::test;
using cli::connection_options;
using cli::make_client_options;
using cli::option_message;
using cli::with_option_names;

}  // namespace

BOOST_AUTO_TEST_SUITE(connections_as_the_command_line_has_them)

BOOST_AUTO_TEST_CASE(take_the_library_s_defaults_and_the_key_of_the_environment)
{
    const auto client = make_client_options({}, given_environment({{"UNSTRUCTURED_API_KEY", "the-key"}}));
    BOOST_TEST(client.url == "https://platform.unstructuredapp.io");
    BOOST_TEST(client.credentials.key == "the-key");
    BOOST_TEST((client.credentials.scheme == authentication::api_key));
    BOOST_TEST(client.tls.ca_file == "");
    BOOST_TEST(client.tls.client_certificate_file == "");
    BOOST_TEST(client.tls.client_key_file == "");
    BOOST_TEST(client.proxy == "");
    BOOST_TEST(!client.allow_plain_http);
    BOOST_TEST(client.max_body == 256ULL * 1024 * 1024);
}

BOOST_AUTO_TEST_CASE(hand_every_option_to_the_library)
{
    const scratch_folder folder;
    const connection_options options{.url = "https://127.0.0.1:8443",
                                     .api_key_file = folder.write("key", "from-the-file\n"),
                                     .scheme = authentication::bearer,
                                     .ca_file = "ca.pem",
                                     .client_certificate_file = "certificate.pem",
                                     .client_key_file = "key.pem",
                                     .proxy = "http://proxy.example:1",
                                     .allow_plain_http = true,
                                     .max_body = 1000};
    const auto client = make_client_options(options, given_environment({{"UNSTRUCTURED_API_URL", "https://other"},
                                                                        {"UNSTRUCTURED_API_KEY", "other"},
                                                                        {"HTTPS_PROXY", "http://other"},
                                                                        {"NO_PROXY", "*"}}));
    BOOST_TEST(client.url == "https://127.0.0.1:8443");
    BOOST_TEST(client.credentials.key == "from-the-file");
    BOOST_TEST((client.credentials.scheme == authentication::bearer));
    BOOST_TEST(client.tls.ca_file == "ca.pem");
    BOOST_TEST(client.tls.client_certificate_file == "certificate.pem");
    BOOST_TEST(client.tls.client_key_file == "key.pem");
    BOOST_TEST(client.proxy == "http://proxy.example:1");
    BOOST_TEST(client.allow_plain_http);
    BOOST_TEST(client.max_body == 1000U);
}

BOOST_AUTO_TEST_CASE(take_the_url_and_the_proxy_of_the_environment)
{
    const auto client = make_client_options({}, given_environment({{"UNSTRUCTURED_API_URL", "https://host.example"},
                                                                   {"UNSTRUCTURED_API_KEY", "the-key"},
                                                                   {"HTTPS_PROXY", "http://proxy.example:1"},
                                                                   {"NO_PROXY", "platform.unstructuredapp.io"}}));
    BOOST_TEST(client.url == "https://host.example");
    BOOST_TEST(client.proxy == "http://proxy.example:1");
}

BOOST_AUTO_TEST_CASE(spare_the_host_that_is_asked_by_default_where_no_proxy_names_it)
{
    const auto client = make_client_options({}, given_environment({{"UNSTRUCTURED_API_URL", ""},
                                                                   {"UNSTRUCTURED_API_KEY", "the-key"},
                                                                   {"HTTPS_PROXY", "http://proxy.example:1"},
                                                                   {"NO_PROXY", ".unstructuredapp.io"}}));
    BOOST_TEST(client.url == "https://platform.unstructuredapp.io");
    BOOST_TEST(client.proxy == "");
}

BOOST_AUTO_TEST_CASE(are_refused_with_the_name_of_what_holds_the_fault)
{
    struct {
        const char* url;  // as options
        const char* proxy;
        const char* variable;
        const char* value;
        const char* said;
    } const cases[] = {
        {"ftp://a.example", "", "UNSTRUCTURED_API_URL", "https://b.example", "--url: has a scheme"},
        {"", "", "UNSTRUCTURED_API_URL", "ftp://a", "the environment variable UNSTRUCTURED_API_URL: has a scheme"},
        {"", "socks5://p", "HTTPS_PROXY", "http://p", "--proxy: only http:// proxies"},
        {"", "", "HTTPS_PROXY", "socks5://p", "the environment variable HTTPS_PROXY: only http:// proxies"},
        {"", "", "all_proxy", "socks5h://p:1080", "the environment variable all_proxy: only http:// proxies"},
        {"", "", "ALL_PROXY", "http://u:p@h:x", "the environment variable ALL_PROXY: the port is no number"},
        {"http://a.example", "", "HTTPS_PROXY", "http://p", "--url: http:// would send the key in clear"},
    };
    for (const auto& each : cases) {
        connection_options options;
        options.url = each.url;
        options.proxy = each.proxy;
        const auto variables = given_environment({{"UNSTRUCTURED_API_KEY", "the-key"}, {each.variable, each.value}});
        try {
            (void)make_client_options(options, variables);
            BOOST_ERROR("accepted: " << each.variable << '=' << each.value);
        } catch (const cli::failure& refused) {
            BOOST_TEST((refused.code() == cli::exit_code::usage));
            BOOST_TEST(std::string{refused.what()}.starts_with(each.said), refused.what());
        }
    }
}

BOOST_AUTO_TEST_CASE(take_no_line_break_at_the_end_of_a_variable_s_value)
{
    const auto client = make_client_options({}, given_environment({{"UNSTRUCTURED_API_URL", "https://a.example\n"},
                                                                   {"UNSTRUCTURED_API_KEY", "the-key\r\n"},
                                                                   {"HTTPS_PROXY", "http://proxy.example:1\n"}}));
    BOOST_TEST(client.url == "https://a.example");
    BOOST_TEST(client.credentials.key == "the-key");
    BOOST_TEST(client.proxy == "http://proxy.example:1");
}

BOOST_AUTO_TEST_CASE(are_none_without_a_key)
{
    try {
        (void)make_client_options({}, given_environment({}));
        BOOST_FAIL("a client without a key");
    } catch (const cli::failure& refused) {
        BOOST_TEST((refused.code() == cli::exit_code::usage));
        BOOST_TEST(contains(refused.what(), "UNSTRUCTURED_API_KEY"));
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(messages_of_the_library)

BOOST_AUTO_TEST_CASE(about_a_field_name_its_option)
{
    struct {
        const char* field;
        const char* option;
    } const cases[] = {
        {"url", "--url"},
        {"credentials.key", "the API key"},
        {"credentials.scheme", "--auth"},
        {"tls.ca_file", "--ca-file"},
        {"tls.client_certificate_file", "--client-cert"},
        {"tls.client_key_file", "--client-key"},
        {"proxy", "--proxy"},
        {"allow_plain_http", "--allow-plain-http"},
        {"max_body", "--max-body"},
        {"max_memory", "--max-memory"},
        {"concurrency", "--concurrency"},
        {"threads", "--threads"},
        {"rate", "--rate"},
        {"burst", "--burst"},
        {"adaptive", "--adaptive"},
        {"attempts", "--attempts"},
        {"timeout", "--timeout"},
        {"job_timeout", "--job-timeout"},
        {"max_wait", "--max-wait"},
        {"deadline", "--deadline"},
        {"outage_limit", "--outage-limit"},
        {"outage_limit_at_start", "--outage-limit"},
        {"max_head", "max_head"},
    };
    for (const auto& each : cases)
        BOOST_TEST(option_message(option_error{each.field, "is wrong"}) == std::string{each.option} + ": is wrong");
}

BOOST_AUTO_TEST_CASE(about_a_field_name_the_options_in_their_text_too)
{
    BOOST_TEST(option_message(option_error{"url", "allow it explicitly (allow_plain_http)"}) ==
               "--url: allow it explicitly (--allow-plain-http)");
}

BOOST_AUTO_TEST_CASE(name_options_in_place_of_fields)
{
    struct {
        const char* text;
        const char* said;
    } const cases[] = {
        {"", ""},
        {"longer than max_wait", "longer than --max-wait"},
        {"max_wait: 15m", "--max-wait: 15m"},
        {"raise max_body.", "raise --max-body."},
        {"max_body and max_body", "--max-body and --max-body"},
        {"name the CA (tls.ca_file)", "name the CA (--ca-file)"},
        {"tls_options::ca_file", "--ca-file"},
        {"outage_limit_at_start, then outage_limit", "--outage-limit, then --outage-limit"},
        {"--max-body", "--max-body"},
        {"my_max_body max_body", "my_max_body --max-body"},
        {"xmax_body max_body", "xmax_body --max-body"},
        {"max_body_size", "max_body_size"},
        {"options.max_body", "options.max_body"},
        {"the rate of the proxy at this url", "the rate of the proxy at this url"},
        {"timeout after 5 attempts", "timeout after 5 attempts"},
    };
    for (const auto& each : cases)
        BOOST_TEST(with_option_names(each.text) == each.said);
}

BOOST_AUTO_TEST_SUITE_END()
