// What `report` and `diff` say of an audit, against what the server knows.
#include "program/audited_platform.hpp"

#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace jobaudit::test;
using jobaudit::outcome_kind;

namespace {

std::string printed(const std::vector<std::string>& arguments, int code = 0)
{
    process_run run{jobaudit::test::jobaudit(arguments)};
    BOOST_TEST(run.wait() == code, run.error_out());
    return run.out();
}

/// An audit of 200 jobs of a server with faults.
struct finished_audit {
    audited_platform platform{{.jobs = 200, .faults = jobaudit::emulator::fault_profile::rough}};

    finished_audit()
    {
        process_run audit{platform.audit_all({"--quiet"})};
        (void)audit.wait();
        BOOST_REQUIRE(platform.is_right());
    }

    [[nodiscard]] std::map<std::string, std::uint64_t> failures_of_documents() const
    {
        std::map<std::string, std::uint64_t> failures;
        for (std::uint64_t i = 0; i < platform.server.jobs(); ++i)
            for (const auto& file : platform.server.truth(platform.server.job(i)).failed_files)
                ++failures[file.document];
        return failures;
    }
};

std::uint64_t sum_of(const boost::json::array& rows, std::string_view member)
{
    std::uint64_t sum = 0;
    for (const auto& each : rows)
        sum += each.at(member).to_number<std::uint64_t>();
    return sum;
}

std::vector<std::string> split(const std::string& text)
{
    std::vector<std::string> lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(report)

BOOST_AUTO_TEST_CASE(figures_are_those_of_the_server)
{
    const finished_audit audit;
    const auto truth = audit.failures_of_documents();
    std::uint64_t failed_files = 0;
    for (const auto& [name, count] : truth)
        failed_files += count;

    const auto figures = summary_of(printed({"report", audit.platform.output(), "--json"}));

    BOOST_TEST(figures.at("jobs").to_number<int>() == 200);
    BOOST_TEST(figures.at("failed_files").to_number<std::uint64_t>() == failed_files);
    BOOST_TEST(figures.at("documents").to_number<std::uint64_t>() == truth.size());
    for (const auto* rows : {"reasons", "families", "file_types", "workflows", "days"})
        BOOST_TEST(sum_of(figures.at(rows).as_array(), "failed_files") == failed_files, rows);
    const auto outcomes = outcomes_of(audit.platform.folder.read("results.ndjson"));
    for (const auto& [name, count] : outcomes)
        BOOST_TEST(figures.at("outcomes").at(name).to_number<std::uint64_t>() == count);
    BOOST_TEST(figures.at("jobs_without_list").as_array().size() == 200 - outcomes.at("ok"));
}

BOOST_AUTO_TEST_CASE(documents_and_csv_hold_each_failed_file)
{
    const finished_audit audit;
    const auto truth = audit.failures_of_documents();

    const auto names = split(printed({"report", audit.platform.output(), "--documents"}));
    BOOST_TEST(names.size() == truth.size());
    for (const auto& name : std::set<std::string>{names.begin(), names.end()})
        BOOST_TEST(truth.contains(name), name);

    const auto csv = printed({"report", audit.platform.output(), "--csv"});
    for (const auto& [name, count] : truth)
        BOOST_TEST_REQUIRE((contains(csv, name) || name.find('"') != std::string::npos), name);
}

BOOST_AUTO_TEST_CASE(page_says_why_and_what_helps)
{
    const finished_audit audit;
    const auto page = printed({"report", audit.platform.output(), "--top", "3"});

    for (const auto* part : {"200 jobs", "Why files fail (3 of", "Families of reasons", "File types",
                             "Documents that fail most (3 of", "e.g. ", "then run the job again"})
        BOOST_TEST(contains(page, part), part);
    process_run piped{jobaudit::test::jobaudit({"report", "-", "--top", "3"}),
                      {.input = audit.platform.folder.read("results.ndjson")}};
    BOOST_TEST(piped.wait() == 0);
    BOOST_TEST(piped.out().substr(piped.out().find(':')) == page.substr(page.find(':')));
}

BOOST_AUTO_TEST_CASE(of_another_file_or_none_is_refused)
{
    const scratch_folder folder;
    for (const auto& [arguments, expected] : std::vector<std::pair<std::vector<std::string>, std::string>>{
             {{"report"}, "which results?"},
             {{"report", folder.path("none")}, "No such file"},
             {{"report", folder.write("notes", "notes\n")}, "it is no output"},
             {{"report", folder.path("notes"), "--json", "--csv"}, "give one of them"},
             {{"diff", folder.path("notes")}, "two audits are compared"}}) {
        process_run run{jobaudit::test::jobaudit(arguments)};
        BOOST_TEST(run.wait() == 2);
        BOOST_TEST(contains(run.error_out(), expected), run.error_out());
    }
}

BOOST_AUTO_TEST_CASE(diff_names_documents_that_are_new_and_those_that_recovered)
{
    const scratch_folder folder;
    const auto line = [](const std::string& job, const std::string& files) {
        return R"({"job_id":"0b1c2d3e-4f50-4162-8374-95a6b7c8d9e)" + job +
               R"(","outcome":"ok","http_status":200,"attempts":1,"elapsed_ms":1.0,"failed_files":[)" + files + "]}\n";
    };
    const auto file = [](const std::string& name) {
        return R"({"document":")" + name + R"(","error":"PDF is encrypted"})";
    };
    const auto older = folder.write("old", line("0", file("stays.pdf") + "," + file("goes.pdf")));
    const auto newer = folder.write("new", line("1", file("comes.pdf")) + line("2", file("stays.pdf")));

    const auto page = printed({"diff", older, newer});
    BOOST_TEST(contains(page, "1  fail now and did not"), page);
    BOOST_TEST(contains(page, "Documents that fail now and did not\n  comes.pdf\n"), page);
    BOOST_TEST(contains(page, "Documents that no longer fail\n  goes.pdf\n"), page);

    const auto figures = summary_of(printed({"diff", older, newer, "--json"}));
    BOOST_TEST(figures.at("new").at(0).at("document").as_string() == "comes.pdf");
    BOOST_TEST(figures.at("still").at(0).at("document").as_string() == "stays.pdf");
    BOOST_TEST(figures.at("recovered").at(0).at("document").as_string() == "goes.pdf");
}

