#include "emulator/content.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <limits>

namespace emulator = jobaudit::emulator;
namespace json = boost::json;
using jobaudit::failed_file;
using jobaudit::outcome_kind;

namespace {

std::string whole_body(const emulator::job_facts& job)
{
    std::string body;
    emulator::failed_files_body writer{job.hash, job.records};
    BOOST_REQUIRE(!writer.append(body, std::numeric_limits<std::size_t>::max()));
    return body;
}

std::string body_in_pieces(const emulator::job_facts& job, std::size_t size)
{
    std::string body;
    std::string piece;
    emulator::failed_files_body writer{job.hash, job.records};
    for (bool more = true; more; body += piece) {
        piece.clear();
        more = writer.append(piece, size);
    }
    return body;
}

std::vector<failed_file> records_of(const json::value& list)
{
    std::vector<failed_file> result;
    for (const auto& one : list.as_array())
        result.push_back({std::string{one.at("document").as_string()}, std::string{one.at("error").as_string()}});
    return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(content)

BOOST_AUTO_TEST_CASE(writes_bodies_that_hold_what_is_true_of_the_job)
{
    const emulator::content data{{.seed = 3, .jobs = 2000}};

    for (std::uint64_t i = 0; i < 2000; ++i) {
        const auto facts = data.facts(data.jobs().job(i));
        const auto body = json::parse(whole_body(facts));
        BOOST_REQUIRE(records_of(body.at("failed_files")) == data.failed_files(facts));
    }
}

BOOST_AUTO_TEST_CASE(says_the_same_in_the_lines_of_truth)
{
    const emulator::content data{{.seed = 3, .jobs = 500}};

    for (std::uint64_t i = 0; i < 500; ++i) {
        const auto job = data.jobs().job(i);
        std::string line;
        data.append_truth(line, job);
        const auto truth = json::parse(line);
        BOOST_REQUIRE(truth.at("job_id").as_string() == job.to_string());
        BOOST_REQUIRE(truth.at("outcome").as_string() == "ok");
        BOOST_REQUIRE(records_of(truth.at("failed_files")) == data.failed_files(data.facts(job)));
    }
}

BOOST_AUTO_TEST_CASE(writes_the_same_body_in_pieces_of_any_size)
{
    const emulator::content data{{.seed = 3, .jobs = 1, .records_per_job = 300}};
    const auto facts = data.facts(data.jobs().job(0));

    for (const std::size_t size : {1U, 100U, 10'000U, 1'000'000U})
        BOOST_TEST(body_in_pieces(facts, size) == whole_body(facts));
}

BOOST_AUTO_TEST_CASE(gives_most_jobs_few_failed_files_and_some_hundreds)
{
    const emulator::content data{{.seed = 1, .jobs = 5000}};
    int few = 0;
    int hundreds = 0;
    for (std::uint64_t i = 0; i < 5000; ++i) {
        const auto records = data.facts(data.jobs().job(i)).records;
        few += records <= 5 ? 1 : 0;
        hundreds += records >= 100 ? 1 : 0;
    }

    BOOST_TEST(few > 4300);
    BOOST_TEST(hundreds > 20);
    BOOST_TEST(hundreds < 200);
}

BOOST_AUTO_TEST_CASE(misses_as_many_jobs_as_it_is_told_and_refuses_a_quarter_as_many)
{
    const emulator::content data{{.seed = 1, .jobs = 10'000, .share_missing = 0.04}};
    int missing = 0;
    int refused = 0;
    for (std::uint64_t i = 0; i < 10'000; ++i) {
        const auto kind = data.facts(data.jobs().job(i)).kind;
        missing += kind == outcome_kind::not_found ? 1 : 0;
        refused += kind == outcome_kind::validation ? 1 : 0;
    }

    BOOST_TEST(missing > 320);
    BOOST_TEST(missing < 480);
    BOOST_TEST(refused > 60);
    BOOST_TEST(refused < 140);
}

BOOST_AUTO_TEST_CASE(knows_foreign_ids_only_when_it_accepts_any)
{
    const auto foreign = emulator::population{99, 1}.job(0);

    BOOST_TEST(emulator::content({.seed = 1, .jobs = 10}).facts(foreign).kind == outcome_kind::not_found);
    BOOST_TEST(emulator::content({.seed = 1, .jobs = 10, .accept_any_id = true}).facts(foreign).kind ==
               outcome_kind::ok);
}

BOOST_AUTO_TEST_CASE(escapes_strings_so_that_a_reader_gets_them_back_in_every_style)
{
    constexpr std::string_view text = "a/b \"c\" \\ \n\r\t \x01 é 契 \xf0\x9f\xa7\xbe";

    for (const auto style :
         {emulator::json_style::plain, emulator::json_style::ascii, emulator::json_style::escaped_slashes}) {
        std::string written;
        emulator::append_json_string(written, text, style);
        BOOST_TEST(std::string_view{json::parse(written).as_string()} == text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
