#include "program/audited_platform.hpp"

using namespace jobaudit::test;
using jobaudit::emulator::emulator_options;
using jobaudit::emulator::script;
using jobaudit::emulator::step;

BOOST_AUTO_TEST_SUITE(fatal_stop)

BOOST_AUTO_TEST_CASE(a_wrong_key_stops_the_batch_at_once_and_the_right_one_finishes_it)
{
    audited_platform platform{{.jobs = 100'000, .api_key = "right", .records_per_job = 0}};
    const auto summary_file = platform.folder.path("summary.json");
    process_run refused{platform.audit_all({"--summary-json", summary_file}),
                        {.environment = {{"UNSTRUCTURED_API_KEY", "wrong"}}}};

    BOOST_TEST(refused.wait() == 3);
    BOOST_TEST(platform.server.stats().requests == 1U);
    const auto said = refused.error_out();
    BOOST_TEST(contains(said, "UNSTRUCTURED_API_KEY"));
    BOOST_TEST(said.find("stopped:") == said.rfind("stopped:"));
    BOOST_TEST(!contains(said, "wrong"));
    const auto summary = summary_of(platform.folder.read("summary.json"));
    const auto& outcomes = summary.at("outcomes").as_object();
    BOOST_TEST(summary.at("jobs").to_number<int>() == 100'000);
    BOOST_TEST(outcomes.at("unauthorized").to_number<int>() + outcomes.at("not_tried").to_number<int>() == 100'000);
    BOOST_TEST(outcomes.at("unauthorized").to_number<int>() == 1);

    process_run finished{platform.audit_all({"--resume"}), {.environment = {{"UNSTRUCTURED_API_KEY", "right"}}}};
    BOOST_TEST(finished.wait() == 0);
    BOOST_TEST(platform.is_right());
}

BOOST_AUTO_TEST_CASE(a_refused_bearer_token_is_no_fault_of_the_server)
{
    audited_platform platform{{.jobs = 1000, .api_key = "right"}};
    process_run audit{platform.audit_all({"--auth", "bearer"}), {.environment = {{"UNSTRUCTURED_API_KEY", "wrong"}}}};

    BOOST_TEST(audit.wait() == 3);
    BOOST_TEST(platform.server.stats().requests == 1U);
    BOOST_TEST(contains(audit.error_out(), "unauthorized"));
}

BOOST_AUTO_TEST_CASE(the_used_up_quota_stops_it)
{
    audited_platform platform{{.jobs = 5000, .script = {.every_job = {step{.status = 402}}}}};
    process_run audit{platform.audit_all()};

    BOOST_TEST(audit.wait() == 3);
    BOOST_TEST(platform.server.stats().requests == 1U);
    BOOST_TEST(contains(audit.error_out(), "payment_required"));
    BOOST_TEST(contains(audit.error_out(), "--resume"));
}

BOOST_AUTO_TEST_CASE(a_server_that_refuses_all_stops_it_after_the_limit_of_an_outage)
{
    step used_up{.status = 429};
    used_up.body = R"({"detail":"the quota of this month is used up"})";
    for (const char* hint : {"", "0", "1"}) {
        used_up.retry_after = hint;
        audited_platform platform{{.jobs = 500, .script = {.every_job = {used_up}}}};
        process_run audit{platform.audit_all({"--outage-limit", "2s"})};

        BOOST_TEST_CONTEXT("Retry-After: " << hint) BOOST_TEST(audit.wait() == 3);
        BOOST_TEST(contains(audit.error_out(), "the quota of this month is used up"));
        BOOST_TEST(contains(audit.error_out(), "--resume"));
        BOOST_TEST(platform.server.stats().requests <= 5U);
        BOOST_TEST(outcomes_of(platform.folder.read("results.ndjson")).empty());
    }
}

BOOST_AUTO_TEST_CASE(a_pause_longer_than_allowed_ends_it_with_the_time_at_which_to_go_on)
{
    audited_platform platform{
        {.jobs = 1000, .script = {.sequence = {{100, 100, step{.status = 429, .retry_after = "7200"}}}}}};
    process_run audit{platform.audit_all()};

    BOOST_TEST(audit.wait() == 3);
    BOOST_TEST(contains(audit.error_out(), "not before: 2"));
    BOOST_TEST(contains(audit.error_out(), "2 h"));
    BOOST_TEST(contains(audit.error_out(), "--resume"));
}

BOOST_AUTO_TEST_CASE(a_host_that_does_not_exist_stops_it)
{
    scratch_folder folder;
    const auto jobs = folder.write("jobs.txt", "5e0c0000-0000-4000-8000-000000000000\n");
    process_run audit{jobaudit::test::jobaudit({"audit", "--url", "https://no-such-host.invalid", "--jobs", jobs, "-o",
                                                folder.path("out"), "--outage-limit", "2s"})};

    const int code = audit.wait();
    // Without a name server nobody knows whether the host exists: then it is an outage, which ends too.
    BOOST_TEST((code == 3 || (code == 6 && contains(audit.error_out(), "could not be looked up"))));
    BOOST_TEST(contains(audit.error_out(), "no-such-host.invalid"));
}

BOOST_AUTO_TEST_CASE(an_address_where_somebody_else_answers_stops_it_after_as_many_requests_as_a_job_has_attempts)
{
    for (const char* said : {"404 page not found", R"({"detail":"Not Found"})", "<html>"}) {
        step elsewhere{.status = 404};
        elsewhere.body = said;
        audited_platform platform{{.jobs = 200, .script = {.every_job = {elsewhere}}}};
        process_run audit{platform.audit_all({"--attempts", "4"})};

        BOOST_TEST(audit.wait() == 3);
        BOOST_TEST(contains(audit.error_out(), "not the platform"));
        BOOST_TEST(contains(audit.error_out(), "--url"));
        BOOST_TEST(platform.server.stats().requests == 4U);
        BOOST_TEST(outcomes_of(platform.folder.read("results.ndjson")).count("not_found") == 0U);
    }
}

BOOST_AUTO_TEST_CASE(a_page_for_every_path_stops_it_too)
{
    step page{.status = 200};
    page.body = "<!doctype html><title>Welcome</title>";
    audited_platform platform{{.jobs = 200, .script = {.every_job = {page}}}};
    process_run audit{platform.audit_all()};

    BOOST_TEST(audit.wait() == 3);
    BOOST_TEST(contains(audit.error_out(), "Welcome"));
    BOOST_TEST(platform.server.stats().requests == 5U);
}

BOOST_AUTO_TEST_CASE(a_gateway_that_knows_no_path_for_a_while_loses_no_job)
{
    step deploying{.status = 404};
    deploying.body = "<html><h1>404 Not Found</h1></html>";
    audited_platform platform{{.jobs = 200, .script = {.sequence = {{20, 60, deploying}}}}};
    process_run audit{platform.audit_all()};

    BOOST_TEST(audit.wait() == 0);
    BOOST_TEST(platform.is_right());
}

BOOST_AUTO_TEST_CASE(one_forbidden_job_does_not_stop_the_others)
{
    audited_platform platform{{.jobs = 200}};
    const auto forbidden = platform.server.job(17);
    audited_platform scripted{{.jobs = 200, .script = {.jobs = {{forbidden, {step{.status = 403}}}}}}};
    process_run audit{scripted.audit_all()};

    BOOST_TEST(audit.wait() == 1);
    const auto outcomes = outcomes_of(scripted.folder.read("results.ndjson"));
    BOOST_TEST(outcomes.at("ok") == 199U);
    BOOST_TEST(outcomes.at("forbidden") == 1U);
}

BOOST_AUTO_TEST_CASE(nothing_but_forbidden_jobs_stops_it)
{
    audited_platform platform{{.jobs = 5000, .script = {.every_job = {step{.status = 403}}}}};
    process_run audit{platform.audit_all({"--concurrency", "8"})};

    BOOST_TEST(audit.wait() == 3);
    BOOST_TEST(platform.server.stats().requests <= 28U);
}

BOOST_AUTO_TEST_SUITE_END()
