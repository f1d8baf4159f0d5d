#include "protocol/redaction.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace {

std::string redacted(std::string text, std::string_view secret)
{
    jobaudit::protocol::redact(text, secret);
    return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(redaction)

BOOST_AUTO_TEST_CASE(replaces_the_secret_wherever_it_stands)
{
    BOOST_TEST(redacted("key secret-1234 of secret-1234secret-1234.", "secret-1234") ==
               "key [the API key] of [the API key][the API key].");
    BOOST_TEST(redacted("nothing of it", "secret-1234") == "nothing of it");
    BOOST_TEST(redacted("", "secret-1234") == "");
}

BOOST_AUTO_TEST_CASE(replaces_what_is_left_of_it_where_the_text_was_cut)
{
    BOOST_TEST(redacted("key secret-12", "secret-1234") == "key [the API key]");
    BOOST_TEST(redacted("key secret", "secret-1234") == "key secret");
}

BOOST_AUTO_TEST_CASE(leaves_a_text_alone_for_what_is_too_short_to_be_a_key)
{
    BOOST_TEST(redacted("anything", "any") == "anything");
    BOOST_TEST(redacted("anything", "") == "anything");
}

BOOST_AUTO_TEST_SUITE_END()
