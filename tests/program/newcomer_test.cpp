// The first hour with the program: an audit into a database, what it answers, an interrupt, and the next days.
#include "program/audited_platform.hpp"
#include "store/sqlite/sqlite_database.hpp"

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

using namespace jobaudit::test;
using jobaudit::emulator::emulator_options;
using jobaudit::emulator::fault_profile;
using jobaudit::store::sqlite_database;

namespace {

std::vector<std::string> audit(const audited_platform& platform, const std::string& output,
                               std::vector<std::string> further = {})
{
    further.insert(further.begin(), {"--all", "-o", output});
    return platform.audit(further);
}

std::string printed(const std::vector<std::string>& arguments)
{
    process_run run{jobaudit::test::jobaudit(arguments)};
    BOOST_TEST(run.wait() == 0, run.error_out());
    return run.out();
}

boost::json::object figures(const std::vector<std::string>& arguments) { return summary_of(printed(arguments)); }

/// What `report --json` says of an output, but for its name and for times.
boost::json::object facts(const std::string& output)
{
    auto all = figures({"report", output, "--json"});
    all.erase("file");
    all.erase("elapsed_ms");
    all.erase("summary");  // NDJSON keeps none
    return all;
}

/// What the first group of each match is.
std::vector<std::string> all_of(const std::string& text, const std::regex& pattern)
{
    std::vector<std::string> all;
    for (std::sregex_iterator at{text.begin(), text.end(), pattern}, end; at != end; ++at)
        all.push_back((*at)[1]);
    return all;
}

/// The rows of a CSV, in whatever order the jobs ended.
std::multiset<std::string> rows_of(const std::string& csv)
{
    std::multiset<std::string> rows;
    for (std::size_t begin = 0, end = 0; (end = csv.find("\r\n", begin)) != std::string::npos; begin = end + 2)
        rows.insert(csv.substr(begin, end - begin));
    return rows;
}

/// Each job with its outcome, and each of its failed files.
std::multiset<std::string> failures(const std::string& output) { return rows_of(printed({"report", output, "--csv"})); }

std::set<std::string> names(const boost::json::value& documents)
{
    std::set<std::string> all;
    for (const auto& each : documents.as_array())
        all.emplace(each.at("document").as_string());
    return all;
}

/// The documents that fail in the jobs that are audited: all but SCHEDULED ones.
std::set<std::string> failing_documents(const audited_platform& platform)
{
    std::set<std::string> all;
    for (const auto& job : lines_of(printed(
             {"jobs", "--url", platform.server.url(), "--ca-file", platform.folder.path("ca.pem"), "--json"}))) {
        if (job.at("status").as_string() == "SCHEDULED")
            continue;
        const auto id = jobaudit::job_id::parse(std::string{job.at("id").as_string()});
        BOOST_REQUIRE(id.has_value());
        for (const auto& file : platform.server.truth(*id).failed_files)
            all.insert(file.document);
    }
    return all;
}

std::int64_t number(const std::string& path, std::string_view sql)
{
    return sqlite_database{path, sqlite_database::access::read}.integer(sql);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(newcomer)

BOOST_AUTO_TEST_CASE(hears_which_documents_fail_and_why)
{
    const audited_platform platform{{.jobs = 300}};
    const auto database = platform.folder.path("audit.db");
    process_run run{audit(platform, database)};

    BOOST_TEST(run.wait() == 0);
    const auto said = run.error_out();
    BOOST_TEST(contains(said, "the commonest 5 of "), said);
    BOOST_TEST(contains(said, "jobaudit report " + database), said);

    // A reason that the summary names, of few drawn at random, is one of those that the report finds in all.
    const auto report = figures({"report", database, "--json"});
    const auto& reasons = report.at("reasons").as_array();
    BOOST_TEST(std::ranges::any_of(
        reasons, [&](const auto& each) { return contains(said, std::string{each.at("reason").as_string()}); }));
    const auto text = printed({"report", database});
    for (const auto* part : {"Why files fail", "Workflows", "Days of the jobs' creation", "Documents that fail most"})
        BOOST_TEST(contains(text, part), part);
    BOOST_TEST(names(report.at("documents_that_fail_most")).size() > 0U);
}

BOOST_AUTO_TEST_CASE(gets_a_page_that_needs_no_other_host)
{
    const audited_platform platform{{.jobs = 100}};
    const auto database = platform.folder.path("audit.db");
    process_run run{audit(platform, database)};
    BOOST_TEST(run.wait() == 0);

    (void)printed({"report", database, "--html", platform.folder.path("page.html")});

    const auto page = platform.folder.read("page.html");
    BOOST_TEST(contains(page, "<title>Failed files: "));
    // Errors may tell of addresses; what is asked for stands in attributes and in style.
    for (const auto& each : all_of(page, std::regex{R"rx(\s(?:src|srcset|href|action)="([^"]*)")rx"}))
        BOOST_TEST((each.starts_with('#') || each.starts_with("data:")), each);
    BOOST_TEST(all_of(page, std::regex{R"rx((@import|url\())rx"}).empty());
    BOOST_TEST(contains(page, "default-src 'none'"));
}

BOOST_AUTO_TEST_CASE(asks_the_database_and_hears_the_same_sums)
{
    const audited_platform platform{{.jobs = 300}};
    const auto path = platform.folder.path("audit.db");
    process_run run{audit(platform, path)};
    BOOST_TEST(run.wait() == 0);
    const auto report = figures({"report", path, "--json"});

    // As the README asks it.
    sqlite_database database{path, sqlite_database::access::read};
    auto rows = database.prepare("SELECT failed_files, percent, family, reason FROM failures_by_reason");
    std::size_t row = 0;
    const auto& reasons = report.at("reasons").as_array();
    for (; rows.step(); ++row) {
        BOOST_TEST_REQUIRE(row < reasons.size());
        BOOST_TEST(rows.integer(0) == reasons[row].at("failed_files").to_number<std::int64_t>());
    }
    BOOST_TEST(row == reasons.size());

    const auto failed_files = database.integer("SELECT failed_files FROM latest_run");
    BOOST_TEST(failed_files == report.at("failed_files").to_number<std::int64_t>());
    for (const std::string view : {"failures_by_reason", "failures_by_workflow", "failures_by_day"})
        BOOST_TEST(database.integer("SELECT sum(failed_files) FROM " + view) == failed_files, view);
    BOOST_TEST(database.integer("SELECT sum(failures) FROM documents") == failed_files);
    BOOST_TEST(database.integer("SELECT count(*) FROM documents") == report.at("documents").to_number<std::int64_t>());
}

BOOST_AUTO_TEST_CASE(finds_the_same_in_a_database_and_in_ndjson)
{
    // One connection at a time, so that the jobs end in the same order; some have no list.
    const audited_platform platform{{.jobs = 300, .share_missing = 0.1}};
    const auto database = platform.folder.path("audit.db");
    const auto ndjson = platform.folder.path("audit.ndjson");
    for (const auto& output : {database, ndjson}) {
        process_run run{audit(platform, output, {"--concurrency", "1"})};
        BOOST_TEST(run.wait() == 1);
    }

    BOOST_TEST(facts(database).at("outcomes").at("not_found").to_number<int>() > 0);
    BOOST_TEST((facts(database) == facts(ndjson)));
    BOOST_TEST((failures(database) == failures(ndjson)));
}

BOOST_AUTO_TEST_CASE(finds_the_same_where_the_server_is_rough)
{
    const audited_platform platform{{.jobs = 300, .faults = fault_profile::rough}};
    const auto database = platform.folder.path("audit.db");
    const auto ndjson = platform.folder.path("audit.ndjson");
    for (const auto& output : {database, ndjson}) {
        process_run run{audit(platform, output, {"--attempts", "8"})};
        (void)run.wait();
    }

    BOOST_TEST((failures(database) == failures(ndjson)));
}

BOOST_AUTO_TEST_CASE(interrupts_an_audit_and_goes_on_to_the_same_facts)
{
    const audited_platform platform{{.jobs = 3000, .latency = {.base = std::chrono::milliseconds{20}}}};
    const auto whole = platform.folder.path("whole.db");
    process_run undisturbed{audit(platform, whole)};
    BOOST_TEST(undisturbed.wait() == 0);

    const auto database = platform.folder.path("audit.db");
    const auto before = platform.server.stats().requests;
    process_run interrupted{audit(platform, database, {"--concurrency", "16"})};
    BOOST_TEST_REQUIRE(interrupted.wait_until([&] { return platform.server.stats().requests > before + 500; }));
    interrupted.send(SIGINT);
    BOOST_TEST(interrupted.wait() == 130);
    const auto kept = number(database, "SELECT jobs FROM latest_run");
    BOOST_TEST(kept > 0);
    BOOST_TEST(kept < 2900);
    const auto note = figures({"report", database, "--json"}).at("note").as_string();
    BOOST_TEST(contains(note, "has not finished"), note);

    process_run again{audit(platform, database)};
    BOOST_TEST(again.wait() == 2);
    BOOST_TEST(contains(again.error_out(), "--resume"), again.error_out());

    process_run resumed{audit(platform, database, {"--resume", "--summary-json", platform.folder.path("summary")})};
    BOOST_TEST(resumed.wait() == 0);
    BOOST_TEST(summary_of(platform.folder.read("summary")).at("resumed").to_number<std::int64_t>() == kept);
    BOOST_TEST(number(database, "SELECT count(*) FROM runs") == 1);
    BOOST_TEST((failures(database) == failures(whole)));
    // Others can copy it now.
    BOOST_TEST(!platform.folder.has("audit.db-wal"));
}

BOOST_AUTO_TEST_CASE(hears_the_next_day_what_is_new)
{
    const audited_platform platform{{.jobs = 200}};
    const auto database = platform.folder.path("audit.db");
    const std::vector<std::string> nightly{"--quiet", "--fail-on", "new", "--baseline", database};
    const auto known = failing_documents(platform);
    for (const auto& further : {std::vector<std::string>{}, {}, nightly}) {
        process_run run{audit(platform, database, further)};
        BOOST_TEST(run.wait() == 0);
    }

    const auto unchanged = figures({"diff", database, "--json"});
    BOOST_TEST((names(unchanged.at("still")) == known));
    BOOST_TEST(unchanged.at("new").as_array().empty());
    BOOST_TEST(unchanged.at("recovered").as_array().empty());

    // Its first 200 jobs are the same.
    const audited_platform grown{{.jobs = 230}};
    auto added = failing_documents(grown);
    std::erase_if(added, [&](const auto& each) { return known.contains(each); });
    process_run run{audit(grown, database, nightly)};
    BOOST_TEST(run.wait() == 4);
    const auto said = run.error_out();
    BOOST_TEST(contains(said, std::to_string(added.size()) + " documents fail now and did not in " + database), said);
    BOOST_TEST(std::ranges::count_if(added, [&](const auto& each) { return contains(said, "  " + each + '\n'); }) ==
               10);

    const auto changed = figures({"diff", database, "--json"});
    BOOST_TEST((names(changed.at("new")) == added));
    BOOST_TEST(number(database, "SELECT count(*) FROM runs") == 4);
    const auto back = figures({"diff", database, "--older-run", "4", "--newer-run", "1", "--json"});
    BOOST_TEST((names(back.at("recovered")) == added));
}

BOOST_AUTO_TEST_SUITE_END()
