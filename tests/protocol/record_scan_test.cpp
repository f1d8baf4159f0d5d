#include "protocol/record_scan.hpp"

#include "protocol/failed_files_reading.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <vector>

using jobaudit::protocol::is_list_closing;
using jobaudit::protocol::read_files_at_every_split;
using jobaudit::protocol::scan_bounds;
using jobaudit::protocol::scan_first_record;
using jobaudit::protocol::scan_list_opening;
using jobaudit::protocol::scan_next_record;
using jobaudit::protocol::scanned_record;

namespace {

constexpr scan_bounds bounds{100, 3};

const std::string plain = R"(,{"document":"a.pdf","error":"broken"})";

std::string listed(const std::string& records)
{
    return R"({"failed_files":[{"document":"d","error":"e"})" + records + "]}";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(record_scan)

BOOST_AUTO_TEST_CASE(takes_a_record_with_its_comma_and_no_more)
{
    scanned_record record;
    const std::string bytes = plain + R"(,{"document":)";

    BOOST_TEST(scan_next_record(bytes, bounds, record) == plain.size());
    BOOST_TEST(record.document.text == "a.pdf");
    BOOST_TEST(record.error.text == "broken");
}

BOOST_AUTO_TEST_CASE(takes_the_first_record_which_has_no_comma_in_front)
{
    scanned_record record;
    const std::string bytes = plain.substr(1) + plain;
    BOOST_TEST(scan_first_record(bytes, bounds, record) == plain.size() - 1);
    BOOST_TEST(record.document.text == "a.pdf");
    BOOST_TEST(record.json == plain.substr(1));

    BOOST_TEST(scan_first_record(plain, bounds, record) == 0);
    BOOST_TEST(scan_next_record(plain.substr(1), bounds, record) == 0);
}

BOOST_AUTO_TEST_CASE(allows_a_blank_behind_commas_and_colons_and_letters_of_all_languages)
{
    scanned_record record;
    const std::string bytes = R"(, {"document": "Übersicht 予算.pdf", "error": "кодировка 🙂"})";

    BOOST_TEST(scan_next_record(bytes, bounds, record) == bytes.size());
    BOOST_TEST(record.document.text == "Übersicht 予算.pdf");
    BOOST_TEST(record.error.text == "кодировка 🙂");
}

BOOST_AUTO_TEST_CASE(takes_escapes_of_two_characters_as_they_stand)
{
    scanned_record record;
    const std::string bytes = R"(,{"document":"C:\\a","error":"\"xref\"\/\b\f\n\r\t\\"})";

    BOOST_TEST(scan_next_record(bytes, bounds, record) == bytes.size());
    BOOST_TEST(record.document.text == R"(C:\\a)");
    BOOST_TEST(record.document.has_escapes);
    BOOST_TEST(record.error.text == R"(\"xref\"\/\b\f\n\r\t\\)");

    BOOST_TEST(scan_next_record(plain, bounds, record) == plain.size());
    BOOST_TEST(!record.document.has_escapes);
}

BOOST_AUTO_TEST_CASE(gives_the_record_as_json_where_it_may_be_copied)
{
    const std::vector<std::string> copied{
        R"({"document":"","error":""})",
        R"({"document":"Übersicht 予算.pdf","error":"\"xref\" \b\f\n\r\t \\ / 🙂"})",
        R"({"document":"a\/d","error":"\u00fcb\uD83D\uDE42\u2028"})",
    };
    const std::vector<std::string> others{
        R"({"document": "d","error":"e"})",          R"({"document":"d", "error":"e"})",
        R"({"document":"d","error": "e"})",          R"({"document":"d","error":"e" })",
        R"({"error":"e","document":"d"})",           R"({"document":"d","error":"e","page":1})",
        "{\"document\":\"a\u2028\",\"error\":\"\"}", "{\"document\":\"\",\"error\":\"\u2029\"}",
    };
    scanned_record record;
    for (const std::string front : {",", ", ", "\n\t, "}) {
        for (const auto& each : copied) {
            const std::string bytes = front + each + ",";
            BOOST_TEST(scan_next_record(bytes, bounds, record) == bytes.size() - 1);
            BOOST_TEST(record.json == each);
        }
        for (const auto& each : others) {
            BOOST_TEST(scan_next_record(front + each, bounds, record) == front.size() + each.size());
            BOOST_TEST(record.json.empty(), each);
        }
    }
}

BOOST_AUTO_TEST_CASE(tells_which_strings_a_line_may_hold_as_they_are_spelled)
{
    scanned_record record;
    BOOST_TEST(scan_first_record("{\"document\":\"\u2028\",\"error\":\"\\u2028\"}", bounds, record) != 0U);
    BOOST_TEST(!record.document.may_stay);
    BOOST_TEST(record.error.may_stay);
}

