#include "protocol/job_list_reader.hpp"

#include "protocol/allocated_bytes.hpp"
#include "protocol/every_split.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace protocol = jobaudit::protocol;
using jobaudit::errc;
using jobaudit::error_code;
using jobaudit::job_id;
using jobaudit::job_information;
using protocol::job_list_reader;
using protocol::pieces;

namespace {

const std::string first_id = "5e0c6e06-6a0f-4a35-8b0e-0f1f6c9f6a01";
const std::string second_id = "5e0c6e06-6a0f-4a35-8b0e-0f1f6c9f6a02";
const std::string workflow_id = "11111111-2222-4333-8444-555555555555";

class recording_jobs final : public protocol::job_list_consumer {
public:
    void on_job(const job_information& job) override { jobs.push_back(job); }

    std::vector<job_information> jobs;
};

struct list_reading {
    std::vector<job_information> jobs;
    std::uint64_t count = 0;
    error_code error;
    std::string problem;

    friend bool operator==(const list_reading&, const list_reading&) = default;
};

std::ostream& operator<<(std::ostream& out, const list_reading& what)
{
    for (const auto& each : what.jobs)
        out << each.job << ' ' << each.status << "; ";
    return out << what.count << " jobs; " << what.error.message() << ": '" << what.problem << '\'';
}

/// Writes `piece` from memory that is overwritten afterwards.
error_code write_and_spoil(job_list_reader& reader, std::string_view piece)
{
    std::string bytes{piece};
    const auto error = reader.write(bytes);
    std::ranges::fill(bytes, '?');
    return error;
}

/// Reads one body with a reader that may have read others before.
list_reading read_list(job_list_reader& reader, const pieces& body)
{
    recording_jobs consumer;
    reader.begin(consumer);
    list_reading result;
    for (const auto piece : body) {
        const auto error = write_and_spoil(reader, piece);
        BOOST_TEST((!result.error || error == result.error));
        result.error = error;
    }
    const auto at_end = reader.finish();
    BOOST_TEST((!result.error || at_end == result.error));
    result.error = at_end;
    result.jobs = consumer.jobs;
    result.count = reader.jobs();
    result.problem = reader.problem();
    BOOST_TEST(result.error.failed() == !result.problem.empty());
    return result;
}

/// Reads `body` whole, and checks that the same comes of it however it is split.
list_reading read_list_at_every_split(std::string_view body, job_list_reader::limits bounds = {})
{
    job_list_reader reader{bounds};
    const auto whole = read_list(reader, {body});
    protocol::for_each_split(body, [&](const pieces& split) {
        const auto same = read_list(reader, split);
        if (!(same == whole))
            BOOST_ERROR("pieces of " << split.size() << ", the first of " << split.front().size() << " bytes, give\n"
                                     << same << "\nbut the whole gives\n"
                                     << whole);
    });
    return whole;
}

job_information job_of(const std::string& id, std::string status = {})
{
    job_information job;
    job.job = *job_id::parse(id);
    job.status = std::move(status);
    return job;
}

std::string element(const std::string& id, const std::string& further = {})
{
    return R"({"id":")" + id + '"' + further + '}';
}

struct refusal {
    std::string body, problem;
};

void check_refused(const std::vector<refusal>& rows, job_list_reader::limits bounds = {})
{
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.body)
        {
            const auto result = read_list_at_every_split(row.body, bounds);
            BOOST_TEST((result.error == errc::malformed_body));
            BOOST_TEST(result.problem == row.problem);
        }
    }
}

class ignored_jobs final : public protocol::job_list_consumer {
public:
    void on_job(const job_information&) override {}
};

}  // namespace

BOOST_AUTO_TEST_SUITE(job_lists)

BOOST_AUTO_TEST_CASE(give_what_the_platform_says_of_each_job_in_order)
{
    const auto result = read_list_at_every_split(
        R"([{"id":")" + first_id + R"(","workflow_id":")" + workflow_id +
        R"(","workflow_name":"nightly \"A\" \u00e9","status":"COMPLETED","created_at":"2026-11-29T01:02:03.456Z",)" +
        R"("runtime":"PT3S","input_file_ids":["a","b"],"output_node_files":[{"file_id":"f","status":"X"}],)" +
        R"("job_type":"scheduled"} , )" + element(second_id, R"(,"status":"FAILED")") + "]\n");

    job_information first = job_of(first_id, "COMPLETED");
    first.workflow_id = workflow_id;
    first.workflow_name = "nightly \"A\" \u00e9";
    first.created_at = "2026-11-29T01:02:03.456Z";
    first.runtime = "PT3S";
    BOOST_TEST(!result.error);
    BOOST_TEST((result.jobs == std::vector{first, job_of(second_id, "FAILED")}));
    BOOST_TEST(result.count == 2U);
}

BOOST_AUTO_TEST_CASE(may_be_empty)
{
    for (const std::string body : {"[]", " [ \r\n] "}) {
        const auto result = read_list_at_every_split(body);
        BOOST_TEST(!result.error);
        BOOST_TEST(result.count == 0U);
    }
}

BOOST_AUTO_TEST_CASE(leave_empty_what_is_null_or_missing_or_no_string)
{
    const auto body = "[" + element(first_id, R"(,"runtime":null,"status":"S","workflow_name":"n")") + "," +
                      element(second_id, R"(,"runtime":7,"status":{"status":"no"},"workflow_name":["no"])") + "]";
    const auto result = read_list_at_every_split(body);

    job_information first = job_of(first_id, "S");
    first.workflow_name = "n";
    BOOST_TEST(!result.error);
    BOOST_TEST((result.jobs == std::vector{first, job_of(second_id)}));
}

