#include "program/audited_platform.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <optional>

using namespace jobaudit::test;

namespace {

/// A pipe whose reading end a program has as stdin.
class job_pipe {
public:
    job_pipe()
    {
        int ends[2];
        BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
        reading_.emplace(ends[0]);
        writing_.emplace(ends[1]);
    }

    [[nodiscard]] int reading_end() const { return reading_->get(); }

    void say(const std::string& text) const
    {
        BOOST_REQUIRE(::write(writing_->get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }
    void close() { writing_->close(); }

private:
    std::optional<jobaudit::test::descriptor> reading_;
    std::optional<jobaudit::test::descriptor> writing_;
};

struct piped_audit {
    audited_platform platform{{.jobs = 5000}};
    job_pipe pipe;

    [[nodiscard]] std::string job(std::uint64_t index) const { return platform.server.job(index).to_string() + "\n"; }

    [[nodiscard]] std::vector<std::string> command(const std::vector<std::string>& further = {}) const
    {
        std::vector<std::string> arguments{
            "--jobs", "-", "-o", platform.output(), "--summary-json", platform.folder.path("summary.json")};
        arguments.insert(arguments.end(), further.begin(), further.end());
        return platform.audit(arguments);
    }

    [[nodiscard]] bool has_lines(std::size_t count) const
    {
        const auto text = platform.folder.read("results.ndjson");
        return static_cast<std::size_t>(std::ranges::count(text, '\n')) >= count;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(piped_jobs)

BOOST_FIXTURE_TEST_CASE(are_fetched_and_written_while_the_pipe_is_silent, piped_audit)
{
    for (const auto* threads : {"1", "2"}) {
        std::filesystem::remove(platform.output());
        job_pipe slow;
        process_run audit{command({"--threads", threads}), {.in = slow.reading_end()}};
        for (std::uint64_t i = 0; i < 3; ++i) {
            slow.say(job(i));
            BOOST_TEST(audit.wait_until([&] { return has_lines(i + 1); }));
        }
        slow.close();
        BOOST_TEST(audit.wait() == 0);
    }
}

BOOST_FIXTURE_TEST_CASE(do_not_keep_an_interrupt_waiting, piped_audit)
{
    for (const int signal : {SIGINT, SIGTERM}) {
        std::filesystem::remove(platform.output());
        job_pipe silent;
        process_run audit{command(), {.in = silent.reading_end()}};
        silent.say(job(0) + job(1) + "5e0c00");
        BOOST_TEST(audit.wait_until([&] { return has_lines(2); }));
        audit.send(signal);

        BOOST_TEST(audit.wait(std::chrono::seconds{20}) == 128 + signal);
        BOOST_TEST(contains(audit.error_out(), "with the same jobs on standard input"));
        BOOST_TEST(contains(audit.error_out(), "not read to their end: there may be more"));
        // The line that the interrupt cut is nobody's.
        BOOST_TEST(summary_of(platform.folder.read("summary.json")).at("jobs").to_number<int>() == 2);
    }
}

BOOST_FIXTURE_TEST_CASE(do_not_keep_a_deadline_waiting, piped_audit)
{
    process_run audit{command({"--deadline", "500ms"}), {.in = pipe.reading_end()}};
    pipe.say(job(0) + job(1));

    BOOST_TEST(audit.wait(std::chrono::seconds{20}) == 6);
    BOOST_TEST(contains(audit.error_out(), "--deadline"));
    BOOST_TEST(has_lines(2));
}

BOOST_FIXTURE_TEST_CASE(are_all_counted_when_the_key_is_refused, piped_audit)
{
    audited_platform strict{{.jobs = 5000, .api_key = "right"}};
    std::string jobs;
    for (std::uint64_t i = 0; i < 1500; ++i)
        jobs += job(i);
    process_run audit{
        strict.audit({"--jobs", "-", "-o", strict.output(), "--summary-json", strict.folder.path("summary.json")}),
        {.environment = {{"UNSTRUCTURED_API_KEY", "wrong"}}, .in = pipe.reading_end()}};
    pipe.say(jobs);
    pipe.close();

    BOOST_TEST(audit.wait() == 3);
    const auto summary = summary_of(strict.folder.read("summary.json"));
    BOOST_TEST(summary.at("jobs").to_number<int>() == 1500);
    BOOST_TEST(summary.at("outcomes").at("not_tried").to_number<int>() == 1499);
}

BOOST_AUTO_TEST_CASE(from_a_file_as_standard_input_are_read_to_the_last_one_behind_another_list)
{
    audited_platform platform{{.jobs = 3000}};
    const auto jobs = platform.folder.read("jobs.txt");
    const auto first = platform.folder.write("first.txt", jobs.substr(0, jobs.find('\n') + 1));
    process_run audit{platform.audit({"--jobs", first, "--jobs", "-", "-o", platform.output()}), {.input = jobs}};

    BOOST_TEST(audit.wait() == 0);
    BOOST_TEST(platform.is_right());
}

BOOST_AUTO_TEST_SUITE_END()
