#include "cli/parsed_arguments.hpp"
#include "scratch_folder.hpp"

namespace {

using namespace jobaudit;
using namespace jobaudit::test;
using cli::parse_fetch;
using namespace std::chrono_literals;

}  // namespace

BOOST_AUTO_TEST_SUITE(fetch_options_on_the_command_line)

BOOST_AUTO_TEST_CASE(have_the_defaults_of_the_contract)
{
    const auto read = taken(parse_fetch(words{some_job}));
    BOOST_TEST(read.job_ids == words{some_job});
    BOOST_TEST(!read.json);
    BOOST_TEST((read.level == cli::log_level::warn));
    BOOST_TEST(read.limits.attempts == 5U);
    BOOST_TEST((read.limits.timeout == 30s));
    BOOST_TEST((read.limits.job_timeout == 5min));
    BOOST_TEST((read.limits.max_wait == 15min));
    BOOST_TEST(read.connection.max_body == 256ULL * 1024 * 1024);
    BOOST_TEST((read.connection.scheme == authentication::api_key));
}

BOOST_AUTO_TEST_CASE(reach_each_its_field)
{
    const auto read = taken(parse_fetch(words{"--json",
                                              "--log-level",
                                              "debug",
                                              "--attempts",
                                              "7",
                                              "--timeout",
                                              "1s",
                                              some_job,
                                              "--job-timeout",
                                              "2s",
                                              "--max-wait",
                                              "3s",
                                              "--url",
                                              "https://host",
                                              "--auth",
                                              "bearer",
                                              "--api-key-file",
                                              "key",
                                              "--ca-file",
                                              "ca.pem",
                                              "--client-cert",
                                              "c.pem",
                                              "--client-key",
                                              "k.pem",
                                              "--proxy",
                                              "http://p:1",
                                              "--allow-plain-http",
                                              "--max-body",
                                              "1K"}));
    BOOST_TEST(read.job_ids == words{some_job});
    BOOST_TEST(read.json);
    BOOST_TEST((read.level == cli::log_level::debug));
    BOOST_TEST(read.limits.attempts == 7U);
    BOOST_TEST((read.limits.timeout == 1s));
    BOOST_TEST((read.limits.job_timeout == 2s));
    BOOST_TEST((read.limits.max_wait == 3s));
    BOOST_TEST(read.connection.url == "https://host");
    BOOST_TEST((read.connection.scheme == authentication::bearer));
    BOOST_TEST(read.connection.api_key_file == "key");
    BOOST_TEST(read.connection.ca_file == "ca.pem");
    BOOST_TEST(read.connection.client_certificate_file == "c.pem");
    BOOST_TEST(read.connection.client_key_file == "k.pem");
    BOOST_TEST(read.connection.proxy == "http://p:1");
    BOOST_TEST(read.connection.allow_plain_http);
    BOOST_TEST(read.connection.max_body == 1024U);
}

BOOST_AUTO_TEST_CASE(need_jobs)
{
    const words two{some_job, "5e0c0000-0000-4000-8000-000000000000"};
    BOOST_TEST(taken(parse_fetch(two)).job_ids == two);
    BOOST_TEST(contains(refused(parse_fetch(words{})), "JOB_ID"));
    for (const std::string no_job : {"", "12345", "0a8f3c1e7d524b7e9d1c5f2e6a7b8c90"})
        for (const auto& given : {words{no_job}, words{some_job, no_job}})
            BOOST_TEST(refused(parse_fetch(given)) == "jobaudit fetch: \"" + no_job +
                                                          "\" is no job ID: give a UUID such as "
                                                          "0a8f3c1e-7d52-4b7e-9d1c-5f2e6a7b8c90");
}

BOOST_AUTO_TEST_CASE(know_nothing_of_a_batch)
{
    for (const auto* option : {"--concurrency", "--rate", "--jobs", "--deadline"})
        BOOST_TEST(contains(refused(parse_fetch(words{some_job, option, "1"})), option));
}

BOOST_AUTO_TEST_CASE(that_contradict_each_other_are_refused)
{
    BOOST_TEST(refused(parse_fetch(words{some_job, "--client-key", "k.pem"})) ==
               "jobaudit fetch: --client-key needs --client-cert: name the certificate too");
}

BOOST_AUTO_TEST_CASE(are_told_by_the_help)
{
    const auto text = help(parse_fetch(words{"--help"}));
    for (const auto* part : {"JOB_ID", "--json", "--attempts NUMBER=5", "jobaudit fetch"})
        BOOST_TEST(contains(text, part), part << " is not in\n" << text);
}

BOOST_AUTO_TEST_SUITE_END()
