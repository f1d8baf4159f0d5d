#include "protocol/redaction.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>

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

BOOST_AUTO_TEST_CASE(replaces_it_in_every_spelling)
{
    constexpr std::string_view secret = "Secret/1234";
    for (const char* spelling : {
             "SECRET/1234",
             "secret/1234",
             R"(Secret\/1234)",
             R"(\u0053ecret\u002f1234)",
             R"(\\u0053ecret\\/1234)",
             R"(Secret\u002F1234)",
             "Secret%2F1234",
             "%53%65%63%72%65%74%2f%31%32%33%34",
             "Secret&#47;1234",
             "&#x53;ecret&#x2F;1234",
         })
        BOOST_TEST(redacted("is " + std::string{spelling} + " ours", secret) == "is [the API key] ours", spelling);
    BOOST_TEST(redacted(R"(a\\b)", "1234567890") == R"(a\\b)");
    BOOST_TEST(redacted(R"(of pass\\word\"12.)", R"(pass\word"12)") == "of [the API key].");
    BOOST_TEST(redacted("&amp; 100% \\", secret) == "&amp; 100% \\");
}

BOOST_AUTO_TEST_CASE(replaces_a_secret_that_holds_what_elsewhere_is_an_escape)
{
    for (const auto& [secret, spelling] : {
             std::pair{"pass&amp;word1", "pass&amp;word1"},
             std::pair{"pass&amp;word1", "pass&amp;amp;word1"},
             std::pair{"a&amp;b/cdefgh", R"(a&amp;b\/cdefgh)"},
             std::pair{"&#38;abcdefgh", "&#38;abcdefgh"},
             std::pair{"%25bcdefgh", "%25bcdefgh"},
             std::pair{"%25bcdefgh", "%2525bcdefgh"},
             std::pair{R"(pass\\word)", R"(pass\\word)"},
             std::pair{R"(pass\\word)", R"(pass\\word)"},
         })
        BOOST_TEST(redacted("is " + std::string{spelling} + " ours", secret) == "is [the API key] ours", spelling);
}

BOOST_AUTO_TEST_CASE(replaces_a_beginning_of_it_anywhere)
{
    BOOST_TEST(redacted("of secret-1\xe2\x80\xa6 and", "secret-1234") == "of [the API key]\xe2\x80\xa6 and");
    BOOST_TEST(redacted("of secret-\xe2\x80\xa6 and", "secret-1234") == "of secret-\xe2\x80\xa6 and");
}

BOOST_AUTO_TEST_CASE(takes_all_secrets_by_their_names)
{
    std::string text = "key-12345 and password-1";
    jobaudit::protocol::redact(text, {{"key-12345", "[key]"}, {"password-1", "[login]"}});
    BOOST_TEST(text == "[key] and [login]");
}

BOOST_AUTO_TEST_CASE(leaves_a_text_alone_for_what_is_too_short_to_be_a_key)
{
    BOOST_TEST(redacted("anything", "any") == "anything");
    BOOST_TEST(redacted("anything", "") == "anything");
}

BOOST_AUTO_TEST_SUITE_END()
