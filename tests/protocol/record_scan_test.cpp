#include "protocol/record_scan.hpp"

#include "protocol/failed_files_reading.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <vector>

using jobaudit::failed_file_view;
using jobaudit::protocol::read_files_at_every_split;
using jobaudit::protocol::scan_record;

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
    failed_file_view record;
    const std::string bytes = plain + R"(,{"document":)";

    BOOST_TEST(scan_record(bytes, 100, record) == plain.size());
    BOOST_TEST(record.document == "a.pdf");
    BOOST_TEST(record.error == "broken");
}

BOOST_AUTO_TEST_CASE(allows_a_blank_behind_commas_and_colons_and_letters_of_all_languages)
{
    failed_file_view record;
    const std::string bytes = R"(, {"document": "Übersicht 予算.pdf", "error": "кодировка 🙂"})";

    BOOST_TEST(scan_record(bytes, 100, record) == bytes.size());
    BOOST_TEST(record.document == "Übersicht 予算.pdf");
    BOOST_TEST(record.error == "кодировка 🙂");
}

BOOST_AUTO_TEST_CASE(leaves_every_beginning_of_a_record_to_who_sees_the_rest)
{
    failed_file_view record;
    for (std::size_t size = 0; size < plain.size(); ++size)
        BOOST_TEST(scan_record(plain.substr(0, size), 100, record) == 0);
}

BOOST_AUTO_TEST_CASE(leaves_all_other_forms_to_the_parser)
{
    const std::vector<std::string> others{
        R"({"document":"d","error":"e"})",
        R"(,,{"document":"d","error":"e"})",
        R"(,{"error":"e","document":"d"})",
        R"(,{"document":"d","error":"e","page":1})",
        R"(,{"document":"d\n","error":"e"})",
        R"(,{"document":"d","error":null})",
        R"(,{"document":"d"})",
        R"(,{"document":"d","error":"e"])",
        ",{\"document\":\"d\tx\",\"error\":\"e\"}",
        ",{\"document\":\"\xC3\x28\",\"error\":\"e\"}",
        ",{\"document\":\"\xED\xA0\x80\",\"error\":\"e\"}",
        R"(,{"document":"longer than 10 bytes","error":"e"})",
    };
    failed_file_view record;
    for (const auto& other : others)
        BOOST_TEST(scan_record(other, 10, record) == 0, other);
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
        plain + R"(,{"document":"d","error":["e"]})" + plain,
        plain + R"(,{"document":"d","error":"e","more":[{"document":"x","error":"y"},{"a":{}}]})" + plain,
        plain + ",{\"document\":\"\xC3\x28\",\"error\":\"e\"}" + plain,
        plain + R"(,{"document":"d","document":"d","error":"e"})" + plain,
        plain + R"(,{"document":"x}","error":"]}"})" + plain,
        plain + "]}" + plain,
    };
    for (const auto& row : rows)
        BOOST_TEST_CONTEXT(row) { (void)read_files_at_every_split(listed(row)); }
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