BOOST_AUTO_TEST_CASE(pass_on_a_status_that_nobody_has_heard_of)
{
    const auto result = read_list_at_every_split("[" + element(first_id, R"(,"status":"ARCHIVED")") + "]");
    BOOST_TEST((result.jobs == std::vector{job_of(first_id, "ARCHIVED")}));
}

BOOST_AUTO_TEST_CASE(may_hold_unknown_fields_of_any_length_and_of_names_alike)
{
    const std::string longer(300, 'x');
    const auto result = read_list_at_every_split(
        "[" +
            element(first_id, R"(,"note":")" + longer + R"(","id_":1,"status)" + longer + R"(":"no","i":{"id":"no"})") +
            "]",
        {.depth = 8, .string = 40});
    BOOST_TEST(!result.error);
    BOOST_TEST((result.jobs == std::vector{job_of(first_id)}));
}

BOOST_AUTO_TEST_CASE(may_hold_half_a_surrogate_pair_in_a_name)
{
    const auto result = read_list_at_every_split("[" + element(first_id, R"(,"workflow_name":"a\udce9b")") + "]");
    BOOST_TEST(!result.error);
    BOOST_REQUIRE(result.jobs.size() == 1U);
    BOOST_TEST(result.jobs.front().workflow_name == "a\ufffdb");
}

BOOST_AUTO_TEST_CASE(are_malformed_when_they_are_no_list)
{
    check_refused({
        {"", "the body is empty"},
        {"null", "the body is not a JSON array"},
        {R"("x")", "the body is not a JSON array"},
        {R"({"detail":"x"})", "the body is not a JSON array"},
        {"[", "the JSON ends before its array is complete"},
        {"[" + element(first_id), "the JSON ends before its array is complete"},
        {"[" + element(first_id) + ",", "the JSON ends before its array is complete"},
        {"[" + element(first_id) + ",]", "the JSON is not well-formed"},
        {"[" + element(first_id) + "][]", "more stands behind the JSON array"},
        {"[" + element(first_id) + "]x", "more stands behind the JSON array"},
    });
}

BOOST_AUTO_TEST_CASE(are_malformed_when_a_job_has_no_name)
{
    check_refused({
        {"[" + element(first_id) + ",null]", "job 2 is not an object"},
        {"[" + element(first_id) + ",[]]", "job 2 is not an object"},
        {R"(["x"])", "job 1 is not an object"},
        {"[{}]", "job 1: 'id' is missing"},
        {R"([{"status":"FAILED"}])", "job 1: 'id' is missing"},
        {R"([{"id":null}])", "job 1: 'id' is not a UUID"},
        {R"([{"id":12}])", "job 1: 'id' is not a UUID"},
        {R"([{"id":["5e0c6e06-6a0f-4a35-8b0e-0f1f6c9f6a01"]}])", "job 1: 'id' is not a UUID"},
        {"[" + element("5e0c6e06") + "]", "job 1: 'id' is not a UUID"},
        {"[" + element(first_id, R"(,"id":")" + first_id + '"') + "]", "job 1: 'id' stands twice"},
    });
}

BOOST_AUTO_TEST_CASE(are_malformed_beyond_their_limits)
{
    check_refused({{"[" + element(first_id, R"(,"status":")" + std::string(41, 's') + '"') + "]",
                    "job 1: a field is longer than 40 bytes"},
                   {"[" + element(first_id, R"(,"x":[[[[]]]])") + "]", "the JSON is nested deeper than 5 levels"}},
                  {.depth = 5, .string = 40});
}

BOOST_AUTO_TEST_CASE(give_the_jobs_before_a_mistake)
{
    const auto result = read_list_at_every_split("[" + element(first_id) + "," + element("x") + "]");
    BOOST_TEST((result.jobs == std::vector{job_of(first_id)}));
}

BOOST_AUTO_TEST_CASE(give_the_jobs_behind_elements_that_name_none)
{
    for (const auto* nameless : {R"({"id":null})", R"({"id":"{5e0c6e06}"})", "{}"}) {
        const auto result =
            read_list_at_every_split("[" + std::string{nameless} + "," + element(first_id) + "," + nameless + "]");
        BOOST_TEST((result.jobs == std::vector{job_of(first_id)}));
        BOOST_TEST((result.error == errc::malformed_body));
        BOOST_TEST(result.problem.starts_with("job 1: 'id' is "), result.problem);
        BOOST_TEST(result.problem.ends_with(", and so it is with 1 more"), result.problem);
    }
}

BOOST_AUTO_TEST_CASE(of_any_length_take_no_more_memory_than_short_ones)
{
    const auto piece = element(first_id, R"(,"workflow_name":"nightly","status":"COMPLETED","runtime":null)") + ",";
    const auto bytes_for = [&](int jobs) {
        ignored_jobs consumer;
        job_list_reader reader;
        reader.begin(consumer);
        BOOST_TEST(!reader.write("["));
        BOOST_TEST(!reader.write(piece));
        const auto before = protocol::allocated_bytes();
        for (int i = 1; i < jobs; ++i)
            (void)reader.write(piece);
        BOOST_TEST(reader.jobs() == static_cast<std::uint64_t>(jobs));
        return protocol::allocated_bytes() - before;
    };
    BOOST_TEST(bytes_for(1'000'000) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
