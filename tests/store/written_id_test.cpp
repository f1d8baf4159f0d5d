#include "store/input/written_id.hpp"

#include "store/read_entries.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace {

using namespace jobaudit;
using namespace jobaudit::test;

const std::vector<std::string> surroundings{
    "@",    "  @\t\r", "@,",         "@;",          "\"@\"",          "'@'",  "`@`", "\"@\",", "{@}", "<@>", "'{@}'",
    " @ ;", "\"@",     "urn:uuid:@", "URN:UUID:@;", "\"urn:uuid:@\"", "{ @ }"};

std::string around(const std::string& how, const std::string& what)
{
    const auto at = how.find('@');
    return how.substr(0, at) + what + how.substr(at + 1);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(written_ids)

BOOST_AUTO_TEST_CASE(may_be_surrounded_as_people_and_programs_write_them)
{
    for (const auto& each : surroundings)
        BOOST_TEST((store::written_id(around(each, id(1))) == numbered_job(1)), each);
}

BOOST_AUTO_TEST_CASE(are_nothing_else)
{
    for (const auto* each : {"@ @", "x@", "@x", "{@", "@}", "(@)", "uuid:@", "@:", "@,x", "#@", "@@"})
        BOOST_TEST(!store::written_id(around(each, id(1))), each);
    for (const auto* each : {"", " ", "\"\"", "{}", "urn:uuid:", ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,"})
        BOOST_TEST(!store::written_id(each), each);
    BOOST_TEST(!store::written_id(id(1) + id(2)));
}

BOOST_AUTO_TEST_CASE(stand_so_in_plain_files_with_comments_behind_them)
{
    for (const auto& each : surroundings) {
        const auto text =
            around(each, id(1)) + "\n" + around(each, id(2)) + " # a note, " + std::string(300, '.') + "\n";
        BOOST_TEST((entries_of(text).jobs == numbered_jobs(2)), each);
    }
    const auto found = entries_of(id(1) + "\t# x\n" + id(2) + "#x\nrun #3 is bad\n");
    BOOST_TEST((found.jobs == numbered_jobs(1)));
    BOOST_TEST(found.invalid == (std::vector<std::string>{"line 2: " + id(2) + "#x", "line 3: run #3 is bad"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(stand_so_in_fields_too)
{
    for (const auto& each : surroundings) {
        if (each.find_first_of(",;\"") != std::string::npos)
            continue;
        BOOST_TEST((entries_of("a,job_id\nx," + around(each, id(1)) + "\n").jobs == numbered_jobs(1)), each);
    }
    BOOST_TEST((entries_of(R"({"id":"urn:uuid:)" + id(1) + "\"}").jobs == numbered_jobs(1)));
}

BOOST_AUTO_TEST_SUITE_END()
