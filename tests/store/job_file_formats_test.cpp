#include "store/read_entries.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace {

using namespace jobaudit::test;

const auto one_and_two = numbered_jobs(2);

}  // namespace

BOOST_AUTO_TEST_SUITE(job_file_formats)

BOOST_AUTO_TEST_CASE(finds_the_column_of_a_csv_by_its_header)
{
    const std::vector<std::string> files{
        "job_id\n" + id(1) + "\n" + id(2) + "\n",
        "name,ID,status\r\nx," + id(1) + ",done\r\ny," + id(2) + ",done\r\n",
        "\"name\",\"job_id\"\n\"x\",\"" + id(1) + "\"\n\"y\", \"" + id(2) + "\" \n",
        "id;job_id\n" + id(8) + ";" + id(1) + "\n" + id(9) + ";" + id(2) + "\n",
        "a\tjob_id\n\t" + id(1) + "\n\t" + id(2),
        "# made today, id\n\njob_id,x\n" + id(1) + ",\n\n,,\n" + id(2) + "\n",
    };
    for (const std::string& file : files)
        BOOST_TEST((entries_of(file).jobs == one_and_two), file);
}

BOOST_AUTO_TEST_CASE(understands_quoted_fields_with_separators_quotes_and_line_breaks)
{
    const entries result = entries_of("note,job_id\n\"a,b \"\"c\"\"\nd\"," + id(1) + "\n\"\"," + id(2) +
                                      "\nin \"the\" middle," + id(3) + "\n");

    BOOST_TEST(result.jobs.size() == 3u);
    BOOST_TEST(result.invalid.empty());
}

BOOST_AUTO_TEST_CASE(names_the_line_where_an_invalid_record_begins)
{
    const entries result =
        entries_of("note,job_id\n\"two\nlines\"," + id(1) + "\nx,nonsense\n\"two\nlines\",\"no \"\"id\"\"\"\nshort\n");

    BOOST_TEST(result.invalid == (std::vector<std::string>{"line 4: nonsense", "line 5: no \"id\"", "line 7: short"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(reads_a_csv_field_behind_one_of_a_megabyte)
{
    const entries result = entries_of("note,job_id\n\"" + std::string(1'000'000, 'x') + "\"," + id(1) + "\n" +
                                      std::string(1'000'000, 'y') + "," + id(2) + "\n");

    BOOST_TEST((result.jobs == one_and_two));
}

BOOST_AUTO_TEST_CASE(refuses_a_csv_without_a_header)
{
    BOOST_TEST(contains(refusal(id(1) + ",done\n"), "has several columns, but no header"));
}

BOOST_AUTO_TEST_CASE(takes_a_first_line_of_prose_for_an_invalid_one)
{
    const entries result = entries_of("Dear all, here they are:\n" + id(1) + "\n");

    BOOST_TEST(result.jobs.size() == 1u);
    BOOST_TEST(result.invalid.size() == 1u);
}

BOOST_AUTO_TEST_CASE(finds_the_field_of_ndjson_lines)
{
    const entries result =
        entries_of("{\"id\":\"" + id(1) +
                   "\",\"runtime\":null}\n\n{ \"x\" : {\"id\":\"no\"}, \"list\":[1,{\"job_id\":2}], \"job_id\" : \"" +
                   id(2) + "\", \"id\":\"" + id(7) + "\" }\r\n");

    BOOST_TEST((result.jobs == one_and_two));
    BOOST_TEST(result.invalid.empty());
}

BOOST_AUTO_TEST_CASE(understands_escapes_in_ndjson)
{
    std::string escaped = id(1);
    escaped.replace(0, 1, "\\u0030");

    BOOST_TEST(entries_of("{\"job\\u005fid\":\"" + escaped + "\"}\n").jobs.size() == 1u);
}

BOOST_AUTO_TEST_CASE(reports_ndjson_lines_without_a_usable_id)
{
    const entries result = entries_of("{\"id\":\"" + id(1) + "\"}\n{\"id\":\"x\"}\n{\"id\":5}\n{\"id\":\"" + id(2) +
                                      "\"\n{} {}\n" + id(3) + "\n[\"id\"]\n");

    const std::vector<std::string> expected{"line 2: x", "line 3: {\"id\":5}", "line 4: {\"id\":\"" + id(2) + "\"",
                                            "line 5: {} {}", "line 7: [\"id\"]"};
    BOOST_TEST(result.invalid == expected, boost::test_tools::per_element());
    BOOST_TEST(result.jobs.size() == 2u);
}

BOOST_AUTO_TEST_CASE(reads_an_ndjson_line_of_megabytes)
{
    const std::string filler(2'000'000, 'x');
    const entries result =
        entries_of("{\"x\":\"" + filler + "\",\"id\":\"" + id(1) + "\"}\n{\"id\":\"" + id(2) + "\",\"x\":\"" + filler +
                   "\"}\n{\"" + filler + "\":1,\"id\":\"" + filler + "\"}\n");

    BOOST_TEST((result.jobs == one_and_two));
    BOOST_REQUIRE(result.invalid.size() == 1u);
    BOOST_TEST(contains(result.invalid[0], "… (2000000 bytes)"));
}

BOOST_AUTO_TEST_CASE(refuses_a_file_whose_first_thousand_lines_hold_no_id)
{
    std::string prose;
    for (int line = 1; line <= 1000; ++line)
        prose += "word " + std::to_string(line) + "\n";

    BOOST_TEST((entries_of(prose.substr(prose.find('\n') + 1) + id(1) + "\n").jobs == numbered_jobs(1)));
    BOOST_TEST(
        contains(refusal("\n" + prose + id(1) + "\n"),
                 "jobs holds no job ID in its first 1000 entries, but line 2 \"word 1\", line 3 \"word 2\", line 4 "
                 "\"word 3\": give one UUID a line"));
    BOOST_TEST(contains(refusal("nothing\n"), "jobs holds no job ID, but line 1 \"nothing\": give one UUID a line"));
    BOOST_TEST(contains(refusal("job_id,x\n\x1B[2J,1\n"), "line 2 \"\xEF\xBF\xBD[2J\""));
    BOOST_TEST(refusal(std::string(5'000'000, 'x')).size() < 300U);
}

BOOST_AUTO_TEST_SUITE_END()
