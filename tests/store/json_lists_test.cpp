#include "store/read_entries.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <string>
#include <vector>

#include <sys/resource.h>

namespace {

using namespace jobaudit::test;
using strings = std::vector<std::string>;

std::string object(std::uint64_t number, const std::string& more = R"(,"status":"COMPLETED","x":[{"id":"no"},"]"])")
{
    return R"({"id":")" + id(number) + '"' + more + '}';
}

/// As `jq .` prints it.
std::string pretty(std::uint64_t number)
{
    return "  {\n    \"id\": \"" + id(number) +
           "\",\n    \"files\": [\n      {\n        \"id\": 1\n      }\n    ]\n  }";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(json_lists)

BOOST_AUTO_TEST_CASE(are_read_however_they_are_laid_out)
{
    const std::string two = object(1) + "," + object(2);
    const std::string two_pretty = pretty(1) + ",\n" + pretty(2);
    const strings texts{
        "[" + two + "]",
        "\xEF\xBB\xBF[" + two + "]\r\n",
        "# of today\n\n[" + object(1) + ",\r\n" + object(2) + "\r\n]\r\n",
        "[\n" + two_pretty + "\n]\n",
        "{\"jobs\":[" + two + "]}",
        "{\"jobs\":[" + two + "],\"next\":{\"jobs\":[1]},\"x\":\"]}\"}\n",
        "{\n  \"total\": 2,\n  \"ids\": [7],\n  \"jobs\": [\n" + two_pretty + "\n  ],\n  \"next\": null\n}\n",
        "{\"jobs\":[" + object(1) + "]}\n{\"jobs\":[" + object(2) + "]}\n",
        "[" + object(1) + "][" + object(2) + "]",
        "{ \"jobs\" :\n[\n" + object(1) + ",\n" + object(2) + "]\n}",
        pretty(1) + "\n" + pretty(2) + "\n",
        "[\"" + id(1) + "\", \"" + id(2) + "\"]",
        "[\n  \"" + id(1) + "\",\n  '" + id(2) + "',\n]\n",
    };
    for (const auto& text : texts) {
        const auto found = entries_of(text);
        BOOST_TEST((found.jobs == numbered_jobs(2)), text);
        BOOST_TEST(found.invalid.empty(), text);
    }
}

BOOST_AUTO_TEST_CASE(tell_of_an_entry_without_an_id_by_the_line_in_which_it_begins)
{
    const auto found = entries_of("[" + object(1) + ",\n{\"id\":5},\n{\n  \"x\": [\n    1\n  ]\n},\n{\"id\":\"" +
                                  id(3) + "\",},\nnull, {\"id\":\"?\"},\n[1], " + object(2) + "\n]\n");

    BOOST_TEST((found.jobs == numbered_jobs(2)));
    BOOST_TEST(found.invalid ==
                   (strings{"line 2: {\"id\":5}", "line 3: { \"x\": [ 1 ] }", "line 8: {\"id\":\"" + id(3) + "\",}",
                            "line 9: null", "line 9: ?", "line 10: [1]"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(that_end_too_early_are_an_error_behind_the_jobs_before)
{
    for (const auto& text :
         {"[" + object(1) + "," + object(2), "[" + object(1) + "," + object(2) + ",{\"id\"",
          "{\"jobs\":[" + object(1) + "," + object(2) + "]", "{\n\"jobs\":\n[" + object(1) + "," + object(2) + ",\""}) {
        const scratch_folder folder;
        jobaudit::store::job_ledger ledger;
        jobaudit::store::job_file file{folder.write("jobs", text), ledger, {}};
        std::vector<jobaudit::job_id> jobs(5);
        BOOST_TEST(file.read(jobs) == 2U);
        BOOST_CHECK_THROW((void)file.read(jobs), jobaudit::store::input_error);
        BOOST_TEST(contains(file.failure(), "jobs ends before the JSON that begins in line 1 is closed"), text);
    }
}

BOOST_AUTO_TEST_CASE(without_an_entry_hold_no_job)
{
    for (const auto* text : {"[]", "{\"jobs\":[]}", "{\"jobs\": [\n]\n}\n"})
        BOOST_TEST(contains(refusal(text), "jobs holds no job ID: give one a line"), text);
}

BOOST_AUTO_TEST_CASE(do_not_tell_by_their_lines_how_many_jobs_there_are)
{
    const scratch_folder folder;
    jobaudit::store::job_ledger ledger;
    for (const auto& text : {"[" + object(1) + "," + object(2) + "]", pretty(1) + "\n" + pretty(2)}) {
        const jobaudit::store::job_file file{folder.write("jobs", text), ledger, {}};
        BOOST_TEST(!file.estimated_total());
    }
}

BOOST_AUTO_TEST_CASE(take_no_more_memory_in_one_long_line)
{
    constexpr std::uint64_t count = 100'000;
    const scratch_folder folder;
    {
        std::ofstream out{folder.path("jobs")};
        out << "{\"jobs\":[";
        for (std::uint64_t number = 1; number <= count; ++number)
            out << (number > 1 ? "," : "") << object(number) << (number % 100 == 0 ? ",{\"id\":null}" : "");
        out << "," << object(count + 1, ",\"x\":\"" + std::string(10'000'000, '.') + '"') << "]}";
    }
    rusage before{};
    ::getrusage(RUSAGE_SELF, &before);
    jobaudit::store::job_ledger ledger;
    jobaudit::store::job_file file{folder.path("jobs"), ledger, {}};
    std::vector<jobaudit::job_id> jobs(64);
    while (file.read(jobs) > 0) {
    }
    rusage after{};
    ::getrusage(RUSAGE_SELF, &after);

    BOOST_TEST(file.counts().given == count + 1);
    BOOST_TEST(file.counts().invalid == 1U);
    BOOST_TEST(file.counts().duplicates == count / 100 - 1);
    // The file is 19 MB; asan's own shadow and quarantine are part of the figure.
    BOOST_TEST(after.ru_maxrss - before.ru_maxrss < 64 * 1024);
}

BOOST_AUTO_TEST_SUITE_END()
