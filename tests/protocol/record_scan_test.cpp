#include "protocol/record_scan.hpp"

#include "protocol/failed_files_reading.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <vector>

using jobaudit::protocol::read_files_at_every_split;
using jobaudit::protocol::scan_first_record;
using jobaudit::protocol::scan_next_record;
using jobaudit::protocol::scanned_record;
using jobaudit::protocol::unescaped;

namespace {

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

    BOOST_TEST(scan_next_record(bytes, 100, record) == plain.size());
    BOOST_TEST(record.document.text == "a.pdf");
    BOOST_TEST(record.error.text == "broken");
}

BOOST_AUTO_TEST_CASE(takes_the_first_record_which_has_no_comma_in_front)
{
    scanned_record record;
    const std::string bytes = plain.substr(1) + plain;
    BOOST_TEST(scan_first_record(bytes, 100, record) == plain.size() - 1);
    BOOST_TEST(record.document.text == "a.pdf");
    BOOST_TEST(record.json == plain.substr(1));

    BOOST_TEST(scan_first_record(plain, 100, record) == 0);
    BOOST_TEST(scan_next_record(plain.substr(1), 100, record) == 0);
}

BOOST_AUTO_TEST_CASE(allows_a_blank_behind_commas_and_colons_and_letters_of_all_languages)
{
    scanned_record record;
    const std::string bytes = R"(, {"document": "Übersicht 予算.pdf", "error": "кодировка 🙂"})";

    BOOST_TEST(scan_next_record(bytes, 100, record) == bytes.size());
    BOOST_TEST(record.document.text == "Übersicht 予算.pdf");
    BOOST_TEST(record.error.text == "кодировка 🙂");
}

BOOST_AUTO_TEST_CASE(takes_escapes_of_two_characters_as_they_stand)
{
    scanned_record record;
    const std::string bytes = R"(,{"document":"C:\\a","error":"\"xref\"\/\b\f\n\r\t\\"})";

    BOOST_TEST(scan_next_record(bytes, 100, record) == bytes.size());
    BOOST_TEST(record.document.text == R"(C:\\a)");
    BOOST_TEST(record.document.has_escapes);
    BOOST_TEST(record.error.text == R"(\"xref\"\/\b\f\n\r\t\\)");

    BOOST_TEST(scan_next_record(plain, 100, record) == plain.size());
    BOOST_TEST(!record.document.has_escapes);
}

BOOST_AUTO_TEST_CASE(knows_what_each_escape_of_two_characters_stands_for)
{
    const std::string escapes = R"("\/bfnrt)";
    const std::string meanings = "\"\\/\b\f\n\r\t";
    for (int byte = 0; byte < 256; ++byte) {
        const auto at = escapes.find(static_cast<char>(byte));
        BOOST_TEST(unescaped(static_cast<char>(byte)) == (at == std::string::npos ? '\0' : meanings[at]));
    }
}

BOOST_AUTO_TEST_CASE(gives_the_record_as_json_where_that_is_in_its_shortest_form)
{
    const std::vector<std::string> shortest{
        R"({"document":"","error":""})",
        R"({"document":"Übersicht 予算.pdf","error":"\"xref\" \b\f\n\r\t \\ / 🙂"})",
    };
    const std::vector<std::string> longer{
        R"({"document": "d","error":"e"})",         R"({"document":"d", "error":"e"})",
        R"({"document":"d","error": "e"})",         R"({"document":"a\/d","error":"e"})",
        R"({"document":"d","error":"e\/"})",        "{\"document\":\"a\u2028\",\"error\":\"\"}",
        "{\"document\":\"\",\"error\":\"\u2029\"}",
    };
    scanned_record record;
    for (const std::string front : {",", ", "}) {
        for (const auto& each : shortest) {
            const std::string bytes = front + each + ",";
            BOOST_TEST(scan_next_record(bytes, 100, record) == bytes.size() - 1);
            BOOST_TEST(record.json == each);
        }
        for (const auto& each : longer) {
            BOOST_TEST(scan_next_record(front + each, 100, record) == front.size() + each.size());
            BOOST_TEST(record.json.empty(), each);
        }
    }
}

BOOST_AUTO_TEST_CASE(leaves_every_beginning_of_a_record_to_who_sees_the_rest)
{
    scanned_record record;
    for (const auto& whole : {plain, std::string{R"(,{"document":"a\\","error":"\"\n"})"}}) {
        for (std::size_t size = 0; size < whole.size(); ++size)
            BOOST_TEST(scan_next_record(whole.substr(0, size), 100, record) == 0);
        BOOST_TEST(scan_next_record(whole, 100, record) == whole.size());
    }
}

BOOST_AUTO_TEST_CASE(leaves_all_other_forms_to_the_parser)
{
    const std::vector<std::string> others{
        R"({"document":"d","error":"e"})",
        R"(,,{"document":"d","error":"e"})",
        R"(,{"error":"e","document":"d"})",
        R"(,{"document":"d","error":"e","page":1})",
        R"(,{"document":"d\u000a","error":"e"})",
        R"(,{"document":"d\x","error":"e"})",
        R"(,{"document":"d\","error":"e"})",
        R"(,{"document":"d","error":null})",
        R"(,{"document":"d"})",
        R"(,{"document":"d","error":"e"])",
        ",{\"document\":\"d\tx\",\"error\":\"e\"}",
        ",{\"document\":\"\xC3\x28\",\"error\":\"e\"}",
        ",{\"document\":\"\xED\xA0\x80\",\"error\":\"e\"}",
        R"(,{"document":"longer than 10 bytes","error":"e"})",
        R"(,{"document":"\n\n\n\n\n\n","error":"e"})",
    };
    scanned_record record;
    for (const auto& other : others)
        BOOST_TEST(scan_next_record(other, 10, record) == 0, other);
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
    std::string body = listed(plain + R"(, {"document": "Übersicht.pdf", "error": "e\"e"})" + plain + plain);
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
