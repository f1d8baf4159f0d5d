#include "store/job_file.hpp"

#include "scratch_folder.hpp"
#include "store/numbered_job.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace {

using namespace jobaudit;
using test::contains;
using test::message_of;
using test::numbered_job;

struct entries {
    std::vector<job_id> jobs;
    std::vector<std::string> invalid;  // `where: text`
};

entries entries_of(const std::string& content, const std::string& name = "jobs")
{
    const test::scratch_folder folder;
    store::job_ledger ledger;
    entries result;
    store::job_file file{folder.write(name, content), ledger, [&](const store::invalid_line& line) {
                             result.invalid.push_back(std::string{line.where} + ": " + std::string{line.text});
                         }};
    std::vector<job_id> block(16);
    while (const std::size_t count = file.read(block))
        result.jobs.insert(result.jobs.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(count));
    return result;
}

std::string refusal(const std::string& content, const std::string& name = "jobs")
{
    return message_of<store::input_error>([&] { (void)entries_of(content, name); });
}

std::string id(std::uint64_t number) { return numbered_job(number).to_string(); }

const std::vector<job_id> one_and_two{numbered_job(1), numbered_job(2)};

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
        "# made today\n\njob_id,x\n# a, \"comment\n" + id(1) + ",\n\n,,\n" + id(2) + "\n",
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

BOOST_AUTO_TEST_CASE(refuses_a_quote_that_is_never_closed)
{
    BOOST_TEST(contains(refusal("job_id,note\n" + id(1) + ",\"open\n" + id(2) + ",x\n"),
                        "the quote opened in line 2 is never closed"));
}

BOOST_AUTO_TEST_CASE(reads_a_csv_field_behind_one_of_a_megabyte)
{
    const entries result = entries_of("note,job_id\n\"" + std::string(1'000'000, 'x') + "\"," + id(1) + "\n" +
                                      std::string(1'000'000, 'y') + "," + id(2) + "\n");

    BOOST_TEST((result.jobs == one_and_two));
}

BOOST_AUTO_TEST_CASE(refuses_a_csv_without_the_column)
{
    BOOST_TEST(contains(refusal("name,status\nx,y\n"), "no column job_id or id (its first line is: name,status)"));
    BOOST_TEST(contains(refusal("uuid\n" + id(1) + "\n", "jobs.csv"), "no column job_id or id"));
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

    const std::vector<std::string> expected{"line 2: x",     "line 3: {\"id\":5}", "line 4: {\"id\":\"" + id(2) + "\"",
                                            "line 5: {} {}", "line 6: " + id(3),   "line 7: [\"id\"]"};
    BOOST_TEST(result.invalid == expected, boost::test_tools::per_element());
    BOOST_TEST(result.jobs.size() == 1u);
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

BOOST_AUTO_TEST_CASE(refuses_a_json_array)
{
    BOOST_TEST(contains(refusal("[\n{\"id\":\"" + id(1) + "\"}\n]\n"), "is a JSON array: give one object a line"));
}

BOOST_AUTO_TEST_SUITE_END()
