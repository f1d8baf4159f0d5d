#include <jobaudit/emulator/script.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace emulator = jobaudit::emulator;
using emulator::fault;
using emulator::parse_script;
using emulator::step;
using namespace std::chrono_literals;

namespace {

const std::string id = "5e41ab08-7439-411e-9a96-f314e88faaf0";
const auto job = *jobaudit::job_id::parse(id);

struct mistake {
    std::string text;
    std::string named;  ///< what the message must name
};

std::ostream& operator<<(std::ostream& out, const mistake& what) { return out << what.text; }

const mistake mistakes[]{
    {"[]", "object"},
    {"{\n\"*\": [\n}", "line 3"},
    {R"({"nonsense": "503"})", "\"nonsense\""},
    {R"({"*": []})", "\"*\""},
    {R"({"*": ["503", "earthquake"]})", "\"*\", step 2: there is no fault \"earthquake\""},
    {R"({"*": "99"})", "between 200 and 599"},
    {R"({"*": true})", "a step is"},
    {R"({"*": {"stat": 1}})", "there is no member \"stat\""},
    {R"({"*": {"status": "x"}})", "\"status\": must be a whole number"},
    {R"({"*": {"seconds": -1}})", "\"seconds\""},
    {R"({"*": {"headers": {"A": 1}}})", "\"headers\", \"A\": must be a string"},
    {R"({"*": {"raw_hex": "0g"}})", "hexadecimal"},
    {R"({"*": {"framing": "smoke"}})", "\"framing\""},
    {R"({"*": ["pass"]})", "sequence"},
    {R"({"*": "pass"})", "sequence"},
    {R"({"sequence": {"0": "503"}})", "from 1"},
    {R"({"sequence": {"9-3": "503"}})", "ends before it begins"},
    {R"({"sequence": "503"})", "\"sequence\""},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(script)

BOOST_AUTO_TEST_CASE(gives_the_kth_step_to_the_kth_request_and_repeats_the_last)
{
    const auto steps = parse_script("{\"" + id + R"(": ["503", {"fault": "reset_in_body"}, "ok"]})");

    BOOST_TEST(steps.for_job(job, 1, 1)->status == 503);
    BOOST_TEST(steps.for_job(job, 2, 2)->fault == fault::reset_in_body);
    BOOST_TEST((*steps.for_job(job, 3, 3) == step{}));
    BOOST_TEST((*steps.for_job(job, 300, 300) == step{}));
}

BOOST_AUTO_TEST_CASE(falls_back_on_the_star_for_jobs_it_does_not_name)
{
    const auto steps = parse_script("{\"" + id + R"(": "ok", "*": "502"})");

    BOOST_TEST(steps.for_job(job, 1, 1)->status == 0);
    BOOST_TEST(steps.for_job(jobaudit::job_id{}, 1, 1)->status == 502);
    BOOST_TEST(parse_script("{}").for_job(job, 1, 1) == nullptr);
}

BOOST_AUTO_TEST_CASE(lets_the_sequence_come_first_where_it_has_a_step)
{
    const auto steps = parse_script(R"({"*": "502", "sequence": ["pass", "429"]})");

    BOOST_TEST(steps.for_job(job, 1, 1)->status == 502);
    BOOST_TEST(steps.for_job(job, 1, 2)->status == 429);
    BOOST_TEST(steps.for_job(job, 1, 3)->status == 502);
}

BOOST_AUTO_TEST_CASE(reads_numbers_and_ranges_of_a_sequence)
{
    const auto steps = parse_script(R"({"sequence": {"10": "429", "100-199": "503"}})");

    BOOST_TEST(steps.for_arrival(9) == nullptr);
    BOOST_TEST(steps.for_arrival(10)->status == 429);
    BOOST_TEST(steps.for_arrival(100)->status == 503);
    BOOST_TEST(steps.for_arrival(199)->status == 503);
    BOOST_TEST(steps.for_arrival(200) == nullptr);
}

BOOST_AUTO_TEST_CASE(reads_every_member_of_a_step)
{
    const auto steps = parse_script(R"({"*": {"status": 429, "body": {"retry_after": 2}, "records": 7,
        "headers": {"X-A": "b"}, "retry_after": 3, "retry_after_date": -5, "framing": "gzip", "fault": "stall",
        "seconds": 0.5, "delay": 2, "raw_hex": "0Aff", "keep_open": true}})");
    const auto& read = steps.every_job.front();

    BOOST_TEST(read.status == 429);
    BOOST_TEST(read.body.value() == R"({"retry_after":2})");
    BOOST_TEST(read.records.value() == 7U);
    BOOST_TEST(read.headers.front().first == "X-A");
    BOOST_TEST(read.headers.front().second == "b");
    BOOST_TEST(read.retry_after.value() == "3");
    BOOST_TEST(read.retry_after_date.value() == -5);
    BOOST_TEST((read.framing == emulator::framing::gzip));
    BOOST_TEST(read.fault == fault::stall);
    BOOST_TEST((read.duration == 500ms));
    BOOST_TEST((read.delay == 2s));
    BOOST_TEST(read.raw.value() == "\n\xff");
    BOOST_TEST(read.keep_open);
}

BOOST_DATA_TEST_CASE(names_the_place_and_the_problem_of_a_mistake, boost::unit_test::data::make(mistakes), one)
{
    BOOST_CHECK_EXCEPTION((void)parse_script(one.text), emulator::script_error, [&](const auto& refused) {
        BOOST_TEST_INFO(refused.what());
        return std::string_view{refused.what()}.find(one.named) != std::string_view::npos;
    });
}

BOOST_AUTO_TEST_SUITE_END()
