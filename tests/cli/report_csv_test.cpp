#include "cli/report/report_csv.hpp"

#include "report/written_output.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace {

using namespace jobaudit;
using test::contains;
using test::written_output;

std::string csv_of(const written_output& output)
{
    const auto file = output.open();
    report::report_builder builder;
    file.read(builder);
    const auto report = builder.finish();
    std::string text;
    cli::write_report_csv(file, builder, report, [&](std::string_view piece) { text += piece; });
    return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(report_csv)

BOOST_AUTO_TEST_CASE(has_a_row_for_each_failed_file_and_each_job_without_a_list)
{
    job_information known;
    known.workflow_name = "invoices, new";
    known.created_at = "2026-11-29T08:00:00Z";
    written_output output;
    output.ok(1, {{"a.pdf", "PDF is encrypted"}, {"b.pdf", "PDF is encrypted"}}, known).ok(2, {});
    output.without_list(3, outcome_kind::not_found, 404, "Job not found");
    const auto csv = csv_of(output);

    const auto first = test::numbered_job(1).to_string();
    BOOST_TEST(csv == "job_id,outcome,http_status,document,error,reason,family,message,workflow_id,workflow_name,"
                      "job_status,created_at\r\n" +
                          first +
                          ",ok,200,a.pdf,PDF is encrypted,PDF is encrypted,document,\"\",\"\",\"invoices, new\"," +
                          "\"\",2026-11-29T08:00:00Z\r\n" + first +
                          ",ok,200,b.pdf,PDF is encrypted,PDF is encrypted,document,\"\",\"\",\"invoices, new\"," +
                          "\"\",2026-11-29T08:00:00Z\r\n" + test::numbered_job(3).to_string() +
                          ",not_found,404,\"\",\"\",\"\",\"\",Job not found,\"\",\"\",\"\",\"\"\r\n");
}

BOOST_AUTO_TEST_CASE(quotes_what_would_break_a_row)
{
    written_output output;
    output.ok(1, {{"a \"b\".pdf", "one\ntwo, three"}});
    BOOST_TEST(contains(csv_of(output), ",\"a \"\"b\"\".pdf\",\"one\ntwo, three\","));
}

BOOST_AUTO_TEST_CASE(keeps_a_spreadsheet_from_calculating)
{
    written_output output;
    output.ok(1, {{"=1+2", "+1"}, {"-3", "@x"}});
    const auto csv = csv_of(output);
    for (const auto* field : {"\"'=1+2\"", "\"'+1\"", "\"'-3\"", "\"'@x\""})
        BOOST_TEST(contains(csv, field), field);
}

BOOST_AUTO_TEST_SUITE_END()
