#include "cli/audit/truth_check.hpp"

#include "cli/failure.hpp"
#include "scratch_folder.hpp"
#include "store/output/ndjson_line.hpp"

namespace {

using namespace jobaudit;
using namespace jobaudit::test;

// A server with some jobs, and an output to be compared with it.
struct checked_output {
    explicit checked_output(std::uint64_t jobs) : server{{.tls = false, .jobs = jobs, .share_missing = 0.4}} {}

    // The line that a right audit writes.
    [[nodiscard]] std::string right_line(const job_id& job) const
    {
        const auto truth = server.truth(job);
        outcome result;
        result.job = job;
        result.kind = truth.kind;
        result.failed_files = truth.failed_files;
        result.failed_file_count = truth.failed_files.size();
        std::string line;
        store::append_line(line, result);
        return line;
    }

    [[nodiscard]] std::string right_lines() const
    {
        std::string lines;
        for (std::uint64_t i = 0; i < server.jobs(); ++i)
            lines += right_line(server.job(i));
        return lines;
    }

    [[nodiscard]] cli::truth_check check(std::string_view output) const
    {
        return cli::check_truth(folder.write("results.ndjson", output), server);
    }

    // A job with so many failed files at least.
    [[nodiscard]] job_id job_with_files(std::size_t least) const
    {
        for (std::uint64_t i = 0; i < server.jobs(); ++i)
            if (server.truth(server.job(i)).failed_files.size() >= least)
                return server.job(i);
        BOOST_FAIL("no job has that many failed files");
        return {};
    }

    [[nodiscard]] static std::string line(const job_id& job, std::string_view rest)
    {
        return "{\"job_id\":\"" + job.to_string() + "\"," + std::string{rest} + "}\n";
    }

    emulator::emulator server;
    scratch_folder folder;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(truth_checks)

BOOST_AUTO_TEST_CASE(find_nothing_wrong_with_a_right_output)
{
    const checked_output at{50};
    const auto found = at.check(at.right_lines());
    BOOST_TEST(found.is_right());
    BOOST_TEST(found.jobs == 50U);
    BOOST_TEST(found.right == 50U);
    BOOST_TEST(found.differences.empty());
}

BOOST_AUTO_TEST_CASE(let_a_resumed_run_replace_what_was_not_final)
{
    const checked_output at{3};
    const auto failed = checked_output::line(at.server.job(1), R"("outcome":"rate_limited","message":"later")");
    BOOST_TEST(at.check(failed + failed + at.right_lines()).is_right());
    const auto found = at.check(at.right_lines() + failed);
    BOOST_TEST(!found.is_right());
    BOOST_TEST(found.right == 2U);
}

BOOST_AUTO_TEST_CASE(say_what_is_wrong_with_a_job)
{
    const checked_output at{200};
    const auto job = at.job_with_files(2);
    const auto files = at.server.truth(job).failed_files;
    const auto files_but_one = std::to_string(files.size() - 1);
    auto other_text = files;
    other_text.back().error += '!';
    const auto written = [](const std::vector<failed_file>& list) {
        std::string text = R"("outcome":"ok","failed_files":[)";
        for (const auto& file : list) {
            text += text.ends_with('[') ? "" : ",";
            store::append_failed_file(text, {file.document, file.error});
        }
        return text + ']';
    };
    struct {
        std::string rest;
        std::string said;
    } const cases[] = {
        {R"("outcome":"not_found")", "the audit says not_found, the truth is ok"},
        {R"("outcome":"ok","failed_files":[{"document":"a","error":"b"}])",
         "the audit has 1 failed file, the truth has " + std::to_string(files.size())},
        {R"("outcome":"ok")", "the audit has 0 failed files, the truth has " + std::to_string(files.size())},
        {written(other_text), "its failed files differ from the truth"},
        {written({files.rbegin(), files.rend()}), "its failed files differ from the truth"},
    };
    for (const auto& each : cases) {
        auto lines = at.right_lines();
        const auto right = at.right_line(job);
        lines.replace(lines.find(right), right.size(), checked_output::line(job, each.rest));
        const auto found = at.check(lines);
        BOOST_TEST(!found.is_right());
        BOOST_TEST(found.right == 199U);
        BOOST_TEST_REQUIRE(found.differences.size() == 1U);
        BOOST_TEST(found.differences[0] == job.to_string() + ": " + each.said);
    }
}

BOOST_AUTO_TEST_CASE(miss_no_job)
{
    const checked_output at{3};
    const auto found = at.check(at.right_line(at.server.job(0)) + at.right_line(at.server.job(2)));
    BOOST_TEST(!found.is_right());
    BOOST_TEST(found.right == 2U);
    BOOST_TEST_REQUIRE(found.differences.size() == 1U);
    BOOST_TEST(found.differences[0] == at.server.job(1).to_string() + ": missing in the output");
}

BOOST_AUTO_TEST_CASE(find_jobs_that_were_not_asked_for_also_where_others_are_missing)
{
    const checked_output at{2};
    const auto stranger = checked_output::line(job_id{}, R"("outcome":"not_found")");
    const auto with_all = at.check(at.right_lines() + stranger);
    BOOST_TEST_REQUIRE(with_all.differences.size() == 1U);
    BOOST_TEST(with_all.differences[0] == "the output holds 1 job that was not asked for");

    const auto in_place_of_one = at.check(at.right_line(at.server.job(0)) + stranger);
    BOOST_TEST(in_place_of_one.right == 1U);
    BOOST_TEST_REQUIRE(in_place_of_one.differences.size() == 2U);
    BOOST_TEST(in_place_of_one.differences[1] == "the output holds 1 job that was not asked for");
}

BOOST_AUTO_TEST_CASE(find_a_job_that_is_final_twice)
{
    const checked_output at{2};
    const auto found = at.check(at.right_lines() + at.right_line(at.server.job(1)));
    BOOST_TEST(!found.is_right());
    BOOST_TEST(found.right == 2U);
    BOOST_TEST_REQUIRE(found.differences.size() == 1U);
    BOOST_TEST(found.differences[0] == at.server.job(1).to_string() + ": stands in the output more than once as final");
}

BOOST_AUTO_TEST_CASE(find_lines_that_are_none)
{
    const checked_output at{1};
    for (const auto* line : {"", "{\"job_id\":", "[]", "{}", R"({"job_id":"12345"})", R"({"job_id":7})"}) {
        const auto found = at.check(at.right_lines() + line + "\n");
        BOOST_TEST_CONTEXT(line)
        {
            BOOST_TEST(!found.is_right());
            BOOST_TEST_REQUIRE(found.differences.size() == 1U);
            BOOST_TEST(found.differences[0] == "line 2 of the output can't be read");
        }
    }
}

BOOST_AUTO_TEST_CASE(list_the_first_differences_and_count_the_others)
{
    const checked_output at{50};
    const auto found = at.check("");
    BOOST_TEST(found.right == 0U);
    BOOST_TEST(found.differences.size() == 20U);
    BOOST_TEST(found.other_differences == 30U);
    BOOST_TEST(!found.is_right());
}

BOOST_AUTO_TEST_CASE(need_a_file)
{
    const checked_output at{1};
    const auto missing = at.folder.path("missing");
    BOOST_TEST(message_of<cli::failure>([&] { (void)cli::check_truth(missing, at.server); }) ==
               "\"" + missing + "\" cannot be read back");
}

BOOST_AUTO_TEST_SUITE_END()
