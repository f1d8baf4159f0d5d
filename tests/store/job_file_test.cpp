#include "store/input/job_file.hpp"

#include "scratch_folder.hpp"
#include "store/numbered_job.hpp"

#include <boost/test/unit_test.hpp>

#include <cctype>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using namespace jobaudit;
using test::contains;
using test::message_of;
using test::numbered_job;

struct reading {
    std::vector<job_id> jobs;
    std::vector<std::pair<std::string, std::string>> invalid;  // text, where
    store::job_file_counts counts;
};

store::job_file::invalid_handler collect_into(reading& result)
{
    return [&result](const store::invalid_line& line) {
        result.invalid.emplace_back(std::string{line.text}, std::string{line.where});
    };
}

void read_all(store::job_file& file, reading& result, std::size_t at_once = 7)
{
    std::vector<job_id> block(at_once);
    while (const std::size_t count = file.read(block))
        result.jobs.insert(result.jobs.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(count));
    result.counts = file.counts();
}

reading read_file(const std::string& path)
{
    store::job_ledger ledger;
    reading result;
    store::job_file file{path, ledger, collect_into(result)};
    read_all(file, result);
    return result;
}

std::string refusal(const std::string& path)
{
    return message_of<store::input_error>([&] { (void)read_file(path); });
}

std::string id(std::uint64_t number) { return numbered_job(number).to_string(); }

const std::vector<job_id> one_to_three{numbered_job(1), numbered_job(2), numbered_job(3)};

/// Lets stdin be something else for the time of a test.
class other_stdin {
public:
    explicit other_stdin(int fd) : saved_{::dup(STDIN_FILENO)} { ::dup2(fd, STDIN_FILENO); }
    other_stdin(const other_stdin&) = delete;
    other_stdin& operator=(const other_stdin&) = delete;
    ~other_stdin()
    {
        ::dup2(saved_, STDIN_FILENO);
        ::close(saved_);
    }

private:
    int saved_;
};

