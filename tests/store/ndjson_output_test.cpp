#include "store/output/ndjson_output.hpp"

#include "scratch_folder.hpp"
#include "store/numbered_job.hpp"
#include "store/written_outcome.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace {

using namespace jobaudit;
using test::contains;
using test::line_of;
using test::numbered_job;
using test::ok_outcome;
using time_point = store::ndjson_output::time_point;

outcome failed_outcome(std::uint64_t job, outcome_kind kind)
{
    outcome result;
    result.job = numbered_job(job);
    result.kind = kind;
    result.attempts = 2;
    result.message = "Why";
    return result;
}

void append(job_writer& writer, std::string_view document, std::string_view error)
{
    const std::array<failed_file_view, 1> record{{{document, error}}};
    writer.append(record);
}

struct open_output {
    test::scratch_folder folder;
    store::job_ledger ledger;
    store::ndjson_output output{folder.path("out"), store::open_mode::fresh, ledger};

    [[nodiscard]] std::string written() const { return folder.read("out"); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(ndjson_output)

BOOST_AUTO_TEST_CASE(writes_a_streamed_job_as_if_it_had_come_at_once)
{
    open_output file;
    const auto writer = file.output.make_writer();

    writer->begin(numbered_job(1));
    append(*writer, "a", "x");
    append(*writer, "b", "\"");
    writer->commit(ok_outcome(1));
    writer->begin(numbered_job(2));
    writer->commit(ok_outcome(2));
    writer->commit(ok_outcome(3, {{"c", "z"}}));
    file.output.close();

    BOOST_TEST(file.written() == line_of(ok_outcome(1, {{"a", "x"}, {"b", "\""}})) + line_of(ok_outcome(2)) +
                                     line_of(ok_outcome(3, {{"c", "z"}})));
}

BOOST_AUTO_TEST_CASE(writes_long_strings_in_pieces_as_if_they_were_one)
{
    open_output file;
    const auto writer = file.output.make_writer();
    // Pieces of any size would cut characters of three bytes, and those that are escaped.
    std::string text;
    while (text.size() < 3 * 1024 * 1024)
        text += "\xe3\x81\x82\"\xe3\x81\x84\n";
    const std::vector<failed_file> all{{"a", "x"}, {text, "short"}, {"b", text}};

    writer->begin(numbered_job(1));
    const failed_file_view together[]{{"a", "x"}, {text, "short"}};
    writer->append(together);
    append(*writer, "b", text);
    writer->commit(ok_outcome(1));
    file.output.close();

    BOOST_TEST((file.written() == line_of(ok_outcome(1, all))));
}

BOOST_AUTO_TEST_CASE(takes_back_what_was_discarded)
{
    open_output file;
    const auto writer = file.output.make_writer();

    writer->begin(numbered_job(1));
    append(*writer, "half", "x");
    writer->discard();
    writer->begin(numbered_job(1));
    append(*writer, "a", "x");
    writer->commit(ok_outcome(1));
    writer->begin(numbered_job(2));
    append(*writer, "half", "x");
    writer->discard();
    writer->commit(failed_outcome(2, outcome_kind::transport));
    file.output.close();

    BOOST_TEST(file.written() ==
               line_of(ok_outcome(1, {{"a", "x"}})) + line_of(failed_outcome(2, outcome_kind::transport)));
}

BOOST_AUTO_TEST_CASE(leaves_out_jobs_that_a_resumed_run_takes_up)
{
    open_output file;
    const auto writer = file.output.make_writer();

    writer->commit(failed_outcome(1, outcome_kind::not_tried));
    writer->commit(failed_outcome(2, outcome_kind::canceled));
    file.output.write(failed_outcome(3, outcome_kind::not_tried));
    file.output.close();

    BOOST_TEST(file.written().empty());
    BOOST_TEST(file.output.committed() == 0u);
}

BOOST_AUTO_TEST_CASE(writes_the_lines_of_invalid_ids)
{
    open_output file;

    file.output.write_invalid("x", "line 7");
    file.output.flush();

    BOOST_TEST(contains(file.written(), R"("message":"line 7: not a UUID")"));
    BOOST_TEST(file.output.committed() == 1u);
}

BOOST_AUTO_TEST_CASE(gathers_lines_until_they_are_due)
{
    open_output file;
    file.output.write(ok_outcome(1));
    const std::string line = line_of(ok_outcome(1));

    file.output.flush_due(time_point{});
    BOOST_TEST(file.written().empty());

    file.output.flush_due(time_point::max());
    BOOST_TEST(file.written() == line);
}

BOOST_AUTO_TEST_CASE(writes_whole_lines_once_there_is_a_mebibyte_of_them)
{
    constexpr std::size_t batch = 1024 * 1024;
    open_output file;
    const auto result = ok_outcome(1, {{"a document", std::string(8000, 'x')}});
    const std::string line = line_of(result);
    const std::size_t lines_in_a_batch = batch / line.size();

    std::size_t torn = 0;
    for (std::size_t i = 0; i < lines_in_a_batch + 1; ++i) {
        file.output.write(result);
        const std::string written = file.written();
        torn += written.empty() || written.ends_with('\n') ? 0u : 1u;
    }

    BOOST_TEST(torn == 0u);
    // Lines that are 100 ms old are written sooner: only what is left is bounded.
    BOOST_TEST(!file.written().empty());
    BOOST_TEST((lines_in_a_batch + 1) * line.size() - file.written().size() <= batch);
}

BOOST_AUTO_TEST_CASE(writes_a_large_line_at_once_and_in_order)
{
    open_output file;
    const auto writer = file.output.make_writer();
    const std::vector<failed_file> many(20'000, {"document", "error"});

    file.output.write(ok_outcome(1));
    writer->begin(numbered_job(2));
    for (const auto& each : many)
        append(*writer, each.document, each.error);
    writer->commit(ok_outcome(2));
    BOOST_TEST((file.written() == line_of(ok_outcome(1)) + line_of(ok_outcome(2, many))));

    file.output.write(ok_outcome(3));
    file.output.close();
    BOOST_TEST(file.written().ends_with(line_of(ok_outcome(3))));
}

BOOST_AUTO_TEST_CASE(keeps_the_lines_of_several_threads_whole)
{
    open_output file;
    constexpr std::uint64_t jobs_a_thread = 2'000;
    std::vector<std::thread> threads;
    for (std::uint64_t t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            const auto writer = file.output.make_writer();
            for (std::uint64_t i = 0; i < jobs_a_thread; ++i) {
                writer->begin(numbered_job(t * jobs_a_thread + i));
                append(*writer, "document", "error");
                writer->commit(ok_outcome(t * jobs_a_thread + i));
                file.output.flush_due(time_point::max());
            }
        });
    for (auto& each : threads)
        each.join();
    file.output.close();

    store::job_ledger ledger;
    store::ndjson_output again{file.folder.path("out"), store::open_mode::resume, ledger};
    BOOST_TEST(ledger.ended_count() == 4 * jobs_a_thread);
    BOOST_TEST(ledger.failed_files() == 4 * jobs_a_thread);
}

BOOST_AUTO_TEST_CASE(writes_what_is_left_when_it_is_destroyed)
{
    const test::scratch_folder folder;
    store::job_ledger ledger;
    {
        store::ndjson_output output{folder.path("out"), store::open_mode::fresh, ledger, store::sync_policy::at_end};
        output.write(ok_outcome(1));
    }
    BOOST_TEST(folder.read("out") == line_of(ok_outcome(1)));
}

BOOST_AUTO_TEST_CASE(follows_a_link_and_leaves_it_in_place)
{
    const test::scratch_folder folder;
    (void)folder.write("target", "old\n");
    std::filesystem::create_symlink("target", folder.path("link"));
    store::job_ledger ledger;
    store::ndjson_output output{folder.path("link"), store::open_mode::overwrite, ledger};
    output.write(ok_outcome(1));
    output.close();

    BOOST_TEST(std::filesystem::is_symlink(folder.path("link")));
    BOOST_TEST(folder.read("target") == line_of(ok_outcome(1)));
    BOOST_TEST(folder.read("target~") == "old\n");
}

BOOST_AUTO_TEST_CASE(writes_to_stdout_and_leaves_it_open)
{
    for (const char* name : {"-", "/dev/stdout"}) {
        const test::scratch_folder folder;
        const int target = ::open(folder.write("out", "").c_str(), O_WRONLY | O_CLOEXEC);
        const int saved = ::dup(STDOUT_FILENO);
        ::dup2(target, STDOUT_FILENO);
        {
            store::job_ledger ledger;
            store::ndjson_output output{name, store::open_mode::fresh, ledger};
            output.write(ok_outcome(1));
            output.close();
        }
        const bool still_open = ::fcntl(STDOUT_FILENO, F_GETFD) >= 0;
        ::dup2(saved, STDOUT_FILENO);
        ::close(saved);
        ::close(target);

        BOOST_TEST(folder.read("out") == line_of(ok_outcome(1)));
        BOOST_TEST(still_open);
    }
}

BOOST_AUTO_TEST_CASE(writes_to_the_null_device_without_a_lock)
{
    store::job_ledger ledger;
    store::ndjson_output one{"/dev/null", store::open_mode::fresh, ledger};
    store::ndjson_output other{"/dev/null", store::open_mode::fresh, ledger};
    one.write(ok_outcome(1));

    BOOST_CHECK_NO_THROW(one.close());
    BOOST_CHECK_NO_THROW(other.close());
}

BOOST_AUTO_TEST_SUITE_END()
