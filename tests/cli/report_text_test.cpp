#include "cli/report/report_text.hpp"

#include "cli/report/figures_table.hpp"
#include "cli/terminal/terminal_text.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>
#include <string>

namespace {

using namespace jobaudit;
using cli::report_text;

report::failure_report some_report()
{
    report::failure_report report;
    report.jobs = 1000;
    report.outcomes[static_cast<std::size_t>(outcome_kind::ok)] = 990;
    report.outcomes[static_cast<std::size_t>(outcome_kind::timeout)] = 10;
    report.jobs_with_failures = 400;
    report.failed_files = 12'345;
    report.documents = 9'000;
    report.reasons = {{"503: no answer after <*> seconds", grouping::error_family::network, 12'000, 390, 8'900,
                       "503: no answer after 5 s"},
                      {"PDF is \x1b[31mencrypted", grouping::error_family::document, 345, 20, 100, "PDF is encrypted"}};
    report.families = {{grouping::error_family::network, 12'000, 1}, {grouping::error_family::document, 345, 1}};
    report.workflows = {{"6f1a", "invoices", 1000, 10, 400, 12'345, 0}};
    report.days = {{"", "2026-11-28", 600, 0, 200, 345, 1}, {"", "2026-11-29", 400, 10, 200, 12'000, 0}};
    report.types = {{"pdf", 12'000}, {"", 345}};
    report.worst = {{"a-very-long-name/of-a-folder/of-a-folder/of-a-folder/scan.pdf", 7, 0}, {"b.pdf", 1, 1}};
    return report;
}

/// The first line that is too long, and not so because of this one word; empty: all fit.
std::string too_long(const std::string& text, std::size_t width, std::string_view word)
{
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);)
        if (cli::columns(line) > width && line.find(word) == std::string::npos)
            return line;
    return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(report_texts)

BOOST_AUTO_TEST_CASE(fit_a_terminal_of_any_width)
{
    for (const std::size_t width : {40U, 60U, 80U, 132U})
        BOOST_TEST(too_long(report_text(some_report(), "results.ndjson", 10, width), width, "a-very-long-name") == "");
}

BOOST_AUTO_TEST_CASE(say_how_much_they_leave_out)
{
    const auto text = report_text(some_report(), "r", 1, 80);
    BOOST_TEST(text.find("Why files fail (1 of 2 reasons)") != std::string::npos);
    BOOST_TEST(text.find("Documents that fail most (1 of 9,000 documents)") != std::string::npos);
    BOOST_TEST(text.find("2026-11-29") != std::string::npos);
    BOOST_TEST(text.find("2026-11-28") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(let_no_text_of_others_play_tricks)
{
    auto report = some_report();
    report.worst[1].name = "x\x1b]0;title\x07\u202E.pdf";
    const auto text = report_text(report, "\x1b[2J", 10, 80);
    BOOST_TEST(text.find('\x1b') == std::string::npos);
    BOOST_TEST(text.find("\u202E") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(leave_out_tables_without_anything_in_them)
{
    report::failure_report report;
    report.jobs = 3;
    report.outcomes[static_cast<std::size_t>(outcome_kind::ok)] = 3;
    const auto text = report_text(report, "r", 10, 80);
    BOOST_TEST(text.starts_with("r: 3 jobs, 3 with a list\n0 failed files\n"));
    BOOST_TEST(text.find("Why files fail") == std::string::npos);
    BOOST_TEST(text.find("without a list") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(align_figures_and_put_the_text_below_where_there_is_no_room)
{
    cli::figures_table table{{"files", "reason"}};
    table.add({"7", "short"});
    table.add({"12,345", "a reason of some words"}, {"help"});
    BOOST_TEST(table.text(80) == "   files  reason\n"
                                 "       7  short\n"
                                 "  12,345  a reason of some words\n"
                                 "          help\n");
}

BOOST_AUTO_TEST_SUITE_END()