/// A pipe as stdin, with some text in it and more to come.
class piped_stdin {
public:
    explicit piped_stdin(const std::string& text)
    {
        BOOST_TEST_REQUIRE(::write(ends_.write, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }
    piped_stdin(const piped_stdin&) = delete;
    piped_stdin& operator=(const piped_stdin&) = delete;
    ~piped_stdin()
    {
        close();
        ::close(ends_.read);
    }

    /// No more comes.
    void close() { ::close(std::exchange(ends_.write, -1)); }

private:
    struct pipe_ends {
        pipe_ends()
        {
            int both[2];
            BOOST_REQUIRE(::pipe(both) == 0);
            read = both[0];
            write = both[1];
        }
        int read = -1;
        int write = -1;
    };

    pipe_ends ends_;
    other_stdin redirected_{ends_.read};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(job_file)

BOOST_AUTO_TEST_CASE(reads_one_id_a_line_past_blanks_and_comments)
{
    const test::scratch_folder folder;
    const auto path =
        folder.write("jobs.txt", "# jobs of today\n\n" + id(1) + "\n  \t" + id(2) + " \r\n\r\n  # more\n" + id(3));

    const reading result = read_file(path);

    BOOST_TEST((result.jobs == one_to_three));
    BOOST_TEST(result.invalid.empty());
    BOOST_TEST(result.counts.given == 3u);
}

BOOST_AUTO_TEST_CASE(passes_over_a_byte_order_mark)
{
    const test::scratch_folder folder;

    BOOST_TEST(read_file(folder.write("a", "\xEF\xBB\xBF" + id(1) + "\n")).jobs.size() == 1u);
    BOOST_TEST(read_file(folder.write("b", "\xEF\xBB\xBFjob_id\n" + id(1) + "\n")).jobs.size() == 1u);
    BOOST_TEST(read_file(folder.write("c", "\xEF\xBB\xBF# x\n" + id(1) + "\n")).jobs.size() == 1u);
}

BOOST_AUTO_TEST_CASE(gives_a_duplicate_once)
{
    const test::scratch_folder folder;
    std::string upper = id(0xABCDEF);
    for (char& each : upper)
        each = static_cast<char>(std::toupper(static_cast<unsigned char>(each)));

    const reading result = read_file(folder.write("jobs", id(0xABCDEF) + "\n" + id(1) + "\n" + upper + "\n" + id(1)));

    BOOST_TEST(result.jobs.size() == 2u);
    BOOST_TEST(result.counts.duplicates == 2u);
}

BOOST_AUTO_TEST_CASE(reports_a_line_that_is_no_uuid_once_and_goes_on)
{
    const test::scratch_folder folder;

    const reading result =
        read_file(folder.write("jobs", id(1) + "\nnonsense\n" + id(2) + "\n nonsense \nother\n" + id(3)));

    BOOST_TEST((result.jobs == one_to_three));
    BOOST_REQUIRE(result.invalid.size() == 2u);
    BOOST_TEST(result.invalid[0].first == "nonsense");
    BOOST_TEST(result.invalid[0].second == "line 2");
    BOOST_TEST(result.invalid[1].second == "line 5");
    BOOST_TEST(result.counts.invalid == 2u);
    BOOST_TEST(result.counts.duplicates == 1u);
}

BOOST_AUTO_TEST_CASE(skips_what_an_earlier_run_ended)
{
    const test::scratch_folder folder;
    store::job_ledger ledger;
    ledger.record(numbered_job(2), outcome_kind::ok, 0);
    ledger.record_invalid("nonsense");
    reading result;
    store::job_file file{folder.write("jobs", id(1) + "\n" + id(2) + "\nnonsense\n" + id(3) + "\n" + id(2)), ledger,
                         collect_into(result)};

    read_all(file, result);

    BOOST_TEST((result.jobs == std::vector<job_id>{numbered_job(1), numbered_job(3)}));
    BOOST_TEST(result.invalid.empty());
    BOOST_TEST(result.counts.resumed == 2u);
    BOOST_TEST(result.counts.duplicates == 1u);
}

BOOST_AUTO_TEST_CASE(shows_the_front_of_a_long_line_and_its_size)
{
    const test::scratch_folder folder;
    const auto path = folder.write("jobs", id(1) + "\n" + std::string(3'000'000, 'x') + "\n" + id(2) + "\n" +
                                               std::string(500'000, ' ') + id(3) + std::string(500'000, ' '));

    const reading result = read_file(path);

    BOOST_TEST((result.jobs == one_to_three));
    BOOST_REQUIRE(result.invalid.size() == 1u);
    BOOST_TEST(result.invalid[0].first == std::string(200, 'x') + "… (3000000 bytes)");
}

BOOST_AUTO_TEST_CASE(prints_an_invalid_line_as_text_that_no_terminal_obeys)
{
    const test::scratch_folder folder;
    const std::string mark = "\xEF\xBF\xBD";

    const reading result = read_file(folder.write("jobs", id(1) + "\n\x1B[2Jé\xFF\x7F\n\xC2\x9B" + "1m\n"));

    BOOST_REQUIRE(result.invalid.size() == 2u);
    BOOST_TEST(result.invalid[0].first == mark + "[2Jé" + mark + mark);
    BOOST_TEST(result.invalid[1].first == mark + "1m");
}

BOOST_AUTO_TEST_CASE(reads_a_hundred_thousand_ids_with_duplicates_and_invalid_lines_in_flat_memory)
{
    const test::scratch_folder folder;
    {
        std::ofstream out{folder.path("jobs")};
        for (std::uint64_t i = 0; i < 100'000; ++i) {
            out << id(i) << '\n';
            if (i % 10 == 0)
                out << id(i / 2) << '\n';
            if (i % 100 == 0)
                out << "line " << i << std::string(10'000, '.') << '\n';
        }
    }
    rusage before{};
    ::getrusage(RUSAGE_SELF, &before);

    const reading result = read_file(folder.path("jobs"));

    rusage after{};
    ::getrusage(RUSAGE_SELF, &after);
    BOOST_TEST(result.counts.given == 100'000u);
    BOOST_TEST(result.counts.duplicates == 10'000u);
    BOOST_TEST(result.counts.invalid == 1'000u);
    // The file is 14 MB; asan's own shadow and quarantine are part of the figure.
    BOOST_TEST(after.ru_maxrss - before.ru_maxrss < 64 * 1024);
}

BOOST_AUTO_TEST_CASE(estimates_the_total_of_a_regular_file_by_its_lines)
{
    const test::scratch_folder folder;
    store::job_ledger ledger;
    const store::job_file with_line_break{folder.write("a", id(1) + "\n" + id(2) + "\n"), ledger, {}};
    const store::job_file without{folder.write("b", id(1) + "\n" + id(2)), ledger, {}};

    BOOST_TEST((with_line_break.estimated_total() == std::uint64_t{2}));
    BOOST_TEST((without.estimated_total() == std::uint64_t{2}));
}

BOOST_AUTO_TEST_CASE(reads_stdin_and_gives_what_is_there_before_the_end)
{
    piped_stdin input{id(1) + "\n" + id(2) + "\n"};
    store::job_ledger ledger;
    store::job_file file{"-", ledger, {}};
    std::vector<job_id> block(64);

    BOOST_TEST(file.read(block) == 2u);
    BOOST_TEST(!file.estimated_total());

    input.close();
    BOOST_TEST(file.read(block) == 0u);
}

BOOST_AUTO_TEST_CASE(gives_the_jobs_that_are_there_though_blank_lines_behind_them_wait_for_more)
{
    const piped_stdin input{id(1) + "\n" + id(2) + "\n\n\n"};
    store::job_ledger ledger;
    store::job_file file{"-", ledger, {}};
    std::vector<job_id> block(64);

    BOOST_TEST(file.read(block) == 2u);
}

BOOST_AUTO_TEST_CASE(names_the_file_of_a_line_where_it_is_one_of_several)
{
    const test::scratch_folder folder;
    const auto path = folder.write("jobs", "x\n" + id(1));
    store::job_ledger ledger;
    reading result;
    store::job_file file{path, ledger, collect_into(result), {.column = {}, .names_file = true}};
    file.release();
    read_all(file, result);
    read_all(file, result);

    BOOST_REQUIRE(result.invalid.size() == 1u);
    BOOST_TEST(result.invalid[0].second == "line 1 of " + path);
    BOOST_TEST(result.jobs.size() == 1u);
    BOOST_TEST(result.counts.duplicates == 0u);
}

BOOST_AUTO_TEST_CASE(takes_arguments_and_names_the_invalid_ones_by_their_place)
{
    store::job_ledger ledger;
    reading result;
    store::job_file file{{id(1), "x", id(2), id(1), id(3)}, ledger, collect_into(result)};
    read_all(file, result);

    BOOST_TEST((result.jobs == one_to_three));
    BOOST_REQUIRE(result.invalid.size() == 1u);
    BOOST_TEST(result.invalid[0].second == "argument 2");
    BOOST_TEST(result.counts.duplicates == 1u);
    BOOST_TEST((file.estimated_total() == std::uint64_t{5}));
}

BOOST_AUTO_TEST_CASE(lets_an_error_of_the_handler_out_after_the_jobs_before_it)
{
    store::job_ledger ledger;
    store::job_file file{
        {id(1), "x", id(2)}, ledger, [](const store::invalid_line&) { throw std::length_error{"full"}; }};
    std::vector<job_id> block(8);

    BOOST_TEST(file.read(block) == 1u);
    BOOST_CHECK_THROW((void)file.read(block), std::length_error);
    BOOST_CHECK_THROW((void)file.read(block), std::length_error);
    BOOST_TEST(file.failure().empty());
}

BOOST_AUTO_TEST_CASE(gives_the_same_however_many_are_asked_for_at_once)
{
    std::string text;
    std::vector<job_id> given;
    for (unsigned number = 1; number <= 100; ++number) {
        text += id(number) + "\n";
        given.push_back(numbered_job(number));
        if (number % 3 == 0)
            text += "line " + std::to_string(number) + "\n";
        if (number % 4 == 0)
            text += id(number / 2) + "\n" + id(number) + "\n";
    }
    const test::scratch_folder folder;
    const auto path = folder.write("jobs", text);
    for (const std::size_t at_once : {1u, 2u, 15u, 16u, 17u, 33u, 1000u}) {
        BOOST_TEST_CONTEXT(at_once << " at once")
        {
            store::job_ledger ledger;
            reading result;
            store::job_file file{path, ledger, collect_into(result)};
            read_all(file, result, at_once);

            BOOST_TEST((result.jobs == given));
            BOOST_TEST(result.invalid.size() == 33u);
            BOOST_TEST(result.invalid.back().first == "line 99");
            BOOST_TEST(result.counts.given == 100u);
            BOOST_TEST(result.counts.duplicates == 50u);
            BOOST_TEST(result.counts.invalid == 33u);
        }
    }
}

BOOST_AUTO_TEST_CASE(gives_what_stands_before_an_error_of_the_file_first)
{
    std::string text = "[";
    for (unsigned number = 1; number <= 20; ++number)
        text += '"' + id(number) + "\",\n";
    const test::scratch_folder folder;
    store::job_ledger ledger;
    store::job_file file{folder.write("jobs.json", text), ledger, {}};
    std::vector<job_id> block(64);

    BOOST_TEST(file.read(block) == 20u);
    BOOST_TEST((block[19] == numbered_job(20)));
    BOOST_CHECK_THROW((void)file.read(block), store::input_error);
    BOOST_CHECK_THROW((void)file.read(block), store::input_error);
    BOOST_TEST(contains(file.failure(), "ends before"));
    BOOST_TEST(file.counts().given == 20u);
}

BOOST_AUTO_TEST_CASE(names_a_file_that_it_cannot_read_and_says_what_to_do)
{
    const test::scratch_folder folder;

    BOOST_TEST(contains(refusal(folder.path("missing")), "missing: it does not exist: name a file"));
    BOOST_TEST(contains(refusal(folder.path("")), "it is a folder: name a file in it"));
    BOOST_TEST(contains(refusal(folder.write("empty", "")), "empty holds no job ID: give one a line"));
    BOOST_TEST(contains(refusal(folder.write("comments", "# a\n\n  \n# b")), "comments holds no job ID"));
    BOOST_TEST(contains(refusal(folder.write("header", "job_id\n")), "header holds no job ID"));
    BOOST_TEST(contains(message_of<store::input_error>([] {
                            store::job_ledger ledger;
                            const store::job_file file{std::vector<std::string>{}, ledger, {}};
                        }),
                        "no job was named"));
}

BOOST_AUTO_TEST_CASE(names_a_file_that_it_may_not_read,
                     *boost::unit_test::precondition([](auto) { return ::geteuid() != 0; }))
{
    const test::scratch_folder folder;
    const auto path = folder.write("secret", id(1));
    BOOST_REQUIRE(::chmod(path.c_str(), 0) == 0);

    BOOST_TEST(contains(refusal(path), "secret: there is no permission to read it"));
}

BOOST_AUTO_TEST_CASE(refuses_a_binary_file)
{
    const test::scratch_folder folder;
    const std::string zero(1, '\0');

    BOOST_TEST(contains(refusal(folder.write("a", "\x7F"
                                                  "ELF" +
                                                      zero + zero)),
                        "a is no text file (it holds zero bytes)"));
    BOOST_TEST(
        contains(refusal(folder.write("b", id(1) + "\n" + std::string(30'000, '#') + zero)), "b is no text file"));
    BOOST_TEST(contains(refusal(folder.write("utf16", "\xFF\xFE"
                                                      "j" +
                                                          zero + "o" + zero)),
                        "UTF-8"));
}

BOOST_AUTO_TEST_CASE(takes_zero_bytes_far_behind_for_an_invalid_line)
{
    const test::scratch_folder folder;
    std::string text;
    for (std::uint64_t i = 0; i < 4'000; ++i)
        text += id(i) + "\n";

    const reading result = read_file(folder.write("jobs", text + "x" + std::string(1, '\0') + "\n"));

    BOOST_TEST(result.jobs.size() == 4'000u);
    BOOST_TEST(result.invalid.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
