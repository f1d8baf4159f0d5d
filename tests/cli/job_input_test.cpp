#include "cli/audit/job_input.hpp"

#include "scratch_folder.hpp"
#include "store/numbered_job.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace jobaudit;

namespace {

std::string id(std::uint64_t number) { return test::numbered_job(number).to_string(); }

std::string cut_list() { return "[{\"id\":\"" + id(1) + "\"},\n{\"id\":\"" + id(2) + "\"},\n{\"id\""; }

std::vector<job_id> all_of(cli::job_input& input)
{
    std::vector<job_id> all;
    std::array<job_id, 3> some{};
    while (const auto count = input.read(some))
        all.insert(all.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(count));
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(job_inputs)

BOOST_AUTO_TEST_CASE(end_where_a_list_can_not_be_read_on_and_say_why)
{
    const test::scratch_folder folder;
    store::job_ledger ledger;
    cli::job_input input{{id(7)}, {folder.write("jobs", cut_list())}, {}, ledger, {}};
    std::array<job_id, 8> jobs;

    BOOST_TEST(input.read(jobs) == 1U);
    BOOST_TEST(input.failure().empty());
    BOOST_TEST(input.read(jobs) == 2U);
    BOOST_TEST(input.read(jobs) == 0U);
    BOOST_TEST(test::contains(input.failure(), "ends before the JSON that begins in line 1 is closed"));
    BOOST_TEST(input.counts().given == 3U);
}

BOOST_AUTO_TEST_CASE(say_how_many_jobs_were_left_when_they_are_drained)
{
    const test::scratch_folder folder;
    store::job_ledger ledger;
    cli::job_input input{
        {}, {folder.write("jobs", id(1) + "\n" + id(2) + "\n" + id(2) + "\n" + id(3))}, {}, ledger, {}};
    std::array<job_id, 1> one;

    BOOST_TEST(input.read(one) == 1U);
    BOOST_TEST(input.drain() == 2U);
    BOOST_TEST(input.counts().given == 3U);
    BOOST_TEST(input.counts().duplicates == 1U);

    store::job_ledger other;
    cli::job_input broken{{}, {folder.write("broken", cut_list())}, {}, other, {}};
    BOOST_TEST(broken.drain() == 2U);
    BOOST_TEST(!broken.failure().empty());
}

BOOST_AUTO_TEST_CASE(are_those_of_all_files_in_their_order_and_each_once)
{
    const test::scratch_folder folder;
    store::job_ledger ledger;
    std::vector<std::string> invalid;
    const auto note = [&](const store::invalid_line& line) { invalid.emplace_back(line.where); };
    const auto first = folder.write("first", id(3) + "\nx\n" + id(1));
    const auto second = folder.write("second", "a,job_id\nb," + id(1) + "\nc,y\nd," + id(2));
    cli::job_input input{{id(9), "z"}, {first, second}, {}, ledger, note};
    BOOST_TEST((input.estimated_total() == std::uint64_t{9}));

    BOOST_TEST((all_of(input) == std::vector<job_id>{test::numbered_job(9), test::numbered_job(3),
                                                     test::numbered_job(1), test::numbered_job(2)}));
    BOOST_TEST(invalid == (std::vector<std::string>{"argument 2", "line 2 of " + first, "line 3 of " + second}),
               boost::test_tools::per_element());
    BOOST_TEST(input.counts().duplicates == 1U);
    BOOST_TEST(input.was_read_to_end());
}

BOOST_AUTO_TEST_CASE(of_more_files_than_may_be_open_are_all_read)
{
    const test::scratch_folder folder;
    store::job_ledger ledger;
    std::vector<std::string> files;
    for (std::uint64_t i = 0; i < 100; ++i)
        files.push_back(folder.write(std::to_string(i), id(i) + "\n"));
    rlimit before{};
    BOOST_REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    const int next = ::dup(STDIN_FILENO);
    ::close(next);
    const rlimit few{static_cast<rlim_t>(next) + 10, before.rlim_max};
    BOOST_REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);

    std::size_t given = 0;
    {
        cli::job_input input{{}, files, {}, ledger, {}};
        given = all_of(input).size();
    }
    ::setrlimit(RLIMIT_NOFILE, &before);
    BOOST_TEST(given == files.size());
}

BOOST_AUTO_TEST_CASE(are_refused_as_a_whole_where_one_file_holds_none)
{
    const test::scratch_folder folder;
    store::job_ledger ledger;
    const std::vector<std::string> files{folder.write("good", id(1)), folder.write("bad", "x\ny\n")};
    BOOST_TEST(test::contains(test::message_of<store::input_error>([&] {
                                  const cli::job_input input{{}, files, {}, ledger, {}};
                              }),
                              "bad holds no job ID"));
}

BOOST_AUTO_TEST_CASE(without_a_known_column_are_refused_with_the_option_that_names_it)
{
    const test::scratch_folder folder;
    store::job_ledger ledger;
    const auto file = folder.write("jobs.csv", "ref,state\n" + id(1) + ",done\n");
    const auto refusal = [&](const std::string& column) {
        return test::message_of<store::input_error>([&] {
            const cli::job_input input{{}, {file}, column, ledger, {}};
        });
    };

    BOOST_TEST(
        test::contains(refusal(""), "its columns are: ref, state; name the one of the job IDs with --column NAME"));
    BOOST_TEST(test::contains(refusal("status"), "has no column \"status\"; its columns are: ref, state"));
    cli::job_input input{{}, {file}, "ref", ledger, {}};
    BOOST_TEST(all_of(input).size() == 1U);
}

BOOST_AUTO_TEST_CASE(are_not_read_to_their_end_when_a_pipe_is_interrupted)
{
    const test::scratch_folder folder;
    const auto pipe = folder.path("pipe");
    BOOST_REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    const int writer = ::open(pipe.c_str(), O_RDWR | O_CLOEXEC);
    const std::string text = id(1) + "\n" + id(2) + "\n" + id(3);
    BOOST_REQUIRE(::write(writer, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    store::job_ledger ledger;
    cli::job_input input{{}, {pipe}, {}, ledger, {}};
    std::array<job_id, 8> jobs;

    BOOST_TEST(input.read(jobs) == 2U);
    BOOST_TEST(!input.was_read_to_end());
    input.interrupt();
    BOOST_TEST(input.read(jobs) == 0U);
    BOOST_TEST(!input.was_read_to_end());
    ::close(writer);
}

BOOST_AUTO_TEST_SUITE_END()
