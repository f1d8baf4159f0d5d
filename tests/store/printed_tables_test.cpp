#include "store/read_entries.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace {

using namespace jobaudit::test;
using strings = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(printed_tables)

BOOST_AUTO_TEST_CASE(of_psql_are_read_without_their_rule_and_their_count)
{
    const std::string rule(38, '-');
    const strings texts{
        "   job_id   | status \n" + rule + "+--------\n " + id(1) + " | FAILED\n " + id(2) + " | \n(2 rows)\n\n",
        " status |   job_id   \n--------+" + rule + "\n x | " + id(1) + "\n y | " + id(2) + "\n(2 Zeilen)\n",
        "   job_id   \n" + rule + "\n " + id(1) + "\n " + id(2) + "\n(2 rows)\n\n",
        "+-----+" + rule + "+\n| x | id |\n+-----+" + rule + "+\n| 1 | " + id(1) + " |\n| 2 | " + id(2) +
            " |\n+-----+" + rule + "+\n(2 rows)\n",
    };
    for (const auto& text : texts) {
        const auto found = entries_of(text);
        BOOST_TEST((found.jobs == numbered_jobs(2)), text);
        BOOST_TEST(found.invalid.empty(), text);
    }
}

BOOST_AUTO_TEST_CASE(of_markdown_are_read)
{
    const strings texts{
        "# Failed jobs\n\n| Job ID | Note |\n|--------|:----:|\n| `" + id(1) + "` | x |\n| " + id(2) + " | |\n",
        "Note | Job ID\n:--- | ---:\n\"x | " + id(1) + "\n#2 | " + id(2) + "\n",
        "| id |\n| --- |\n| " + id(1) + " |\n| " + id(2) + " |\n",
    };
    for (const auto& text : texts) {
        const auto found = entries_of(text);
        BOOST_TEST((found.jobs == numbered_jobs(2)), text);
        BOOST_TEST(found.invalid.empty(), text);
    }
}

BOOST_AUTO_TEST_CASE(have_a_row_for_everything_else)
{
    const auto found = entries_of("| n | id |\n|---|---|\n| 1 | " + id(1) +
                                  " |\n| 2 | |\n| - | - |\n(3 or more rows)\n| " + id(2) + "\n");

    BOOST_TEST(found.jobs.size() == 1U);
    BOOST_TEST(found.invalid ==
                   (strings{"line 4: | 2 | |", "line 5: -", "line 6: (3 or more rows)", "line 7: | " + id(2)}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