BOOST_AUTO_TEST_CASE(audit_minds_only_documents_that_fail_and_did_not_before)
{
    audited_platform platform{{.jobs = 40, .records_per_job = 2}};
    process_run first{platform.audit_all({"--fail-on-failed-files"})};
    BOOST_TEST(first.wait() == 4);
    const auto before = platform.folder.read("results.ndjson");
    const auto older = platform.folder.write("older", before);

    process_run same{platform.audit_all({"--fail-on", "new", "--baseline", older, "--quiet"})};
    BOOST_TEST(same.wait() == 0);
    BOOST_TEST(same.error_out() == "");

    // What the output itself held before may be the baseline too.
    process_run itself{platform.audit_all({"--fail-on", "new", "--baseline", platform.output()})};
    BOOST_TEST(itself.wait() == 0);

    const auto lines = split(before);
    const auto shorter = platform.folder.write("shorter", lines[0] + '\n');
    process_run more{platform.audit_all({"--fail-on", "new", "--baseline", shorter, "--quiet"})};
    BOOST_TEST(more.wait() == 4);
    BOOST_TEST(contains(more.error_out(), "documents fail now and did not in " + shorter + ":\n  "), more.error_out());
    BOOST_TEST(contains(more.error_out(), " more\n"));
}

BOOST_AUTO_TEST_CASE(audit_does_not_begin_without_the_baseline_that_it_was_given)
{
    audited_platform platform{{.jobs = 1}};
    for (const auto& further :
         std::vector<std::vector<std::string>>{{"--fail-on", "new"},
                                               {"--baseline", platform.jobs_file()},
                                               {"--fail-on", "new", "--baseline", platform.folder.path("none")},
                                               {"--fail-on", "new", "--baseline", platform.jobs_file()}}) {
        process_run audit{platform.audit_all(further)};
        BOOST_TEST(audit.wait() == 2);
        BOOST_TEST(contains(audit.error_out(), "--baseline"), audit.error_out());
        BOOST_TEST(!platform.folder.has("results.ndjson"));
    }
}

BOOST_AUTO_TEST_SUITE_END()
