#include "cli/report/report_html.hpp"

#include "cli/parsed_arguments.hpp"
#include "cli/report/html_text.hpp"
#include "cli/report/page_parts.hpp"
#include "cli/report/report_arguments.hpp"
#include "scratch_folder.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

using namespace jobaudit;
using namespace jobaudit::cli;
using jobaudit::test::refused;
using jobaudit::test::taken;

namespace {

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::size_t count_of(std::string_view text, std::string_view part)
{
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size()))
        ++count;
    return count;
}

report::failure_report some_report()
{
    report::failure_report report;
    report.jobs = 4'321;
    report.outcomes[static_cast<std::size_t>(outcome_kind::ok)] = 4'310;
    report.outcomes[static_cast<std::size_t>(outcome_kind::not_found)] = 11;
    report.jobs_with_failures = 1'203;
    report.failed_files = 5'678;
    report.documents = 3'456;
    report.attempts = 5'001;
    report.jobs_retried = 612;
    report.times = {12, 130, 1'900, 29'000};
    report.reasons = {{"PermissionError: <*>", grouping::error_family::authorization, 4'000, 1'100, 2'500,
                       "PermissionError: /mnt/q3"},
                      {"ReadTimeout", grouping::error_family::network, 1'678, 300, 956, "ReadTimeout"}};
    report.families = {{grouping::error_family::authorization, 4'000, 1}, {grouping::error_family::network, 1'678, 1}};
    report.workflows = {{"0a8f3c1e-7d52-4b7e-9d1c-5f2e6a7b8c90", "invoices", 3'000, 11, 1'203, 5'678, 0}};
    report.days = {{"", "2026-11-27", 2'000, 0, 700, 3'333, 0}, {"", "2026-11-29", 2'321, 11, 503, 2'345, 1}};
    report.types = {{"pdf", 5'000}, {"", 678}};
    report.worst = {{"q3/scan.pdf", 77, 0}, {"notes", 1, 1}};
    report.no_list = {{"bcd9dbb4-9673-466b-999c-4390196436a6", outcome_kind::not_found, 404, "Job not found"}};
    return report;
}

/// What the page's script is given.
boost::json::value data_of(std::string_view page)
{
    constexpr std::string_view begin = R"(<script type="application/json" id="data">)";
    const auto at = page.find(begin) + begin.size();
    return boost::json::parse(page.substr(at, page.find("</script>", at) - at));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(report_html)

BOOST_AUTO_TEST_CASE(holds_all_figures_of_the_report_without_its_script)
{
    const auto page = cli::report_html(some_report(), "results.ndjson");

    for (const auto* figure : {"results.ndjson",
                               "4,310",
                               "1,203",
                               "5,678",
                               "3,456",
                               "5,001",
                               "612",
                               "12 ms",
                               "130 ms",
                               "1.9 s",
                               "29 s",
                               "PermissionError: &lt;*&gt;",
                               "4,000 failed files",
                               "1,100 jobs",
                               "2,500 documents",
                               "PermissionError: /mnt/q3",
                               "70 %",
                               "30 %",
                               "authorization",
                               "network",
                               "invoices",
                               "2026-11-27",
                               "2026-11-29",
                               "3,333",
                               "2,345",
                               ".pdf",
                               "(no extension)",
                               "not_found",
                               "the platform knows no such job",
                               "What usually helps: "})
        BOOST_TEST(contains(page, figure), figure << " is missing");
}

BOOST_AUTO_TEST_CASE(gives_its_script_the_documents_with_their_reasons_and_the_jobs_without_a_list)
{
    const auto data = data_of(cli::report_html(some_report(), "results.ndjson"));

    BOOST_TEST(data == boost::json::parse(R"({
        "reasons": ["PermissionError: <*>", "ReadTimeout"],
        "documents": [["q3/scan.pdf", 77, 0], ["notes", 1, 1]],
        "jobs": [["bcd9dbb4-9673-466b-999c-4390196436a6", "not_found", 404, "Job not found"]]})"));
}

BOOST_AUTO_TEST_CASE(says_what_is_left_out_and_how_to_get_all_of_it)
{
    auto report = some_report();
    const auto page = cli::report_html(report, "results.ndjson");
    BOOST_TEST(contains(page, "The 2 documents that fail most of 3,456; all of them by "
                              "<code>jobaudit report FILE --csv</code>."));
    BOOST_TEST(contains(page, "The 1 jobs that came first of 11"));

    report.documents = report.worst.size();
    BOOST_TEST(!contains(cli::report_html(report, "results.ndjson"), "documents that fail most of"));
}

BOOST_AUTO_TEST_CASE(stays_small_whatever_there_is_much_of)
{
    auto report = some_report();
    const std::string long_text(100'000, 'x');
    report.reasons.assign(10'000, {long_text, grouping::error_family::unknown, 1, 1, 1, long_text});
    report.workflows.assign(20'000, {"", long_text, 1, 0, 1, 1, 0});
    report.days.assign(20'000, {"", "2026-11-29", 1, 0, 1, 1, 0});
    report.types.assign(20'000, {"pdf", 1});
    report.worst.assign(10'000, {long_text, 1, 0});
    const auto page = cli::report_html(report, "results.ndjson");

    BOOST_TEST(page.size() < 20'000'000U);
    BOOST_TEST(contains(page, "The 500 commonest reasons of 10,000"));
    BOOST_TEST(contains(page, "The 1,000 workflows with the most failed files of 20,000"));
    BOOST_TEST(contains(page, "The 1,000 latest days of 20,000"));
    BOOST_TEST(contains(page, "The 1,000 commonest types of 20,000"));
}

BOOST_AUTO_TEST_CASE(keeps_texts_of_others_from_being_markup)
{
    const std::string hostile = "</script><script>alert(1)</script><img src=x onerror='alert(\"&\")'>";
    auto report = some_report();
    report.reasons[0].text = report.reasons[0].example = hostile;
    report.workflows[0].name = report.days[0].name = report.types[0].extension = hostile;
    report.worst[0].name = report.no_list[0].message = report.no_list[0].job = report.note = hostile;
    const auto page = cli::report_html(report, hostile);

    BOOST_TEST(!contains(page, "<img"));
    BOOST_TEST(!contains(page, "<script>alert"));
    BOOST_TEST(count_of(page, "<script") == 2U);
    BOOST_TEST(count_of(page, "</script>") == 2U);
    BOOST_TEST(contains(page, "&lt;/script&gt;&lt;script&gt;alert(1)"));
    BOOST_TEST(data_of(page).at("documents").at(0).at(0).as_string() == hostile);
}

BOOST_AUTO_TEST_CASE(looks_for_no_place_to_fill_in_texts_of_others)
{
    auto report = some_report();
    report.reasons[0].text = "{{data}}{{nothing}}";

    BOOST_TEST(count_of(cli::report_html(report, "{{script}}"), "'use strict'") == 1U);
}

BOOST_AUTO_TEST_CASE(shows_characters_that_would_turn_or_hide_text_as_blanks)
{
    BOOST_TEST(html_text("a\u202egpj.exe\u2028\n\x1b[2J") == "a gpj.exe   [2J");
    BOOST_TEST(html_text("\xff") == "\ufffd");
}

BOOST_AUTO_TEST_CASE(cuts_no_character_in_two)
{
    BOOST_TEST(html_text(std::string(longest_page_text - 1, 'x') + "é") ==
               std::string(longest_page_text - 1, 'x') + "…");
    BOOST_TEST(html_text(std::string(longest_page_text, 'x')) == std::string(longest_page_text, 'x'));
}

BOOST_AUTO_TEST_CASE(writes_json_that_neither_ends_its_element_nor_a_line_of_a_script)
{
    BOOST_TEST(json_in_html("<!--</script>\u2028\u2029\u2027") == "\"\\u003c!--\\u003c/script>\\u2028\\u2029\u2027\"");
}

BOOST_AUTO_TEST_CASE(names_its_script_and_style_by_their_hashes_and_allows_nothing_else)
{
    const auto page = cli::report_html(some_report(), "results.ndjson");

    BOOST_TEST(contains(page, "content=\"default-src 'none'; img-src data:; style-src 'sha256-"));
    BOOST_TEST(!contains(page, "unsafe"));
    BOOST_TEST(!contains(page, "http:"));
    BOOST_TEST(!contains(page, "https:"));
    BOOST_TEST(!contains(page, " style="));
}

BOOST_AUTO_TEST_CASE(tells_no_failures_from_failures_that_are_not_known)
{
    report::failure_report report;
    report.jobs = report.outcomes[static_cast<std::size_t>(outcome_kind::ok)] = 7;
    BOOST_TEST(contains(cli::report_html(report, "f"), "No file failed in any of the jobs."));
    BOOST_TEST(!contains(cli::report_html(report, "f"), "Why files fail"));

    report.jobs = 8;
    report.outcomes[static_cast<std::size_t>(outcome_kind::timeout)] = 1;
    BOOST_TEST(contains(cli::report_html(report, "f"), "What failed in the others is not known."));
}

BOOST_AUTO_TEST_CASE(draws_a_column_for_each_day_where_it_is_in_the_calendar)
{
    auto report = some_report();
    report.days.push_back({"", "2026-13-99", 1, 0, 1, 9'999, 0});
    const auto page = cli::report_html(report, "f");

    BOOST_TEST(contains(page, R"(<rect x="0.1" y="0.00" width="0.8" height="100.00"><title>2026-11-27: 3,333)"));
    BOOST_TEST(contains(page, R"(<rect x="2.1" y="29.64" width="0.8" height="70.36"><title>2026-11-29: 2,345)"));
    BOOST_TEST(!contains(page, "<title>2026-13-99"));
}

BOOST_AUTO_TEST_CASE(is_an_output_of_its_own_in_a_file_of_its_own)
{
    const test::scratch_folder folder;
    const auto results = folder.write("results.ndjson", "");
    (void)folder.write("results.ndjson.sums", "");

    const auto arguments = taken(parse_report(test::words{results, "--html", folder.path("report.html")}));
    BOOST_TEST((arguments.form == report_form::html));
    BOOST_TEST(arguments.page == folder.path("report.html"));
    BOOST_TEST(contains(refused(parse_report(test::words{results, "--html", "x.html", "--csv"})), "give one of them"));
    BOOST_TEST(contains(refused(parse_report(test::words{results, "--html", results})), "of the results themselves"));
    BOOST_TEST(contains(refused(parse_report(test::words{results, "--html", results + ".sums"})),
                        "of the results themselves"));
}

BOOST_AUTO_TEST_SUITE_END()
