#include "store/read_entries.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace {

using namespace jobaudit::test;
using strings = std::vector<std::string>;

constexpr std::uint64_t row_count = 6;

/// A file of three columns with the ID in the middle, of which some rows have quoted fields; row `broken` has a quote
/// too many at the start of field `field`.
std::string with_stray_quote(std::uint64_t broken, std::size_t field)
{
    std::string text = "note,job_id,size\n";
    for (std::uint64_t row = 1; row <= row_count; ++row) {
        strings fields{row % 3 == 0 ? "\"a, \"\"b\"\"\"" : "report", id(row), row % 4 == 0 ? "\"12\"" : "5"};
        if (row == broken)
            fields[field] = "\"Q3 " + std::string{field == 1 ? id(row) : "report"};
        text += fields[0] + ',' + fields[1] + ',' + fields[2] + '\n';
    }
    return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(csv_rows)

BOOST_AUTO_TEST_CASE(that_begin_with_a_number_sign_are_rows)
{
    const auto found = entries_of("nr,job_id\n#1041," + id(1) + "\n#1042,none\n#\n" + "#," + id(2) + "\n");

    BOOST_TEST((found.jobs == numbered_jobs(2)));
    BOOST_TEST(found.invalid == (strings{"line 3: none", "line 4: #"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(behind_a_stray_quote_are_not_its_text)
{
    for (std::uint64_t row = 1; row <= row_count; ++row)
        for (const std::size_t field : {0U, 2U})
            BOOST_TEST_CONTEXT("a quote in field " << field << " of row " << row)
            {
                const auto found = entries_of(with_stray_quote(row, field));
                BOOST_TEST((found.jobs == numbered_jobs(row_count)));
                BOOST_TEST(found.invalid.empty());
            }
}

BOOST_AUTO_TEST_CASE(with_an_unreadable_id_are_named_and_cost_no_other)
{
    for (std::uint64_t row = 1; row <= row_count; ++row) {
        const auto found = entries_of(with_stray_quote(row, 1));
        BOOST_TEST(found.jobs.size() == row_count - 1);
        BOOST_REQUIRE(found.invalid.size() == 1U);
        BOOST_TEST(found.invalid.front().starts_with("line " + std::to_string(row + 1) + ": "));
        BOOST_TEST(contains(found.invalid.front(), "Q3 " + id(row)));
    }
}

BOOST_AUTO_TEST_CASE(each_with_a_stray_quote_are_all_found)
{
    std::string text = "note,job_id\n";
    for (std::uint64_t row = 1; row <= row_count; ++row)
        text += "\"Q" + std::to_string(row) + " report," + id(row) + "\n";

    BOOST_TEST((entries_of(text).jobs == numbered_jobs(row_count)));
}

BOOST_AUTO_TEST_CASE(are_found_where_the_last_one_opens_a_quote)
{
    const auto found =
        entries_of("job_id,note\n" + id(1) + ",\"open\n" + id(2) + ",x\nshort\n" + id(3) + ",\"open\nno row\nnone");

    BOOST_TEST((found.jobs == numbered_jobs(3)));
    BOOST_TEST(found.invalid == (strings{"line 4: short", "line 6: no row", "line 7: none"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(may_be_shorter_than_the_header)
{
    BOOST_TEST((entries_of("note,job_id,x\n\"a," + id(1) + "\nb," + id(2) + "\n").jobs == numbered_jobs(2)));
}

BOOST_AUTO_TEST_CASE(may_have_text_of_several_lines_in_several_fields)
{
    const auto found = entries_of("a,job_id,b\n\"two\nlines\"," + id(1) + ",\"two\nlines\"\n\"\n\"," + id(2) +
                                  ",\"more, \"\"of\"\"\n\nthem\"\nx," + id(3) + ",\"\"\n");

    BOOST_TEST((found.jobs == numbered_jobs(3)));
    BOOST_TEST(found.invalid.empty());
}

BOOST_AUTO_TEST_CASE(keep_their_text_of_several_lines_also_where_it_is_long)
{
    std::string note;
    for (int line = 0; line < 40'000; ++line)
        note += "a line, \"\"quoted\"\"\n";
    const auto found = entries_of("note,job_id\n\"two\nlines\"," + id(1) + "\n\"" + note + "\"," + id(2) + "\nx," +
                                  id(3) + "\n\"\"," + id(4) + "\n");

    BOOST_TEST((found.jobs == numbered_jobs(4)));
    BOOST_TEST(found.invalid.empty());
}

BOOST_AUTO_TEST_CASE(far_behind_a_stray_quote_are_found_and_what_it_took_is_told)
{
    std::string prose;
    for (int line = 0; line < 40'000; ++line)
        prose += "no row at all\n";
    const auto found = entries_of("note,job_id\na," + id(1) + "\n\"b\n" + prose + "c," + id(2) + "\n");

    BOOST_TEST((found.jobs == numbered_jobs(2)));
    BOOST_REQUIRE(found.invalid.size() == 1U);
    BOOST_TEST(contains(found.invalid.front(), "line 3: \"b"));
}

BOOST_AUTO_TEST_CASE(with_text_behind_a_closing_quote_are_read_as_they_stand)
{
    const auto found = entries_of("note,job_id\n\"Q3\" report," + id(1) + "\n\"Q3 report," + id(2) + ",\"x\n");

    BOOST_TEST((found.jobs == numbered_jobs(2)));
}

BOOST_AUTO_TEST_CASE(have_the_separator_that_excel_declares)
{
    for (const auto* declaration : {"sep=;", "\"sep=;\"", "SEP=;\r"})
        BOOST_TEST((entries_of(std::string{declaration} + "\na,b;job_id\n1,2;" + id(1) + "\n,;" + id(2) + "\n").jobs ==
                    numbered_jobs(2)));
    BOOST_TEST((entries_of("sep=\t\na\tid\n1\t" + id(1) + "\n").jobs == numbered_jobs(1)));
}

BOOST_AUTO_TEST_CASE(may_have_a_first_column_without_a_name)
{
    BOOST_TEST((entries_of("\tjob_id\tx\n0\t" + id(1) + "\ty\n").jobs == numbered_jobs(1)));
    BOOST_TEST((entries_of("#,Job ID\n1," + id(1) + "\n").jobs == numbered_jobs(1)));
}

BOOST_AUTO_TEST_SUITE_END()