BOOST_AUTO_TEST_CASE(takes_fields_in_any_order_blanks_anywhere_and_passes_others_over)
{
    for (const std::string json : {
             R"({"error":"e","document":"d"})",
             " \t\r\n{ \"document\" \n : \t\"d\" , \"error\" :\r\n \"e\" }",
             R"({"page":1,"document":"d","n":-0.50,"error":"e","m":20})",
             R"({"document":"d","more":[{"document":"x","error":"y"},{"a":{}}, [], [1 , 2],null],"error":"e"})",
             R"({"document":"d","error":"e","a":true,"b":false,"c":null,"":"\u0000"})",
             R"({"document":"d","a":{"document":1},"error":"e","documents":"x","errors":[]})",
         }) {
        scanned_record record;
        const std::string bytes = json + ",";
        BOOST_TEST(scan_first_record(bytes, bounds, record) == json.size(), json);
        BOOST_TEST(record.document.text == "d");
        BOOST_TEST(record.error.text == "e");
        BOOST_TEST(record.json.empty());
        for (std::size_t size = 0; size < json.size(); ++size)
            BOOST_TEST(scan_first_record(json.substr(0, size), bounds, record) == 0U, json.substr(0, size));
    }
}

BOOST_AUTO_TEST_CASE(goes_as_deep_as_it_is_told)
{
    scanned_record record;
    const std::string json = R"({"document":"d","error":"e","a":[{"b":[]}]})";
    BOOST_TEST(scan_first_record(json, scan_bounds{100, 3}, record) == json.size());
    BOOST_TEST(scan_first_record(json, scan_bounds{100, 2}, record) == 0U);
    const std::string deep =
        R"({"document":"d","error":"e","a":)" + std::string(5'000, '[') + std::string(5'000, ']') + "}";
    BOOST_TEST(scan_first_record(deep, scan_bounds{100, 10'000}, record) == 0U);
}

BOOST_AUTO_TEST_CASE(knows_how_a_list_opens_and_closes)
{
    for (const std::string opening : {R"({"failed_files":[)", "\n{ \"failed_files\" :\t[", R"({"failed_files": [)"}) {
        BOOST_TEST(scan_list_opening(opening + "{") == opening.size());
        for (std::size_t size = 0; size < opening.size(); ++size)
            BOOST_TEST(scan_list_opening(opening.substr(0, size)) == 0U);
    }
    for (const char* const other :
         {R"([{"failed_files":[)", R"({"failed_files":{)", R"({"failed":[)", R"({"a":1,"failed_files":[)"})
        BOOST_TEST(scan_list_opening(other) == 0U, other);
    for (const char* const closing : {"]}", " ]\n}\n", "\t]} \r\n"})
        BOOST_TEST(is_list_closing(closing), closing);
    for (const char* const other : {"", "]", "}", "]]}", "]}}", "],}", "]}x", ",]}"})
        BOOST_TEST(!is_list_closing(other), other);
}

BOOST_AUTO_TEST_CASE(leaves_every_beginning_of_a_record_to_who_sees_the_rest)
{
    scanned_record record;
    for (const auto& whole : {plain, std::string{R"(,{"document":"a\\","error":"\"\n"})"}}) {
        for (std::size_t size = 0; size < whole.size(); ++size)
            BOOST_TEST(scan_next_record(whole.substr(0, size), bounds, record) == 0);
        BOOST_TEST(scan_next_record(whole, bounds, record) == whole.size());
    }
}

BOOST_AUTO_TEST_CASE(leaves_all_other_forms_to_the_parser)
{
    const std::vector<std::string> others{
        R"({"document":"d","error":"e"})",
        R"(,,{"document":"d","error":"e"})",
        R"(,{,"document":"d","error":"e"})",
        R"(,{"document":"d",,"error":"e"})",
        R"(,{"document":"d","error":"e",})",
        R"(,{"document":"d" "error":"e"})",
        R"(,{"document":"d","error" "e"})",
        R"(,{"document":"d","error":"e","document":"d"})",
        R"(,{"document":"d","error":"e","\u0064ocument":"d"})",
        R"(,{"document":"d\ud800","error":"e"})",
        R"(,{"document":"d\x","error":"e"})",
        R"(,{"document":"d\","error":"e"})",
        R"(,{"document":"d","error":null})",
        R"(,{"document":"d"})",
        R"(,{"error":"e"})",
        R"(,{})",
        R"(,{"document":"d","error":"e"])",
        R"(,{"document":"d","error":"e","a":01})",
        R"(,{"document":"d","error":"e","a":1e5})",
        R"(,{"document":"d","error":"e","a":1.})",
        R"(,{"document":"d","error":"e","a":.5})",
        R"(,{"document":"d","error":"e","a":+1})",
        R"(,{"document":"d","error":"e","a":-})",
        R"(,{"document":"d","error":"e","a":nul})",
        R"(,{"document":"d","error":"e","a":})",
        R"(,{"document":"d","error":"e","a":[1 2]})",
        R"(,{"document":"d","error":"e","a":[1,]})",
        R"(,{"document":"d","error":"e","a":{"b"}})",
        R"(,{"document":"d","error":"e","a":{"b":1,}})",
        R"(,{"document":"d","error":"e","a":[}})",
        ",{\"document\":\"d\",\"error\":\"e\",\"a\":\"\x01\"}",
        ",{\"document\":\"d\",\"error\":\"e\",\"a\xFF\":1}",
        ",{\"document\":\"d\tx\",\"error\":\"e\"}",
        ",{\"document\":\"\xC3\x28\",\"error\":\"e\"}",
        ",{\"document\":\"\xED\xA0\x80\",\"error\":\"e\"}",
        R"(,{"document":"longer than 10 bytes","error":"e"})",
        R"(,{"document":"\n\n\n\n\n\n","error":"e"})",
    };
    scanned_record record;
    for (const auto& other : others)
        BOOST_TEST(scan_next_record(other, scan_bounds{10, 3}, record) == 0, other);
}

BOOST_AUTO_TEST_CASE(changes_nothing_in_what_the_reader_says_of_records_side_by_side)
{
    // Byte by byte nothing is scanned; whole, all that can be is.
    const std::vector<std::string> rows{
        plain + plain + plain,
        plain + "," + plain,
        plain + ",",
        plain + " " + plain + "\n" + plain,
        plain + R"(,{"document":"d\\e","error":"\u00e9"})" + plain,
        plain + R"(,{"document":"\"\\\/","error":"\b\f\n\r\te"})" + plain,
        plain + R"(,{"document":"d\","error":"e"})" + plain,
        plain + R"(,{"document":"d","error":["e"]})" + plain,
        plain + R"(,{"document":"d","error":"e","more":[{"document":"x","error":"y"},{"a":{}}]})" + plain,
        plain + ",{\"document\":\"\xC3\x28\",\"error\":\"e\"}" + plain,
        plain + R"(,{"document":"d","document":"d","error":"e"})" + plain,
        plain + R"(,{"document":"x}","error":"]}"})" + plain,
        plain + "]}" + plain,
        plain + R"(,{"error":"\u00fc\uD83D\uDE42","document":"\u0000"} ,)" + plain.substr(1),
        plain + R"(, { "document" : "d" , "size" : 12.5 , "error" : "e" , "a" : {"b":[{}]} } )" + plain,
        plain + R"(,{"document":"d\ud83d","error":"\udE42e"})" + plain,
        plain + R"(,{"document":"d","error":"e","a":1e2})" + plain,
        plain + R"(,{"document":"d","error":"e","a":[[[[1]]]]})" + plain + "\n",
    };
    for (const auto& row : rows)
        BOOST_TEST_CONTEXT(row)
        {
            (void)read_files_at_every_split(listed(row));
            (void)read_files_at_every_split(R"({"failed_files":[)" + row.substr(1) + "]}");
        }
}

