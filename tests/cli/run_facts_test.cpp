#include "cli/report/run_facts.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using jobaudit::cli::run_facts;
using jobaudit::report::failure_report;

namespace {

std::string facts_of(const std::string& summary)
{
    failure_report report;
    report.run_summary = summary;
    std::string all;
    for (const auto& [name, value] : run_facts(report))
        all += name + "=" + value + ";";
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(facts_of_a_run)

BOOST_AUTO_TEST_CASE(say_what_the_summary_says)
{
    BOOST_TEST(
        facts_of(R"({"jobs":9,"outcomes":{"ok":6,"not_tried":2,"canceled":1},"resumed":4,"requests":2532,)"
                 R"("retries":518,"connections":12,"requests_per_s":210.4,"waited_for_server_s":1.25,)"
                 R"("refusals":38,"limit_per_s":49.7,"limit_at_a_time":10,)"
                 R"("left_out":{"not_begun":1,"by_status":0,"by_workflow":0,"by_time":1234},)"
                 R"("run":{"id":"u","version":"1.2","started":"s","ended":"e","options":{"url":"https://h"}}})") ==
        "Run=u;Made by=jobaudit 1.2;Began=s;Ended=e;Server=https://h;Requests=2,532;Of them retries=518;"
        "Requests a second=210;Connections=12;Requests that were refused=38;Waited for the server=1.2 s;"
        "The server takes=about 50 requests a second, 10 at a time;Jobs of earlier runs=4;"
        "Jobs of the list that were left out=1 that had not begun, 1,234 by time;Jobs that were not tried=3;");
}

BOOST_AUTO_TEST_CASE(are_none_where_there_is_no_summary_and_few_where_it_says_little)
{
    for (const char* none : {"", "{", "nothing"})
        BOOST_TEST(facts_of(none).empty());
    BOOST_TEST(facts_of(R"({"requests":"many","retries":-5,"run":[],"not_covered":null})").empty());
}

BOOST_AUTO_TEST_CASE(say_why_jobs_may_be_missing)
{
    BOOST_TEST(facts_of(R"({"not_covered":"the list ends there"})") == "Not covered=the list ends there;");
}

BOOST_AUTO_TEST_SUITE_END()
