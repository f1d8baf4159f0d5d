// The platform's list of jobs: `jobaudit jobs`, and `jobaudit audit --all`.
#include "program/audited_platform.hpp"

#include <algorithm>
#include <set>

using namespace jobaudit::test;
using jobaudit::emulator::emulator_options;
using jobaudit::emulator::fault;
using jobaudit::emulator::step;

namespace {

std::vector<std::string> jobs(const audited_platform& platform, const std::vector<std::string>& further = {})
{
    std::vector<std::string> arguments{"jobs", "--url", platform.server.url(), "--ca-file",
                                       platform.folder.path("ca.pem")};
    arguments.insert(arguments.end(), further.begin(), further.end());
    return jobaudit::test::jobaudit(arguments);
}

std::vector<std::string> audit_listed(const audited_platform& platform, const std::vector<std::string>& further = {})
{
    std::vector<std::string> arguments{"--all", "-o", platform.output()};
    arguments.insert(arguments.end(), further.begin(), further.end());
    return platform.audit(arguments);
}

std::string text_in(const boost::json::object& line, std::string_view name)
{
    const auto* text = line.at(name).if_string();
    return text == nullptr ? std::string{} : std::string{text->data(), text->size()};
}

std::vector<boost::json::object> listed(const audited_platform& platform, std::vector<std::string> further = {})
{
    further.emplace_back("--json");
    process_run run{jobs(platform, further)};
    BOOST_TEST(run.wait() == 0);
    return lines_of(run.out());
}

std::set<std::string> ids_of(const std::string& ndjson, std::string_view name)
{
    std::set<std::string> ids;
    for (const auto& line : lines_of(ndjson))
        BOOST_TEST(ids.insert(text_in(line, name)).second);
    return ids;
}

emulator_options listing(std::vector<step> steps, std::uint64_t jobs)
{
    emulator_options options{.jobs = jobs};
    options.script.list = std::move(steps);
    return options;
}

step cut_after(const std::string& body)
{
    step cut;
    cut.raw = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n" + body;
    return cut;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(listed_jobs)

BOOST_AUTO_TEST_CASE(are_a_table_for_a_person)
{
    audited_platform platform{{.jobs = 300}};
    process_run run{jobs(platform)};

    BOOST_TEST(run.wait() == 0);
    const auto out = run.out();
    BOOST_TEST(out.starts_with("job_id  "));
    BOOST_TEST(std::ranges::count(out, '\n') == 301);
    BOOST_TEST(contains(out, platform.server.job(299).to_string() + "  "));
    BOOST_TEST(run.error_out().starts_with("300 jobs: "));
}

BOOST_AUTO_TEST_CASE(are_lines_of_json_for_a_program_that_an_audit_takes)
{
    audited_platform platform{{.jobs = 300}};
    process_run run{jobs(platform, {"--json"})};
    BOOST_TEST(run.wait() == 0);
    const auto lines = lines_of(run.out());
    BOOST_TEST(lines.size() == 300U);
    for (const auto* name : {"id", "workflow_id", "workflow_name", "status", "created_at"})
        BOOST_TEST(!text_in(lines.front(), name).empty());

    process_run audit{platform.audit({"--jobs", "-", "-o", platform.output()}), {.input = run.out()}};
    BOOST_TEST(audit.wait() == 0);
    BOOST_TEST(platform.is_right());
}

BOOST_AUTO_TEST_CASE(can_be_chosen_by_status_workflow_and_time)
{
    audited_platform platform{{.jobs = 500}};
    const auto all = listed(platform);
    const auto count = [&all](auto holds) { return static_cast<std::size_t>(std::ranges::count_if(all, holds)); };
    const auto workflow = text_in(all.front(), "workflow_name");
    const auto id = text_in(all.front(), "workflow_id");
    const auto of_workflow = count([&](const auto& each) { return text_in(each, "workflow_id") == id; });
    const auto failed = count([](const auto& each) { return text_in(each, "status") == "FAILED"; });
    const auto late = count([](const auto& each) { return text_in(each, "created_at") >= "2025-12-01"; });

    BOOST_TEST(listed(platform, {"--status", "failed"}).size() == failed);
    BOOST_TEST(listed(platform, {"--workflow", id}).size() == of_workflow);
    BOOST_TEST(listed(platform, {"--workflow", workflow}).size() == of_workflow);
    BOOST_TEST(listed(platform, {"--since", "2025-12-01"}).size() == late);
    BOOST_TEST(listed(platform, {"--until", "2025-11-30"}).size() == 500 - late);
    BOOST_TEST(failed > 0U);
    BOOST_TEST(late > 0U);
}

BOOST_AUTO_TEST_CASE(that_are_not_to_be_had_end_with_the_reason_and_its_code)
{
    struct {
        step answer;
        int code;
        std::string said;
    } const cases[] = {
        {{.status = 401}, 3, "the list of jobs could not be read: unauthorized (HTTP 401)"},
        {{.status = 500}, 6, "server_error (HTTP 500)"},
        {{.body = "{}"}, 6, "malformed_body: the body is not a JSON array"},
        {{.status = 404, .body = R"({"detail":"Workflow not found"})"}, 1, "Workflow not found"},
    };
    for (const auto& each : cases) {
        audited_platform platform{listing({each.answer}, 3)};
        process_run list{jobs(platform, {"--attempts", "2"})};
        BOOST_TEST(list.wait() == each.code);
        BOOST_TEST(list.out() == "");
        BOOST_TEST(contains(list.error_out(), each.said), list.error_out());

        process_run audit{audit_listed(platform, {"--attempts", "2"})};
        BOOST_TEST(audit.wait() == each.code);
        BOOST_TEST(contains(audit.error_out(), each.said.substr(0, each.said.find(" (HTTP"))), audit.error_out());
    }
}

BOOST_AUTO_TEST_CASE(are_audited_but_for_those_that_have_not_begun)
{
    audited_platform platform{{.jobs = 2000}};
    std::set<std::string> begun;
    for (const auto& each : listed(platform))
        if (text_in(each, "status") != "SCHEDULED")
            begun.insert(text_in(each, "id"));
    BOOST_TEST(begun.size() < 2000U);
    process_run run{audit_listed(platform)};

    BOOST_TEST(run.wait() == 0);
    BOOST_TEST((ids_of(platform.folder.read("results.ndjson"), "job_id") == begun));
    BOOST_TEST(contains(run.error_out(), "are SCHEDULED and left out"), run.error_out());
}

BOOST_AUTO_TEST_CASE(are_written_with_what_the_list_says_of_them)
{
    audited_platform platform{{.jobs = 300}};
    std::map<std::string, boost::json::object> told;
    for (auto& each : listed(platform))
        told[text_in(each, "id")] = std::move(each);
    process_run run{audit_listed(platform)};
    BOOST_TEST(run.wait() == 0);

    for (const auto& line : lines_of(platform.folder.read("results.ndjson"))) {
        const auto& of_list = told.at(text_in(line, "job_id"));
        BOOST_TEST((line.at("job_status") == of_list.at("status")));
        for (const auto* name : {"workflow_id", "workflow_name", "created_at", "runtime"})
            BOOST_TEST((line.at(name) == of_list.at(name)));
    }
}

BOOST_AUTO_TEST_CASE(are_audited_as_they_are_chosen)
{
    audited_platform platform{{.jobs = 1000}};
    const auto wanted = listed(platform, {"--status", "FAILED", "--status", "STOPPED", "--since", "2025-11-15"});
    process_run run{audit_listed(platform, {"--status", "FAILED", "--status", "STOPPED", "--since", "2025-11-15"})};

    BOOST_TEST(run.wait() == 0);
    const auto audited = ids_of(platform.folder.read("results.ndjson"), "job_id");
    BOOST_TEST(audited.size() == wanted.size());
    for (const auto& each : wanted)
        BOOST_TEST(audited.contains(text_in(each, "id")));
}

BOOST_AUTO_TEST_CASE(are_audited_each_once_where_the_list_breaks_off)
{
    audited_platform platform{
        listing({{.fault = fault::reset_in_body}, {.fault = fault::truncated_chunked}, {}}, 5000)};
    process_run run{audit_listed(platform, {"--status", "COMPLETED"})};

    BOOST_TEST(run.wait() == 0);
    const auto audited = ids_of(platform.folder.read("results.ndjson"), "job_id");
    BOOST_TEST(audited.size() == listed(platform, {"--status", "COMPLETED"}).size());
}

BOOST_AUTO_TEST_CASE(of_a_list_that_never_comes_to_its_end_are_audited_and_the_rest_resumed)
{
    audited_platform known{{.jobs = 3}};
    const auto head = R"([{"id":")" + known.server.job(0).to_string() + R"(","status":"FAILED"},)";
    audited_platform platform{listing({cut_after(head), cut_after(head), cut_after(head), cut_after(head), {}}, 3)};
    const auto summary = platform.folder.path("summary.json");
    process_run cut{audit_listed(platform, {"--attempts", "2", "--summary-json", summary})};

    BOOST_TEST(cut.wait() == 6);
    BOOST_TEST(contains(cut.error_out(), "could not be read to its end, behind 1 job: transport"), cut.error_out());
    const auto not_covered =
        std::string{summary_of(platform.folder.read("summary.json")).at("not_covered").as_string()};
    BOOST_TEST(contains(not_covered, "behind 1 job: transport"), not_covered);
    BOOST_TEST(contains(cut.error_out(), "--resume"));
    BOOST_TEST(ids_of(platform.folder.read("results.ndjson"), "job_id").size() == 1U);

    process_run rest{audit_listed(platform, {"--resume"})};
    BOOST_TEST(rest.wait() == 0);
    BOOST_TEST(platform.is_right());
}

BOOST_AUTO_TEST_CASE(behind_one_that_cannot_be_asked_for_are_audited)
{
    audited_platform known{{.jobs = 3}};
    std::string list = R"([{"id":null,"status":"FAILED"})";
    for (std::uint64_t i = 0; i < 3; ++i)
        list += R"(,{"id":")" + known.server.job(i).to_string() + R"(","status":"FAILED"})";
    list += ']';
    step whole;
    whole.raw = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(list.size()) +
                "\r\n\r\n" + list;
    audited_platform platform{listing({whole}, 3)};
    process_run audit{audit_listed(platform, {"--attempts", "2"})};

    BOOST_TEST(audit.wait() == 6);
    BOOST_TEST(contains(audit.error_out(), "job 1: 'id' is not a UUID"), audit.error_out());
    BOOST_TEST(platform.is_right());
}

BOOST_AUTO_TEST_CASE(that_are_new_are_taken_in_by_a_resumed_audit)
{
    audited_platform few{{.jobs = 50}};
    process_run first{audit_listed(few, {"--status", "COMPLETED"})};
    BOOST_TEST(first.wait() == 0);
    const auto completed = ids_of(few.folder.read("results.ndjson"), "job_id").size();

    process_run all{audit_listed(few, {"--resume", "--summary-json", few.folder.path("summary.json")})};
    BOOST_TEST(all.wait() == 0);
    const auto summary = summary_of(few.folder.read("summary.json"));
    BOOST_TEST(summary.at("resumed").to_number<std::size_t>() == completed);
    BOOST_TEST(ids_of(few.folder.read("results.ndjson"), "job_id").size() > completed);
}

BOOST_AUTO_TEST_CASE(wait_for_a_slow_audit_and_are_not_given_up)
{
    emulator_options slow{.jobs = 30'000, .records_per_job = 0};
    slow.latency.base = std::chrono::milliseconds{1};
    audited_platform platform{slow};
    process_run run{audit_listed(platform, {"--timeout", "1s", "--rate", "12000"})};

    BOOST_TEST(run.wait() == 0);
    BOOST_TEST(ids_of(platform.folder.read("results.ndjson"), "job_id").size() > 29'000U);
    BOOST_TEST(platform.server.stats().requests < 30'010U);
}

BOOST_AUTO_TEST_CASE(are_left_alone_after_an_interrupt_and_resumed)
{
    emulator_options slow{.jobs = 30'000, .records_per_job = 0};
    slow.latency.base = std::chrono::milliseconds{2};
    audited_platform platform{slow};
    process_run run{audit_listed(platform, {"--rate", "1000"})};
    BOOST_TEST_REQUIRE(run.wait_until([&] { return platform.server.stats().requests > 200; }));
    run.send(SIGINT);

    BOOST_TEST(run.wait() == 130);
    BOOST_TEST(contains(run.error_out(), "not read to their end"), run.error_out());
    process_run rest{audit_listed(platform, {"--resume"})};
    BOOST_TEST(rest.wait() == 0);
    BOOST_TEST(ids_of(platform.folder.read("results.ndjson"), "job_id").size() > 29'000U);
}

BOOST_AUTO_TEST_CASE(nobody_reads_end_with_the_code_of_a_closed_pipe)
{
    audited_platform platform{{.jobs = 20'000}};
    int ends[2];
    BOOST_REQUIRE(::pipe(ends) == 0);
    descriptor writing{ends[1]};
    {
        const descriptor reading{ends[0]};
    }
    process_run run{jobs(platform), {.out = writing.get()}};
    BOOST_TEST(run.wait() == 5);
}

BOOST_AUTO_TEST_SUITE_END()
