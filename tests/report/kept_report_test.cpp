#include "report/kept_report.hpp"

#include "report/report_builder.hpp"
#include "report/written_output.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace jobaudit;
using namespace jobaudit::report;

BOOST_AUTO_TEST_SUITE(kept_reports)

BOOST_AUTO_TEST_CASE(are_read_back_as_they_were)
{
    const auto output =
        test::written_output{}
            .ok(1, {{"a \"é\".pdf", "PDF is encrypted"}, {"b.txt", "HTTP 503: no answer after 30 seconds"}},
                {{}, "w", "Workflow", "FAILED", "2026-11-29T10:00:00Z", "PT1S"})
            .ok(2, {{"a \"é\".pdf", "PDF is encrypted"}})
            .without_list(3, outcome_kind::timeout, 0, "no answer")
            .open();
    report_builder builder;
    output.read(builder);
    auto report = builder.finish();
    report.note = "a note";

    const auto kept = kept_text(report);
    const auto again = report_of(kept);
    BOOST_TEST_REQUIRE(again.has_value());
    BOOST_TEST(kept_text(*again) == kept);
    BOOST_TEST(again->jobs == 3U);
    BOOST_TEST(again->count(outcome_kind::timeout) == 1U);
    BOOST_TEST(again->documents == 2U);
    BOOST_TEST(again->times.longest == report.times.longest);
    BOOST_TEST_REQUIRE(again->reasons.size() == report.reasons.size());
    BOOST_TEST(again->reasons[0].text == report.reasons[0].text);
    BOOST_TEST((again->reasons[0].family == report.reasons[0].family));
    BOOST_TEST(again->days.at(1).name == report.days.at(1).name);
    BOOST_TEST((again->no_list.at(0).kind == outcome_kind::timeout));
    BOOST_TEST(again->worst.at(0).name == "a \"é\".pdf");
    BOOST_TEST(again->note == "a note");
}

BOOST_AUTO_TEST_CASE(of_another_form_are_none)
{
    const auto kept = kept_text({});
    BOOST_TEST(report_of(kept).has_value());
    for (const auto& text : {std::string{}, std::string{"{}"}, std::string{"[1]"}, kept.substr(1),
                             kept.substr(0, kept.size() - 1), "{\"more\":1," + kept.substr(1)})
        BOOST_TEST(!report_of(text).has_value(), text);
}

BOOST_AUTO_TEST_SUITE_END()
