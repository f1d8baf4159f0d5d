// `jobaudit fetch` of one job and of several.
#include "program/audited_platform.hpp"

#include <algorithm>

using namespace jobaudit::test;
using jobaudit::emulator::step;

namespace {

std::vector<std::string> fetch(const audited_platform& platform, const std::vector<std::string>& further)
{
    std::vector<std::string> arguments{"fetch", "--url", platform.server.url(), "--ca-file",
                                       platform.folder.path("ca.pem")};
    arguments.insert(arguments.end(), further.begin(), further.end());
    return jobaudit::test::jobaudit(arguments);
}

std::vector<std::string> jobs_of(const audited_platform& platform)
{
    std::vector<std::string> jobs;
    for (std::size_t i = 0; i < platform.server.jobs(); ++i)
        jobs.push_back(platform.server.job(i).to_string());
    return jobs;
}

std::vector<std::string> ids_in(const std::string& ndjson)
{
    std::vector<std::string> ids;
    for (const auto& line : lines_of(ndjson))
        ids.emplace_back(line.at("job_id").as_string());
    return ids;
}

step refusal(int status, const std::string& detail)
{
    step answer{.status = status};
    answer.body = R"({"detail":")" + detail + "\"}";
    return answer;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fetch_jobs)

BOOST_AUTO_TEST_CASE(several_come_in_the_order_of_the_arguments_each_once)
{
    audited_platform known{{.jobs = 200}};
    // The first is answered last.
    audited_platform platform{
        {.jobs = 200,
         .script = {
             .jobs = {{known.server.job(0), {step{.status = 503}, step{.delay = std::chrono::milliseconds{300}}}}}}}};
    const auto jobs = jobs_of(platform);
    auto arguments = jobs;
    arguments.insert(arguments.begin() + 5, {jobs[0], jobs[3]});
    arguments.push_back(jobs[0]);
    arguments.emplace_back("--json");
    process_run run{fetch(platform, arguments)};

    BOOST_TEST(run.wait() == 0);
    BOOST_TEST(ids_in(run.out()) == jobs);
    BOOST_TEST(platform.server.stats().requests == 201U);
    BOOST_TEST(platform.server.stats().open_connections <= 64U);
}

BOOST_AUTO_TEST_CASE(several_are_shown_to_a_person_with_a_blank_line_between)
{
    audited_platform platform{{.jobs = 2, .records_per_job = 1}};
    const auto jobs = jobs_of(platform);
    process_run run{fetch(platform, {jobs[1], jobs[0]})};

    BOOST_TEST(run.wait() == 0);
    const auto shown = run.out();
    BOOST_TEST(shown.starts_with(jobs[1] + ": ok, 1 failed file"), shown);
    BOOST_TEST(contains(shown, "\n\n" + jobs[0] + ": ok, 1 failed file"), shown);
}

BOOST_AUTO_TEST_CASE(the_exit_code_is_that_of_the_worst)
{
    audited_platform known{{.jobs = 4}};
    const auto id = [&known](std::size_t i) { return known.server.job(i); };
    audited_platform platform{{.jobs = 4,
                               .script = {.jobs = {{id(1), {refusal(404, "Job not found")}},
                                                   {id(2), {refusal(500, "broken")}},
                                                   {id(3), {refusal(402, "quota")}}}}}};
    const auto jobs = jobs_of(platform);
    for (const auto& [wanted, code] :
         {std::pair{std::vector<std::size_t>{0}, 0}, {{1, 0}, 1}, {{0, 1, 2}, 6}, {{2, 1, 0}, 6}, {{0, 1, 2, 3}, 3}}) {
        std::vector<std::string> arguments{"--attempts", "1", "--json"};
        for (const auto i : wanted)
            arguments.push_back(jobs[i]);
        process_run run{fetch(platform, arguments)};
        BOOST_TEST(run.wait() == code);
        BOOST_TEST(ids_in(run.out()).size() == wanted.size());
    }
}

BOOST_AUTO_TEST_CASE(a_wrong_key_is_not_shown_to_the_server_with_each_job)
{
    audited_platform platform{{.jobs = 500, .api_key = "right"}};
    auto arguments = jobs_of(platform);
    arguments.emplace_back("--json");
    process_run run{fetch(platform, arguments), {.environment = {{"UNSTRUCTURED_API_KEY", "wrong"}}}};

    BOOST_TEST(run.wait() == 3);
    BOOST_TEST(ids_in(run.out()) == jobs_of(platform));
    const auto outcomes = outcomes_of(run.out());
    // The second one may have left when the first one's answer was read.
    BOOST_TEST(outcomes.at("not_tried") >= 498U);
    BOOST_TEST(outcomes.at("unauthorized") + outcomes.at("not_tried") == 500U);
    BOOST_TEST(platform.server.stats().requests <= 2U);
}

BOOST_AUTO_TEST_CASE(one_that_is_no_job_id_has_none_asked_for)
{
    audited_platform platform{{.jobs = 1}};
    process_run run{fetch(platform, {jobs_of(platform)[0], "nonsense"})};

    BOOST_TEST(run.wait() == 2);
    BOOST_TEST(contains(run.error_out(), "nonsense"));
    BOOST_TEST(run.out() == "");
    BOOST_TEST(platform.server.stats().requests == 0U);
}

BOOST_AUTO_TEST_CASE(an_output_that_cannot_be_written_ends_it_with_5)
{
    audited_platform platform{{.jobs = 100}};
    const descriptor full{::open("/dev/full", O_WRONLY | O_CLOEXEC)};
    process_run run{fetch(platform, jobs_of(platform)), {.out = full.get()}};

    BOOST_TEST(run.wait() == 5);
    BOOST_TEST(contains(run.error_out(), "standard output cannot be written"), run.error_out());
}

BOOST_AUTO_TEST_SUITE_END()
