#include "emulator/wire.hpp"

#include <boost/json.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <set>

namespace emulator = jobaudit::emulator;
namespace json = boost::json;
using emulator::emulator_options;

namespace {

constexpr std::string_view nil = "00000000-0000-0000-0000-000000000000";

emulator_options plain(std::uint64_t jobs = 20) { return {.tls = false, .jobs = jobs}; }

std::size_t lines_of(const std::string& text)
{
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

std::string path_of(const jobaudit::job_id& job) { return "/api/v1/jobs/" + job.to_string(); }

std::string text_of(const json::value& object, std::string_view name)
{
    const auto& text = object.at(name).as_string();
    return {text.data(), text.size()};
}

struct key_case {
    std::string fields;
    int status;
    std::string body;
};

std::ostream& operator<<(std::ostream& out, const key_case& one) { return out << one.fields; }

const std::string missing_key =
    R"({"detail":"Authentication required: provide either Bearer token or API key in header."})";

const key_case keys[]{
    {"", 401, missing_key},
    {"unstructured-api-key: \r\n", 401, missing_key},
    {"Authorization: Basic cmlnaHQ=\r\n", 401, missing_key},
    {"unstructured-api-key: wrong\r\n", 401, "Failed to authenticate API Key: API key is malformed"},
    {"Authorization: Bearer wrong\r\n", 500, R"({"detail":"Internal Server Error verifying token"})"},
    {"unstructured-api-key: right\r\n", 200, "failed_files"},
    {"Authorization: Bearer right\r\n", 200, "failed_files"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(platform_api)

BOOST_AUTO_TEST_CASE(answers_with_the_failed_files_that_are_true_of_each_job)
{
    const emulator::emulator server{plain(200)};
    wire::connection client{server.port()};

    for (std::uint64_t i = 0; i < server.jobs(); ++i) {
        const auto answer = client.ask(wire::failed_files_path(server.job(i)));
        BOOST_REQUIRE(answer.status == 200);
        const auto truth = server.truth(server.job(i));
        const auto body = json::parse(answer.body);
        const auto& list = body.at("failed_files").as_array();
        BOOST_REQUIRE(list.size() == truth.failed_files.size());
        for (std::size_t k = 0; k < list.size(); ++k) {
            BOOST_REQUIRE(list[k].at("document").as_string() == truth.failed_files[k].document);
            BOOST_REQUIRE(list[k].at("error").as_string() == truth.failed_files[k].error);
        }
    }
}

BOOST_AUTO_TEST_CASE(gives_the_same_jobs_to_the_same_seed)
{
    const emulator::emulator one{plain()};
    const emulator::emulator same{plain()};
    auto options = plain();
    options.seed = 2;
    const emulator::emulator other{options};

    BOOST_TEST(one.job(7) == same.job(7));
    BOOST_TEST((one.truth(one.job(7)) == same.truth(one.job(7))));
    BOOST_TEST(one.job(7) != other.job(7));
}

BOOST_DATA_TEST_CASE(checks_the_key, boost::unit_test::data::make(keys), one)
{
    auto options = plain();
    options.api_key = "right";
    const emulator::emulator server{options};
    wire::connection client{server.port()};

    const auto answer = client.ask(wire::failed_files_path(server.job(0)), one.fields);
    BOOST_TEST(answer.status == one.status);
    BOOST_TEST(answer.body.find(one.body) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(takes_any_key_where_none_is_set_but_wants_one)
{
    const emulator::emulator server{plain()};
    wire::connection client{server.port()};

    BOOST_TEST(client.ask(wire::failed_files_path(server.job(0))).status == 200);
    BOOST_TEST(client.ask(wire::failed_files_path(server.job(0)), "").status == 401);
}

BOOST_AUTO_TEST_CASE(tells_unknown_jobs_from_unknown_paths)
{
    const emulator::emulator server{plain()};
    wire::connection client{server.port()};

    BOOST_TEST(client.ask("/api/v1/jobs/" + std::string{nil} + "/failed-files").body ==
               R"({"detail":"Job not found"})");
    for (const auto* path : {"/", "/api/v2/jobs/", "/api/v1/api/v1/jobs/", "/api/v1/jobsx"}) {
        const auto answer = client.ask(path);
        BOOST_TEST(answer.status == 404);
        BOOST_TEST(answer.body == R"({"detail":"Not Found"})");
    }
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_uuid_with_a_typed_detail)
{
    const emulator::emulator server{plain()};
    wire::connection client{server.port()};

    const auto answer = client.ask("/api/v1/jobs/abc/failed-files");
    BOOST_TEST(answer.status == 422);
    const auto detail = json::parse(answer.body).at("detail").at(0);
    BOOST_TEST(detail.at("type").as_string() == "uuid_parsing");
    BOOST_TEST(detail.at("loc").at(1).as_string() == "job_id");
    BOOST_TEST(detail.at("input").as_string() == "abc");
}

BOOST_AUTO_TEST_CASE(knows_every_uuid_when_it_accepts_any)
{
    auto options = plain();
    options.accept_any_id = true;
    const emulator::emulator server{options};
    wire::connection client{server.port()};
    const auto job = *jobaudit::job_id::parse(nil);

    const auto answer = client.ask(wire::failed_files_path(job));
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(json::parse(answer.body).at("failed_files").as_array().size() == server.truth(job).failed_files.size());
}

BOOST_AUTO_TEST_CASE(answers_for_missing_jobs_what_is_true_of_them)
{
    auto options = plain(100);
    options.share_missing = 0.8;
    const emulator::emulator server{options};
    wire::connection client{server.port()};
    std::set<int> seen;
    for (std::uint64_t i = 0; i < server.jobs(); ++i) {
        const auto kind = server.truth(server.job(i)).kind;
        const int expected = kind == jobaudit::outcome_kind::not_found ? 404 : 422;
        const auto status = client.ask(wire::failed_files_path(server.job(i))).status;
        BOOST_REQUIRE(status == expected);
        seen.insert(status);
    }

    BOOST_TEST(seen.size() == 2U);
}

BOOST_AUTO_TEST_CASE(describes_a_job_and_its_progress)
{
    const emulator::emulator server{plain()};
    wire::connection client{server.port()};
    const auto path = "/api/v1/jobs/" + server.job(0).to_string();

    const auto job = json::parse(client.ask(path).body);
    for (const auto* name : {"id", "workflow_id", "workflow_name", "status", "created_at"})
        BOOST_TEST(job.at(name).is_string());
    const auto details = json::parse(client.ask(path + "/details").body);
    BOOST_TEST(details.at("id").as_string() == server.job(0).to_string());
    BOOST_TEST(details.at("node_stats").at(0).at("failure").as_int64() ==
               static_cast<std::int64_t>(server.truth(server.job(0)).failed_files.size()));
}

BOOST_AUTO_TEST_CASE(lists_every_seeded_job_in_one_array)
{
    const emulator::emulator server{plain(2000)};
    wire::connection client{server.port()};

    const auto list = json::parse(client.ask("/api/v1/jobs/").body).as_array();
    BOOST_TEST(list.size() == 2000U);
    BOOST_TEST(list[1999].at("id").as_string() == server.job(1999).to_string());
}

BOOST_AUTO_TEST_CASE(lists_what_its_filters_leave)
{
    const emulator::emulator server{plain(500)};
    wire::connection client{server.port()};
    std::string workflow;
    std::size_t expected = 0;
    const auto all = json::parse(client.ask("/api/v1/jobs/").body);
    for (const auto& one : all.as_array()) {
        if (workflow.empty())
            workflow = one.at("workflow_id").as_string();
        expected += one.at("workflow_id").as_string() == workflow && one.at("status").as_string() == "FAILED" ? 1U : 0U;
    }

    const auto both = client.ask("/api/v1/jobs/?status=FAILED&workflow_id=" + workflow);
    BOOST_TEST(json::parse(both.body).as_array().size() == expected);
    BOOST_TEST(client.ask("/api/v1/jobs/?workflow_id=" + std::string{nil}).body == "[]");
    BOOST_TEST(client.ask("/api/v1/jobs/?workflow_id=x").status == 422);
}

BOOST_AUTO_TEST_CASE(speaks_of_a_jobs_state_in_the_vendors_words_alone)
{
    const std::set<std::string> of_jobs{"SCHEDULED", "IN_PROGRESS", "COMPLETED", "STOPPED", "FAILED"};
    const std::set<std::string> of_details{"SCHEDULED", "IN_PROGRESS",           "SUCCESS",
                                           "STOPPED",   "COMPLETED_WITH_ERRORS", "FAILED"};
    const emulator::emulator server{plain(1000)};
    wire::connection client{server.port()};

    std::set<std::string> seen;
    const auto all = json::parse(client.ask("/api/v1/jobs/").body);
    for (const auto& one : all.as_array())
        seen.insert(text_of(one, "status"));
    BOOST_TEST((seen == of_jobs));
    seen.clear();
    for (std::uint64_t i = 0; i < server.jobs(); ++i)
        seen.insert(text_of(json::parse(client.ask(path_of(server.job(i)) + "/details").body), "processing_status"));
    BOOST_TEST((seen == of_details));
}

BOOST_AUTO_TEST_CASE(can_speak_of_a_jobs_state_in_words_that_nobody_has_heard_of)
{
    auto options = plain(3);
    options.script = emulator::parse_script(R"({"sequence": {"1-4": "unknown_values"}})");
    const emulator::emulator server{options};
    wire::connection client{server.port()};
    const auto job = path_of(server.job(0));

    BOOST_TEST(text_of(json::parse(client.ask("/api/v1/jobs/").body).at(0), "status") == "HIBERNATING");
    BOOST_TEST(text_of(json::parse(client.ask(job).body), "status") == "HIBERNATING");
    BOOST_TEST(text_of(json::parse(client.ask(job + "/details").body), "processing_status") == "HIBERNATING");
    BOOST_TEST(client.ask(job + "/file-status").body.find("HIBERNATING") != std::string::npos);
    BOOST_TEST(text_of(json::parse(client.ask("/api/v1/jobs/").body).at(0), "status") != "HIBERNATING");
}

BOOST_AUTO_TEST_CASE(says_in_the_details_whether_a_completed_job_has_failed_files)
{
    const emulator::emulator server{plain(300)};
    wire::connection client{server.port()};

    for (std::uint64_t i = 0; i < server.jobs(); ++i) {
        const auto path = path_of(server.job(i));
        const auto status = text_of(json::parse(client.ask(path).body), "status");
        const auto details = text_of(json::parse(client.ask(path + "/details").body), "processing_status");
        const bool has_failed_files = !server.truth(server.job(i)).failed_files.empty();
        if (status == "COMPLETED")
            BOOST_REQUIRE(details == (has_failed_files ? "COMPLETED_WITH_ERRORS" : "SUCCESS"));
        else
            BOOST_REQUIRE(details == status);
        BOOST_REQUIRE((status != "SCHEDULED" || !has_failed_files));
    }
}

BOOST_AUTO_TEST_CASE(lists_the_files_of_a_job_twelve_times_a_minute)
{
    auto options = plain(2);
    options.records_per_job = 5;
    const emulator::emulator server{options};
    wire::connection client{server.port()};
    const auto path = path_of(server.job(0)) + "/file-status";

    const auto told = json::parse(client.ask(path).body);
    const auto truth = server.truth(server.job(0)).failed_files;
    for (std::size_t i = 0; i < truth.size(); ++i) {
        const auto& file = told.at("files").at(i);
        BOOST_TEST(text_of(file, "document") == truth[i].document);
        BOOST_TEST(text_of(file, "error") == truth[i].error);
        BOOST_TEST(text_of(file, "status") == "FAILURE");
    }
    BOOST_TEST(!told.at("truncated").as_bool());
    for (int i = 1; i < 12; ++i)
        BOOST_TEST(client.ask(path).status == 200);
    BOOST_TEST(client.ask(path).status == 429);
    BOOST_TEST(client.ask(path_of(server.job(1)) + "/file-status").status == 200);
}

BOOST_AUTO_TEST_CASE(redirects_the_list_without_its_slash_into_clear_text)
{
    const emulator::emulator server{plain()};
    wire::connection client{server.port()};

    const auto answer = client.ask("/api/v1/jobs?status=FAILED");
    BOOST_TEST(answer.status == 307);
    BOOST_TEST(std::string_view{answer.fields["Location"]} == "http://localhost/api/v1/jobs/?status=FAILED");
}

BOOST_AUTO_TEST_CASE(limits_the_rate_and_says_when_to_come_back)
{
    auto options = plain();
    options.rate_limit = 0.01;
    options.rate_burst = 3;
    const emulator::emulator server{options};
    wire::connection client{server.port()};

    for (int i = 0; i < 3; ++i)
        BOOST_TEST(client.ask(wire::failed_files_path(server.job(0))).status == 200);
    const auto refused = client.ask(wire::failed_files_path(server.job(0)));
    BOOST_TEST(refused.status == 429);
    const auto wait = std::stoi(std::string{std::string_view{refused.fields["Retry-After"]}});
    BOOST_TEST(wait > 90);
    BOOST_TEST(wait <= 100);
}

BOOST_AUTO_TEST_CASE(answers_requests_that_were_sent_together_in_their_order)
{
    const emulator::emulator server{plain()};
    wire::connection client{server.port()};
    for (std::uint64_t i = 0; i < 5; ++i)
        client.get("/api/v1/jobs/" + server.job(i).to_string());

    for (std::uint64_t i = 0; i < 5; ++i)
        BOOST_TEST(json::parse(client.receive().body).at("id").as_string() == server.job(i).to_string());
}

BOOST_AUTO_TEST_CASE(refuses_other_methods_and_what_is_no_http)
{
    const emulator::emulator server{plain()};
    wire::connection client{server.port()};
    client.send("POST /api/v1/jobs/ HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
    BOOST_TEST(client.receive().status == 405);

    client.send("this is not http\r\n\r\n");
    BOOST_TEST(client.receive().status == 400);
    BOOST_TEST(client.receive_all().empty());
    BOOST_TEST(client.how() == wire::ending::closed);
}

BOOST_AUTO_TEST_CASE(varies_the_framing_of_right_answers_when_told_to)
{
    auto options = plain(300);
    options.vary_framing = true;
    const emulator::emulator server{options};
    std::set<std::string> seen;
    auto client = std::make_unique<wire::connection>(server.port());
    for (std::uint64_t i = 0; i < server.jobs(); ++i) {
        const auto answer =
            client->ask(wire::failed_files_path(server.job(i)), "unstructured-api-key: k\r\nAccept-Encoding: gzip\r\n");
        BOOST_REQUIRE(answer.status == 200);
        const std::string_view coding = answer.fields["Content-Encoding"];
        seen.insert(!coding.empty()                             ? std::string{coding}
                    : answer.fields.count("Content-Length") > 0 ? "length"
                    : answer.fields.count("Connection") > 0     ? "close"
                                                                : "chunked");
        if (answer.fields.count("Connection") > 0)
            client = std::make_unique<wire::connection>(server.port());
    }

    BOOST_TEST((seen == std::set<std::string>{"close", "gzip", "chunked", "length"}));
}

BOOST_AUTO_TEST_CASE(shows_jobs_truth_and_statistics_without_a_key_and_uncounted)
{
    const emulator::emulator server{plain(50)};
    wire::connection client{server.port()};
    (void)client.ask(wire::failed_files_path(server.job(3)));
    wire::connection watcher{server.port()};

    BOOST_TEST(lines_of(watcher.ask("/__jobs", "").body) == 50U);
    BOOST_TEST(lines_of(watcher.ask("/__truth", "").body) == 50U);
    const auto one = json::parse(watcher.ask("/__truth/" + server.job(3).to_string(), "").body);
    BOOST_TEST(one.at("failed_files").as_array().size() == server.truth(server.job(3)).failed_files.size());
    BOOST_TEST(watcher.ask("/__nonsense", "").status == 404);
    const auto stats = json::parse(watcher.ask("/__stats?jobs=1&reset=1", "").body);
    BOOST_TEST(stats.at("requests").as_int64() == 1);
    BOOST_TEST(stats.at("connections").as_int64() == 1);
    BOOST_TEST(stats.at("open_connections").as_int64() == 1);
    BOOST_TEST(stats.at("max_open_connections").as_int64() == 1);
    BOOST_TEST(stats.at("responses").at("200").as_int64() == 1);
    BOOST_TEST(stats.at("jobs").at(server.job(3).to_string()).as_int64() == 1);
    BOOST_TEST(server.stats().requests == 0U);
    BOOST_TEST(server.requests_of(server.job(3)) == 0U);
}

BOOST_AUTO_TEST_CASE(ends_connections_that_wait_when_it_stops)
{
    auto options = plain();
    options.threads = 2;
    options.script = emulator::parse_script(R"({"*": "stall"})");
    emulator::emulator server{options};
    wire::connection idle{server.port()};
    wire::connection stalled{server.port()};
    BOOST_TEST(idle.ask("/__jobs").status == 200);
    stalled.get(wire::failed_files_path(server.job(0)));
    wire::connection watcher{server.port()};
    while (json::parse(watcher.ask("/__stats").body).at("requests").as_int64() == 0) {
    }

    server.stop();
    BOOST_TEST(idle.receive_all().empty());
    BOOST_TEST(stalled.receive_all().empty());
    BOOST_TEST(idle.how() != wire::ending::silent);
    BOOST_TEST(stalled.how() != wire::ending::silent);
    BOOST_TEST(server.stats().open_connections == 0U);
}

BOOST_AUTO_TEST_CASE(says_what_is_wrong_with_where_it_should_listen)
{
    const emulator::emulator first{plain()};
    auto taken = plain();
    taken.port = first.port();
    BOOST_CHECK_EXCEPTION(emulator::emulator{taken}, emulator::emulator_error, [&](const auto& problem) {
        return std::string_view{problem.what()}.find(std::to_string(first.port())) != std::string_view::npos;
    });
    auto unreadable = plain();
    unreadable.address = "localhorst";
    BOOST_CHECK_THROW(emulator::emulator{unreadable}, emulator::emulator_error);
    auto missing = plain();
    missing.script_file = "there/is/no/such/script.json";
    BOOST_CHECK_THROW(emulator::emulator{missing}, emulator::emulator_error);
}

BOOST_AUTO_TEST_SUITE_END()
