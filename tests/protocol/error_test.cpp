#include <jobaudit/error.hpp>

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

using jobaudit::condition;
using jobaudit::errc;
using jobaudit::error_code;

namespace {

constexpr int last_code = static_cast<int>(errc::invalid_job_id);

std::set<errc> codes_with(condition value)
{
    std::set<errc> codes;
    for (int i = 1; i <= last_code; ++i) {
        if (error_code{static_cast<errc>(i)} == value)
            codes.insert(static_cast<errc>(i));
    }
    return codes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(errors)

BOOST_AUTO_TEST_CASE(belong_to_a_category_of_their_own)
{
    const error_code code = errc::not_found;

    BOOST_TEST(std::string{code.category().name()} == "jobaudit");
    BOOST_TEST((code == errc::not_found));
    BOOST_TEST((code != error_code{4, boost::system::generic_category()}));
    BOOST_TEST(code.failed());
}

BOOST_AUTO_TEST_CASE(have_messages_that_differ)
{
    std::set<std::string> messages;
    for (int i = 1; i <= last_code; ++i)
        messages.insert(error_code{static_cast<errc>(i)}.message());
    BOOST_TEST(messages.size() == static_cast<std::size_t>(last_code));
    BOOST_TEST(messages.count("unknown error") == 0u);
    BOOST_TEST((error_code{9999, jobaudit::error_category()}.message() == "unknown error"));
}

BOOST_AUTO_TEST_CASE(are_fatal_when_no_job_can_succeed)
{
    const std::set expected{errc::host_not_found,          errc::proxy_unauthorized,
                            errc::certificate_rejected,    errc::certificate_for_another_host,
                            errc::certificate_out_of_date, errc::unauthorized,
                            errc::payment_required};
    BOOST_TEST((codes_with(condition::fatal) == expected));
}

BOOST_AUTO_TEST_CASE(are_never_both_fatal_and_retryable)
{
    for (const auto code : codes_with(condition::fatal))
        BOOST_TEST((error_code{code} != condition::retryable));
}

BOOST_AUTO_TEST_CASE(are_retryable_when_the_same_request_may_succeed_later)
{
    for (const auto code : {errc::connect_failed, errc::connection_lost, errc::attempt_timed_out, errc::rate_limited,
                            errc::server_error, errc::malformed_body, errc::bad_response})
        BOOST_TEST((error_code{code} == condition::retryable));
    for (const auto code : {errc::canceled, errc::not_found, errc::validation, errc::forbidden, errc::body_too_large})
        BOOST_TEST((error_code{code} != condition::retryable));
}

BOOST_AUTO_TEST_CASE(tell_whose_fault_they_are)
{
    const std::set client{errc::unauthorized, errc::payment_required, errc::forbidden,
                          errc::not_found,    errc::validation,       errc::rate_limited};
    BOOST_TEST((codes_with(condition::client_error) == client));
    BOOST_TEST((codes_with(condition::server_error) == std::set{errc::unknown_path, errc::server_error}));
}

BOOST_AUTO_TEST_CASE(of_other_categories_meet_no_condition)
{
    for (const auto value : {condition::retryable, condition::fatal, condition::client_error, condition::server_error})
        BOOST_TEST((error_code{static_cast<int>(errc::unauthorized), boost::system::generic_category()} != value));
}

BOOST_AUTO_TEST_SUITE_END()
