#include "scratch_folder.hpp"
#include "store/file_size_limit.hpp"
#include "store/numbered_job.hpp"
#include "store/output/ndjson_output.hpp"
#include "store/written_outcome.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

namespace {

using namespace jobaudit;
using test::line_of;
using test::numbered_job;
using test::ok_outcome;

constexpr std::size_t many = 40'000;

std::vector<failed_file> many_files()
{
    std::vector<failed_file> files;
    for (std::size_t i = 0; i < many; ++i)
        files.push_back({"folder/" + std::to_string(i) + ".pdf", "\"quoted\" reason"});
    return files;
}

void stream(job_writer& writer, std::uint64_t job, const std::vector<failed_file>& files)
{
    writer.begin(numbered_job(job));
    for (const auto& each : files) {
        const std::array<failed_file_view, 1> record{{{each.document, each.error}}};
        writer.append(record);
    }
}

/// Whether the folder holds the output and its checksums, and nothing else.
bool has_no_other_file(const test::scratch_folder& folder)
{
    const std::filesystem::directory_iterator entries{folder.path("")};
    return folder.has("out") && folder.has("out.sums") && std::distance(begin(entries), end(entries)) == 2;
}

struct open_output {
    test::scratch_folder folder;
    store::job_ledger ledger;
    store::ndjson_output output{folder.path("out"), store::open_mode::fresh, ledger};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(long_line)

BOOST_AUTO_TEST_CASE(stands_in_the_file_as_a_short_one_does_between_its_neighbours)
{
    open_output file;
    const auto writer = file.output.make_writer();
    const auto other = file.output.make_writer();
    const auto files = many_files();

    stream(*writer, 1, files);
    other->commit(ok_outcome(2));
    BOOST_TEST(has_no_other_file(file.folder));
    writer->commit(ok_outcome(1));
    other->commit(ok_outcome(3));
    file.output.close();

    BOOST_TEST(
        (file.folder.read("out") == line_of(ok_outcome(2)) + line_of(ok_outcome(1, files)) + line_of(ok_outcome(3))));
    BOOST_TEST(file.output.committed() == 3U);
    BOOST_TEST(has_no_other_file(file.folder));
}

BOOST_AUTO_TEST_CASE(stands_whole_in_the_file_also_when_more_grow_at_a_time_than_memory_is_given)
{
    constexpr std::size_t lines = 2 * store::line_pool::most_long_lines;
    open_output file;
    std::vector<std::unique_ptr<job_writer>> writers;
    std::string expected;
    std::vector<failed_file> files(8000, {"folder/of/a/long/name.pdf", "a reason"});
    for (std::size_t i = 0; i < lines; ++i) {
        files.push_back({"another.pdf", "line " + std::to_string(i)});
        writers.push_back(file.output.make_writer());
        stream(*writers.back(), i, files);
        expected += line_of(ok_outcome(i, files));
    }
    for (std::size_t i = 0; i < lines; ++i)
        writers[i]->commit(ok_outcome(i));
    file.output.close();

    BOOST_TEST((file.folder.read("out") == expected));
}

BOOST_AUTO_TEST_CASE(leaves_nothing_of_a_discarded_one_in_the_next)
{
    open_output file;
    const auto writer = file.output.make_writer();

    stream(*writer, 1, many_files());
    writer->discard();
    stream(*writer, 1, {{"a", "x"}});
    writer->commit(ok_outcome(1));
    file.output.close();

    BOOST_TEST(file.folder.read("out") == line_of(ok_outcome(1, {{"a", "x"}})));
}

BOOST_AUTO_TEST_CASE(is_cut_off_again_when_the_disk_is_full_in_the_middle_of_it)
{
    open_output file;
    const auto writer = file.output.make_writer();
    const auto before = line_of(ok_outcome(1));
    writer->commit(ok_outcome(1));
    stream(*writer, 2, many_files());

    {
        const test::file_size_limit limit{500'000};
        BOOST_CHECK_THROW(writer->commit(ok_outcome(2)), store::output_error);
    }
    BOOST_CHECK_THROW(file.output.close(), store::output_error);

    BOOST_TEST(file.folder.read("out") == before);
}

BOOST_AUTO_TEST_CASE(is_an_error_of_the_output_when_there_is_no_room_for_it_to_grow)
{
    open_output file;
    const auto writer = file.output.make_writer();
    {
        const test::file_size_limit limit{500'000};
        BOOST_CHECK_THROW(stream(*writer, 1, many_files()), store::output_error);
    }

    BOOST_REQUIRE(file.output.failure().has_value());
    BOOST_TEST(test::contains(file.output.failure()->what(), "temporary file"));
    BOOST_TEST(test::contains(file.output.failure()->what(), "--resume"));
}

BOOST_AUTO_TEST_SUITE_END()
