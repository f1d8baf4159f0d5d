#include "cli/advice.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace jobaudit;
using cli::advice_on;

bool advises(std::string_view advice, std::string_view word) { return advice.find(word) != std::string_view::npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(advice)

BOOST_AUTO_TEST_CASE(names_the_option_that_has_to_do_with_what_was_wrong)
{
    struct {
        errc error;
        std::string_view option;
    } const cases[] = {
        {errc::unauthorized, "UNSTRUCTURED_API_KEY"},
        {errc::forbidden, "workspace"},
        {errc::unknown_path, "--url"},
        {errc::host_not_found, "--url"},
        {errc::proxy_unauthorized, "--proxy"},
        {errc::certificate_rejected, "--ca-file"},
        {errc::certificate_for_another_host, "--url"},
        {errc::certificate_out_of_date, "clock"},
        {errc::payment_required, "quota"},
        {errc::body_too_large, "--max-body"},
        {errc::attempt_timed_out, "--timeout"},
        {errc::job_timed_out, "--job-timeout"},
    };
    for (const auto& each : cases) {
        BOOST_TEST(advises(advice_on(each.error), each.option), error_code{each.error}.message());
        BOOST_TEST(advice_on(stop_reason::fatal, each.error) == advice_on(each.error));
    }
}

BOOST_AUTO_TEST_CASE(sends_nobody_for_a_ca_file_when_another_thing_is_wrong_with_the_certificate)
{
    BOOST_TEST(!advises(advice_on(errc::certificate_out_of_date), "--ca-file"));
    BOOST_TEST(!advises(advice_on(errc::certificate_for_another_host), "--ca-file"));
}

BOOST_AUTO_TEST_CASE(differs_with_what_a_refusal_came_to)
{
    BOOST_TEST(advises(advice_on(stop_reason::wait_too_long, errc::rate_limited), "--max-wait"));
    BOOST_TEST(advises(advice_on(stop_reason::fatal, errc::rate_limited), "quota"));
    BOOST_TEST(advice_on(errc::rate_limited).empty());
}

BOOST_AUTO_TEST_CASE(says_where_a_time_limit_came_from)
{
    BOOST_TEST(advises(advice_on(stop_reason::deadline, error_code{}), "--deadline"));
}

BOOST_AUTO_TEST_CASE(raises_no_limit_of_ours_for_one_of_the_server_s)
{
    outcome result;
    result.error = errc::attempt_timed_out;
    BOOST_TEST(advises(advice_on(result), "--timeout"));
    result.http_status = 408;
    BOOST_TEST(advice_on(result).empty());
}

BOOST_AUTO_TEST_CASE(is_not_given_where_there_is_nothing_to_be_done)
{
    BOOST_TEST(advice_on(error_code{}).empty());
    BOOST_TEST(advice_on(errc::connect_failed).empty());
    BOOST_TEST(advice_on(stop_reason::none, errc::unauthorized).empty());
    BOOST_TEST(advice_on(stop_reason::canceled, errc::canceled).empty());
    BOOST_TEST(advice_on(make_error_code(boost::system::errc::not_enough_memory)).empty());
}

BOOST_AUTO_TEST_CASE(stands_behind_what_happened)
{
    BOOST_TEST(cli::with_advice("the key was refused", "check it") == "the key was refused; check it");
    BOOST_TEST(cli::with_advice("interrupted", "") == "interrupted");
    BOOST_TEST(cli::with_advice("", "check it") == "check it");
}

BOOST_AUTO_TEST_SUITE_END()
