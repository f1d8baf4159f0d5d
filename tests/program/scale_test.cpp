#include "program/audited_platform.hpp"

#include <optional>

using namespace jobaudit::test;

namespace {

// 64 MB.
constexpr long most_memory_kib = 62'500;

/// A sanitizer's own memory and pace are not the program's.
boost::test_tools::assertion_result without_sanitizer(boost::unit_test::test_unit_id)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    boost::test_tools::assertion_result no{false};
    no.message() << "a sanitizer takes more memory than the limit allows";
    return no;
#else
    return true;
#endif
}

/// The emulator as a process of its own: its memory is not the program's, and it has the other processor.
class emulator_process {
public:
    explicit emulator_process(std::vector<std::string> further)
    {
        std::vector<std::string> arguments{
            "emulate", "--port", "0", "--cert-out", folder.path("ca.pem"), "--jobs-out", folder.path("jobs.txt")};
        arguments.insert(arguments.end(), further.begin(), further.end());
        process_.emplace(jobaudit::test::jobaudit(arguments));
        BOOST_TEST_REQUIRE(process_->wait_until_said("listening on "));
    }

    [[nodiscard]] std::string url() const
    {
        const auto said = process_->out();
        const auto at = said.find("https://");
        return said.substr(at, said.find('\n', at) - at);
    }

    [[nodiscard]] std::vector<std::string> audit(std::vector<std::string> further) const
    {
        std::vector<std::string> arguments{"audit",
                                           "--url",
                                           url(),
                                           "--ca-file",
                                           folder.path("ca.pem"),
                                           "--jobs",
                                           folder.path("jobs.txt"),
                                           "--summary-json",
                                           folder.path("summary.json")};
        arguments.insert(arguments.end(), further.begin(), further.end());
        return jobaudit::test::jobaudit(arguments);
    }

    scratch_folder folder;

private:
    std::optional<process_run> process_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(scale)

BOOST_AUTO_TEST_CASE(a_million_jobs_take_no_more_than_64_megabytes, *boost::unit_test::precondition(without_sanitizer))
{
    const emulator_process platform{{"--jobs", "1000000"}};
    process_run audit{platform.audit({"-o", "/dev/null"})};

    BOOST_TEST(audit.wait(std::chrono::seconds{800}) == 0);
    BOOST_TEST(audit.peak_kib() <= most_memory_kib);
    const auto summary = summary_of(platform.folder.read("summary.json"));
    BOOST_TEST(summary.at("outcomes").at("ok").to_number<int>() == 1'000'000);
    BOOST_TEST(summary.at("requests").to_number<int>() == 1'000'000);
}

BOOST_AUTO_TEST_CASE(a_body_of_half_a_gigabyte_takes_no_more_memory_than_a_small_one,
                     *boost::unit_test::precondition(without_sanitizer))
{
    scratch_folder scripts;
    const auto script = scripts.write("script.json", R"({"*": {"status": 200, "records": 3500000}})");
    const emulator_process platform{{"--jobs", "1", "--script", script}};
    process_run audit{platform.audit(
        {"-o", platform.folder.path("out"), "--max-body", "2GiB", "--timeout", "10m", "--job-timeout", "10m"})};

    BOOST_TEST(audit.wait(std::chrono::seconds{800}) == 0);
    BOOST_TEST(audit.peak_kib() <= 32'000);
    const auto summary = summary_of(platform.folder.read("summary.json"));
    BOOST_TEST(summary.at("failed_files").to_number<int>() == 3'500'000);
}

BOOST_AUTO_TEST_SUITE_END()