BOOST_AUTO_TEST_CASE(changes_nothing_in_what_the_reader_says_of_a_body_with_a_damaged_byte)
{
    std::string body = listed(plain + R"(, {"document": "Übersicht.pdf", "error": "e\"e"})" + plain +
                              R"(,{"error":"\u00fc","n":[1,{"a":"b"}],"document":"d"})" + plain);
    std::mt19937 random{7};
    for (int round = 0; round < 300; ++round) {
        std::string damaged = body;
        damaged[random() % damaged.size()] = R"("\{}[],: x)"[random() % 10];
        BOOST_TEST_CONTEXT(damaged) { (void)read_files_at_every_split(damaged); }
    }
}

BOOST_AUTO_TEST_CASE(reads_any_number_of_records_with_and_without_escapes_to_the_last)
{
    std::string records;
    std::vector<jobaudit::failed_file> expected{{"d", "e"}};
    for (int i = 0; i < 500; ++i) {
        const bool escaped = i % 7 == 0 || (i > 200 && i < 260);
        const auto number = std::to_string(i);
        records += R"(,{"document":")" + number + (escaped ? R"(\\)" : "") + R"(","error":"e)" + number + "\"}";
        expected.push_back({number + (escaped ? "\\" : ""), "e" + number});
    }

    BOOST_TEST((read_files_at_every_split(listed(records)).records == expected));
}

BOOST_AUTO_TEST_SUITE_END()
