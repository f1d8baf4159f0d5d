#include "protocol/control_characters.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

using namespace jobaudit::protocol;

BOOST_AUTO_TEST_SUITE(control_characters)

BOOST_AUTO_TEST_CASE(are_escaped_in_json_whose_value_stays)
{
    const std::string text =
        "\x7f\xc2\x9b\xe2\x80\xa8\xe2\x80\xae\xe2\x81\xa6\xef\xbb\xbf\xf3\xa0\x80\x81 \xc3\xa9 \xf0\x9f\x98\x80";
    const auto escaped = with_escaped_controls("{\"name\":\"" + text + "\"}\n");

    BOOST_TEST(escaped == R"({"name":"\u007f\u009b\u2028\u202e\u2066\ufeff\udb40\udc01 )"
                          "\xc3\xa9 \xf0\x9f\x98\x80\"}\n");
    BOOST_TEST(boost::json::parse(escaped).at("name").as_string() == text);
}

BOOST_AUTO_TEST_CASE(are_no_letters_and_no_line_breaks_between_records)
{
    for (const auto* text : {"{}\n{}\n", "\xc2\xa0", "\xe2\x80\xa7", "\xf3\xa0\x82\x80", ""})
        BOOST_TEST(with_escaped_controls(text) == text);
}

BOOST_AUTO_TEST_CASE(leave_what_is_no_utf_8_as_it_is) { BOOST_TEST(with_escaped_controls("a\xff\xc2") == "a\xff\xc2"); }

BOOST_AUTO_TEST_SUITE_END()
