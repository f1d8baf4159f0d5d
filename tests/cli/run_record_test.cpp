#include "cli/audit/run_record.hpp"

#include <jobaudit/job_id.hpp>
#include <jobaudit/version.hpp>

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

namespace {

using namespace jobaudit;

boost::json::object json_of(const cli::run_record& record)
{
    return boost::json::parse(cli::run_json(record)).as_object();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(run_records)

BOOST_AUTO_TEST_CASE(say_which_run_it_was_and_how)
{
    cli::audit_arguments arguments;
    arguments.output = "results \"1\".ndjson";
    arguments.jobs_files = {"a.txt", "b.csv"};
    arguments.limits.rate = 12.5;
    arguments.limits.timeout = std::chrono::milliseconds{1500};
    arguments.all = true;
    arguments.column = "run";
    arguments.selection = *cli::job_selection::make({{"FAILED", "NEW"}, "invoices", "7d", ""},
                                                    cli::job_selection::scheduled::left_out, {});
    auto record = cli::begin_record(arguments, "https://host");
    record.started = std::chrono::system_clock::time_point{std::chrono::seconds{1'700'000'000}};
    record.ended = record.started + std::chrono::seconds{61};

    const auto json = json_of(record);
    BOOST_TEST(job_id::parse(std::string{json.at("id").as_string()}).has_value());
    BOOST_TEST(json.at("id").as_string()[14] == '4');
    BOOST_TEST(json.at("version").as_string() == JOBAUDIT_VERSION_STRING);
    BOOST_TEST(json.at("started").as_string() == "2023-11-14T22:13:20Z");
    BOOST_TEST(json.at("ended").as_string() == "2023-11-14T22:14:21Z");
    const auto& options = json.at("options").as_object();
    BOOST_TEST(options.at("url").as_string() == "https://host");
    BOOST_TEST(options.at("output").as_string() == "results \"1\".ndjson");
    BOOST_TEST(options.at("jobs").as_string() == "a.txt, b.csv");
    BOOST_TEST(options.at("rate").as_string() == "12.5");
    BOOST_TEST(options.at("timeout").as_string() == "1.5s");
    BOOST_TEST(options.at("column").as_string() == "run");
    BOOST_TEST(options.at("all").as_string() == "true");
    BOOST_TEST(options.at("status").as_string() == "FAILED, NEW");
    BOOST_TEST(options.at("workflow").as_string() == "invoices");
    BOOST_TEST(options.at("since").as_string() == "7d");
    BOOST_TEST(options.at("until").as_string().empty());
}

BOOST_AUTO_TEST_CASE(differ_from_run_to_run)
{
    BOOST_TEST(cli::begin_record({}, "").id != cli::begin_record({}, "").id);
}

BOOST_AUTO_TEST_CASE(hold_no_secret)
{
    cli::audit_arguments arguments;
    arguments.connection.proxy = "http://user:secret@proxy:1";
    arguments.connection.api_key_file = "secret";
    arguments.connection.client_key_file = "secret";
    BOOST_TEST(cli::run_json(cli::begin_record(arguments, "https://host")).find("secret") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
