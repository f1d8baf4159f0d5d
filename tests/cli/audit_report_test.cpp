#include "cli/audit/audit_report.hpp"

#include "scratch_folder.hpp"
#include "store/numbered_job.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <initializer_list>
#include <string>
#include <utility>

namespace {

/// Without what is of this run alone.
std::string summary_json(const jobaudit::cli::audit_report& report)
{
    const auto text = jobaudit::cli::summary_json(report, {});
    return text.substr(0, text.find(",\"run\":")) + "}\n";
}

using namespace jobaudit;
using cli::audit_report;
using cli::summary_text;
using namespace std::chrono_literals;

audit_report with_outcomes(std::initializer_list<std::pair<outcome_kind, std::uint64_t>> outcomes)
{
    audit_report report;
    for (const auto& [kind, count] : outcomes) {
        report.outcomes[static_cast<std::size_t>(kind)] = count;
        report.jobs += count;
    }
    return report;
}

audit_report a_long_one()
{
    auto report = with_outcomes({{outcome_kind::ok, 4990}, {outcome_kind::not_found, 9}, {outcome_kind::not_tried, 1}});
    report.resumed = 1200;
    report.duplicates = 2;
    report.failed_files = 1'234'567;
    report.requests = 4100;
    report.retries = 310;
    report.connections = 64;
    report.elapsed = 10s + 250ms;
    report.waited_for_server = 1500ms;
    return report;
}

// A time zone for as long as it lives.
class time_zone {
public:
    explicit time_zone(const char* name) { set(name); }
    time_zone(const time_zone&) = delete;
    time_zone& operator=(const time_zone&) = delete;
    ~time_zone() { set("UTC"); }

private:
    static void set(const char* name)
    {
        ::setenv("TZ", name, 1);
        ::tzset();
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(audit_reports)

BOOST_AUTO_TEST_CASE(add_up_what_earlier_runs_the_input_and_this_run_know)
{
    store::job_ledger earlier;
    earlier.record(test::numbered_job(1), outcome_kind::ok, 30);
    earlier.record(test::numbered_job(2), outcome_kind::not_found, 0);
    earlier.record(test::numbered_job(3), outcome_kind::rate_limited, 0);
    earlier.record_invalid("no-uuid");

    summary batch;
    batch.jobs = 8;
    batch.outcomes[static_cast<std::size_t>(outcome_kind::ok)] = 5;
    batch.outcomes[static_cast<std::size_t>(outcome_kind::not_tried)] = 3;
    batch.failed_files = 12;
    batch.requests = 9;
    batch.retries = 4;
    batch.connections = 2;
    batch.elapsed = 3s;
    batch.waited_for_server = 1s;
    batch.refusals = 7;
    batch.limit_a_second = 20;
    batch.limit_at_a_time = 3;
    batch.stopped = stop_reason::wait_too_long;
    batch.message = "why";
    batch.resume_at = std::chrono::system_clock::time_point{1h};

    const auto report =
        cli::make_report(batch, {.given = 8, .duplicates = 6, .invalid = 2, .resumed = 3}, earlier, 100);

    BOOST_TEST(report.jobs == 113U);
    BOOST_TEST(report.count(outcome_kind::ok) == 6U);
    BOOST_TEST(report.count(outcome_kind::not_found) == 1U);
    BOOST_TEST(report.count(outcome_kind::invalid_job_id) == 3U);
    BOOST_TEST(report.count(outcome_kind::not_tried) == 103U);
    BOOST_TEST(report.count(outcome_kind::rate_limited) == 0U);
    BOOST_TEST(report.resumed == 3U);
    BOOST_TEST(report.duplicates == 6U);
    BOOST_TEST(report.failed_files == 42U);
    BOOST_TEST(report.requests == 9U);
    BOOST_TEST(report.retries == 4U);
    BOOST_TEST(report.connections == 2U);
    BOOST_TEST((report.elapsed == 3s));
    BOOST_TEST((report.waited_for_server == 1s));
    BOOST_TEST(report.refusals == 7U);
    BOOST_TEST(report.limit_a_second == 20);
    BOOST_TEST(report.limit_at_a_time == 3U);
    BOOST_TEST((report.stopped == stop_reason::wait_too_long));
    BOOST_TEST(report.message.starts_with("why; "));
    BOOST_TEST((report.resume_at == batch.resume_at));
    BOOST_TEST(report.requests_per_second() == 3);
}

BOOST_AUTO_TEST_CASE(count_jobs_whose_lines_were_lost_as_not_tried)
{
    summary batch;
    batch.jobs = 8;
    batch.outcomes[static_cast<std::size_t>(outcome_kind::ok)] = 5;
    batch.outcomes[static_cast<std::size_t>(outcome_kind::timeout)] = 3;
    batch.failed_files = 12;
    store::audit_output::lost_outcomes lost;
    lost.outcomes[static_cast<std::size_t>(outcome_kind::ok)] = 4;
    lost.outcomes[static_cast<std::size_t>(outcome_kind::invalid_job_id)] = 1;
    lost.failed_files = 10;

    const auto report = cli::make_report(batch, {.given = 8, .invalid = 2}, store::job_ledger{}, 0, lost);

    BOOST_TEST(report.jobs == 10U);
    BOOST_TEST(report.count(outcome_kind::ok) == 1U);
    BOOST_TEST(report.count(outcome_kind::timeout) == 3U);
    BOOST_TEST(report.count(outcome_kind::invalid_job_id) == 1U);
    BOOST_TEST(report.count(outcome_kind::not_tried) == 5U);
    BOOST_TEST(report.failed_files == 2U);
}

BOOST_AUTO_TEST_CASE(are_unfinished_while_a_job_may_still_be_fetched_with_the_right_key)
{
    for (std::size_t i = 0; i < outcome_kind_count; ++i) {
        const auto kind = static_cast<outcome_kind>(i);
        const auto report = with_outcomes({{outcome_kind::ok, 3}, {kind, 1}});
        BOOST_TEST_CONTEXT(to_string(kind))
        {
            const bool lacks_key = kind == outcome_kind::unauthorized || kind == outcome_kind::payment_required;
            BOOST_TEST(report.is_unfinished() == (may_pass(kind) || lacks_key));
            BOOST_TEST(with_outcomes({{kind, 1}}).all_fetched() == (kind == outcome_kind::ok));
        }
    }
    BOOST_TEST(!audit_report{}.is_unfinished());
    BOOST_TEST(audit_report{}.all_fetched());
}

BOOST_AUTO_TEST_CASE(say_nothing_of_what_went_well_where_trouble_alone_is_wanted)
{
    auto well = with_outcomes({{outcome_kind::ok, 5000}});
    well.failed_files = 40;
    well.retries = 3;
    well.refusals = 7;
    well.duplicates = 2;
    BOOST_TEST(cli::trouble_text(well) == "");

    BOOST_TEST(cli::trouble_text(a_long_one()) ==
               "jobaudit: 10 of 5,000 jobs have no list: 9 not_found, 1 not_tried\n");
    auto stopped = with_outcomes({{outcome_kind::unauthorized, 1}});
    stopped.message = "the key was refused";
    BOOST_TEST(cli::trouble_text(stopped) ==
               "jobaudit: 1 of 1 job has no list: 1 unauthorized\nstopped: the key was refused\n");
    well.delivered_again = 2;
    BOOST_TEST(cli::trouble_text(well) ==
               "jobaudit: 2 jobs have a second line, which counts: the server sent answers too many or too few\n");
}

BOOST_AUTO_TEST_CASE(know_no_rate_without_time)
{
    audit_report report;
    report.requests = 5;
    BOOST_TEST(report.requests_per_second() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(summaries_of_refusals)

BOOST_AUTO_TEST_CASE(say_what_the_server_takes)
{
    audit_report report;
    const auto row = [&report] {
        const auto text = summary_text(report);
        const auto begin = text.find("refused");
        return begin == std::string::npos ? "" : text.substr(begin, text.find('\n', begin) - begin);
    };
    BOOST_TEST(row() == "");
    report.refusals = 38;
    BOOST_TEST(row() == "refused         38");
    report.limit_a_second = 49.7;
    BOOST_TEST(row() == "refused         38  the server takes about 50 requests/s");
    report.limit_a_second = 0.3;
    BOOST_TEST(row() == "refused         38  the server takes less than 1 request/s");
    report.limit_at_a_time = 10;
    BOOST_TEST(row() == "refused         38  the server takes 10 requests at a time");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(summaries_as_json)

BOOST_AUTO_TEST_CASE(hold_what_the_contract_says_in_its_order)
{
    auto report = a_long_one();
    report.refusals = 38;
    report.limit_a_second = 49.7;
    report.limit_at_a_time = 10;
    report.reasons = {{{"no \"answer\"", grouping::error_family::network, 3, "e"}}, 4, false};
    report.left_out = cli::left_out_counts{1, 2, 3, 4};
    BOOST_TEST(
        summary_json(report) ==
        R"({"jobs":5000,"outcomes":{"ok":4990,"not_found":9,"not_tried":1},"resumed":1200,)"
        R"("failed_files":1234567,"requests":4100,"retries":310,"connections":64,"elapsed_s":10.250,)"
        R"("requests_per_s":400.000,"waited_for_server_s":1.500,"refusals":38,"limit_per_s":49.700,"limit_at_a_time":10,)"
        R"("reasons_sampled":4,"reasons":[{"reason":"no \"answer\"","family":"network","failed_files":3}],)"
        R"("left_out":{"not_begun":1,"by_status":2,"by_workflow":3,"by_time":4},"not_covered":null,"schema":2})"
        "\n");
}

BOOST_AUTO_TEST_CASE(hold_no_outcome_where_there_was_no_job)
{
    BOOST_TEST(
        summary_json({}) ==
        R"({"jobs":0,"outcomes":{},"resumed":0,"failed_files":0,"requests":0,"retries":0,"connections":0,)"
        R"("elapsed_s":0.000,"requests_per_s":0.000,"waited_for_server_s":0.000,"refusals":0,)"
        R"("limit_per_s":0.000,"limit_at_a_time":0,"reasons_sampled":0,"reasons":[],"not_covered":null,"schema":2})"
        "\n");
}

BOOST_AUTO_TEST_CASE(name_every_kind_as_the_results_do)
{
    audit_report report;
    report.outcomes.fill(7);
    const auto outcomes = boost::json::parse(summary_json(report)).at("outcomes").as_object();
    BOOST_TEST(outcomes.size() == outcome_kind_count);
    for (const auto& [name, count] : outcomes) {
        BOOST_TEST(parse_outcome_kind(name).has_value(), name);
        BOOST_TEST(count.as_int64() == 7);
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(summaries_as_text)

BOOST_AUTO_TEST_CASE(are_a_table)
{
    BOOST_TEST(summary_text(a_long_one()) ==
               "jobs              5,000  1,200 done by an earlier run, 2 duplicates left out\n"
               "  ok              4,990\n"
               "  not_found           9  the platform knows no such job\n"
               "  not_tried           1  the audit ended before\n"
               "failed files  1,234,567\n"
               "requests          4,100  310 of them retries\n"
               "connections          64\n"
               "time               10 s  400 requests/s\n"
               "waited            1.5 s  for the server\n");
}

BOOST_AUTO_TEST_CASE(name_the_commonest_reasons_and_say_where_they_are_estimated)
{
    auto report = a_long_one();
    report.failed_files = 12;
    report.reasons = {{{"PDF is encrypted", grouping::error_family::document, 9, "e"},
                       {"tricky \x1b[2J", grouping::error_family::unknown, 3, "e"}},
                      12,
                      true};
    BOOST_TEST(test::contains(summary_text(report), "failed files     12  reasons of this run alone\n"));
    report.has_reasons_of_all = true;
    BOOST_TEST(test::contains(summary_text(report), "failed files     12\n"
                                                    "  document        9  PDF is encrypted\n"
                                                    "  unknown         3  tricky  [2J\n"));

    report.failed_files = 1'200'000;
    report.reasons.is_all = false;
    report.reasons.reasons.resize(9, {"another", grouping::error_family::unknown, 1, "e"});
    const auto text = summary_text(report);
    BOOST_TEST(test::contains(text, "1,200,000  the commonest 5 of 9 reasons, estimated from 12 drawn at random\n"));
    BOOST_TEST(test::contains(text, "~900,000  PDF is encrypted\n"));
}

BOOST_AUTO_TEST_CASE(are_broken_between_words_where_there_is_little_room)
{
    auto report = with_outcomes({{outcome_kind::timeout, 12}});
    report.message = "the server has been failing for 5 min (last: HTTP 503)";
    BOOST_TEST(summary_text(report, 40) == "jobs            12\n"
                                           "  timeout       12\n"
                                           "      no whole answer in time: allow\n"
                                           "      more with --timeout or\n"
                                           "      --job-timeout\n"
                                           "failed files     0\n"
                                           "requests         0\n"
                                           "      0 of them retries\n"
                                           "connections      0\n"
                                           "time          0 ms\n"
                                           "stopped: the server has been failing for\n"
                                           "  5 min (last: HTTP 503)\n");
    const auto wider = summary_text(report, 60);
    BOOST_TEST((wider.find("  timeout       12  no whole answer in time: allow more with\n"
                           "                    --timeout or --job-timeout\n") != std::string::npos),
               wider);
}

BOOST_AUTO_TEST_CASE(leave_out_what_did_not_happen)
{
    BOOST_TEST(summary_text({}) == "jobs             0\n"
                                   "failed files     0\n"
                                   "requests         0  0 of them retries\n"
                                   "connections      0\n"
                                   "time          0 ms\n");
}

BOOST_AUTO_TEST_CASE(count_one_in_the_singular)
{
    auto report = with_outcomes({{outcome_kind::ok, 1}});
    report.duplicates = 1;
    report.requests = 10;
    report.retries = 1;
    report.elapsed = 10s;
    const auto text = summary_text(report);
    for (const auto* part : {"1 duplicate left out\n", "1 of them a retry\n", "1 request/s\n"})
        BOOST_TEST((text.find(part) != std::string::npos), part << " is not in\n" << text);
}

BOOST_AUTO_TEST_CASE(tell_no_rate_that_rounds_to_nothing)
{
    audit_report report;
    report.requests = 1;
    report.elapsed = 10s;
    BOOST_TEST(summary_text(report).find("/s") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(explain_every_kind_but_ok)
{
    for (std::size_t i = 0; i < outcome_kind_count; ++i) {
        const auto kind = static_cast<outcome_kind>(i);
        const auto text = summary_text(with_outcomes({{kind, 1}}));
        const auto begin = text.find("  " + std::string{to_string(kind)});
        BOOST_TEST_REQUIRE(begin != std::string::npos);
        const auto row = text.substr(begin, text.find('\n', begin) - begin);
        BOOST_TEST(row.ends_with('1') == (kind == outcome_kind::ok), row);
    }
}

BOOST_AUTO_TEST_CASE(say_why_the_audit_stopped_and_when_to_go_on)
{
    const time_zone zone{"TEST-2"};  // two hours east of Greenwich, in POSIX's words
    audit_report report;
    report.message = "the server asked to wait longer than --max-wait";
    report.resume_at = std::chrono::system_clock::from_time_t(1'700'000'000);
    BOOST_TEST(summary_text(report).ends_with("stopped: the server asked to wait longer than --max-wait\n"
                                              "not before: 2023-11-15 00:13:20 +0200\n"));
}

BOOST_AUTO_TEST_SUITE_END()
