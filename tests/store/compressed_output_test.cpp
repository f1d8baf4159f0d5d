// Outputs whose batches are compressed, against the programs that read such files everywhere.
#include "decompressed.hpp"
#include "scratch_folder.hpp"
#include "store/file_size_limit.hpp"
#include "store/input/input_error.hpp"
#include "store/output/open_output.hpp"
#include "store/sqlite_runs.hpp"
#include "store/written_outcome.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace jobaudit;
using namespace jobaudit::test;
using store::open_mode;
using reason = store::output_error::reason;
using time_point = store::audit_output::time_point;

const std::vector<std::string> names{"out.ndjson.gz", "out.ndjson.zst"};

std::unique_ptr<store::audit_output> opened(const std::string& path, open_mode mode, store::job_ledger& ledger)
{
    auto output = store::open_output(path, mode, ledger, store::sync_policy::never);
    output->begin({});
    return output;
}

std::string refusal_to_resume(const std::string& path, store::job_ledger& ledger)
{
    return message_of<store::output_error>(
        [&] { (void)store::open_output(path, open_mode::resume, ledger, store::sync_policy::never); });
}

std::string refusal_to_read(const std::string& path)
{
    return message_of<store::input_error>([&] { (void)read(path); });
}

/// An output of three batches: job 0; 1 and 2; 3, 4 and 5.
struct three_batches {
    test::scratch_folder folder;
    std::string name;
    std::string path;
    std::string content;
    std::string checksums;
    std::vector<std::size_t> ends;  // of the batches, in the file

    explicit three_batches(const std::string& file, bool is_finished = true) : name{file}, path{folder.path(file)}
    {
        store::job_ledger ledger;
        const auto output = opened(path, open_mode::fresh, ledger);
        for (std::uint64_t job = 0; job < 6; ++job) {
            output->write(ok_outcome(job, {{"folder/document " + std::to_string(job) + ".pdf", "why"}}));
            if (job == 0 || job == 2 || job == 5) {
                output->flush_due(time_point::max());
                ends.push_back(folder.read(file).size());
            }
        }
        is_finished ? output->finish() : output->close();
        content = folder.read(file);
        checksums = folder.read(file + ".sums");
        BOOST_REQUIRE(content.size() == ends.back());
    }

    void put_back(const std::string& changed) const
    {
        folder.write(name, changed);
        folder.write(name + ".sums", checksums);
    }

    /// Batches that stand whole in the first `size` bytes.
    [[nodiscard]] std::size_t whole_before(std::size_t size) const
    {
        return static_cast<std::size_t>(std::ranges::upper_bound(ends, size) - ends.begin());
    }

    static constexpr std::array<std::uint64_t, 4> jobs_in{0, 1, 3, 6};  // as many batches
};

}  // namespace

BOOST_AUTO_TEST_SUITE(compressed_output)

BOOST_DATA_TEST_CASE(its_program_reads_it_whole_behind_each_batch, boost::unit_test::data::make(names), name)
{
    const test::scratch_folder folder;
    store::job_ledger ledger;
    const auto output = opened(folder.path(name), open_mode::fresh, ledger);
    std::string expected;
    for (std::uint64_t job = 0; job < 100; ++job) {
        output->write(ok_outcome(job, {{"a.pdf", "broken"}}));
        expected += line_of(ok_outcome(job, {{"a.pdf", "broken"}}));
        if (job % 10 != 9)
            continue;
        output->flush_due(time_point::max());
        const decompressed now{folder.path(name)};
        BOOST_TEST(now.is_whole);
        BOOST_TEST((now.text == expected));
    }
    output->finish();
    BOOST_TEST(folder.read(name).size() < expected.size() / 2);
    BOOST_TEST((decompressed(folder.path(name)).text == expected));
}

BOOST_DATA_TEST_CASE(its_program_reads_that_of_an_audit_without_results, boost::unit_test::data::make(names), name)
{
    const test::scratch_folder folder;
    run(folder.path(name), open_mode::fresh, {}, true);
    BOOST_TEST(decompressed(folder.path(name)).is_whole);
    BOOST_TEST(decompressed(folder.path(name)).text.empty());
    BOOST_TEST(read(folder.path(name)).empty());
    // It has finished: another one replaces it.
    run(folder.path(name), open_mode::fresh, {ok_outcome(1)}, false);
    BOOST_TEST(folder.has(name + "~"));
    run(folder.path(name), open_mode::resume, {}, true);
    BOOST_TEST(decompressed(folder.path(name)).text == line_of(ok_outcome(1)));
}

BOOST_DATA_TEST_CASE(an_unfinished_one_is_not_replaced_unasked, boost::unit_test::data::make(names), name)
{
    const test::scratch_folder folder;
    run(folder.path(name), open_mode::fresh, {ok_outcome(1)}, false);
    const auto before = folder.read(name);
    try {
        run(folder.path(name), open_mode::fresh, {ok_outcome(2)}, true);
        BOOST_ERROR("it was replaced");
    } catch (const store::output_error& error) {
        BOOST_TEST((error.why() == reason::unfinished));
    }
    BOOST_TEST((folder.read(name) == before));
}

BOOST_DATA_TEST_CASE(one_that_is_cut_anywhere_is_gone_on_with, boost::unit_test::data::make(names), name)
{
    const three_batches left{name, false};
    for (std::size_t size = 0; size <= left.content.size(); ++size) {
        // A power loss may leave zeros where the rest should be.
        for (const std::size_t zeros : {0U, 17U, 5000U}) {
            const auto cut = left.content.substr(0, size) + std::string(zeros, '\0');
            left.put_back(cut);
            // A member ends with zeros of its own.
            const auto same = std::ranges::mismatch(cut, left.content).in1 - cut.begin();
            const auto whole = left.whole_before(static_cast<std::size_t>(same));
            store::job_ledger ledger;
            const auto output = opened(left.path, open_mode::resume, ledger);
            BOOST_TEST(ledger.ended_count() == left.jobs_in[whole], "cut at " << size);
            const bool is_torn = zeros > 0 || (size > 0 && (whole == 0 || left.ends[whole - 1] != size));
            BOOST_TEST(contains(output->note(), "cut a torn last batch") == is_torn, output->note());
            for (auto job = left.jobs_in[whole]; job < 6; ++job)
                output->write(ok_outcome(job, {{"folder/document " + std::to_string(job) + ".pdf", "why"}}));
            output->finish();
            std::string expected;
            for (std::uint64_t job = 0; job < 6; ++job)
                expected += line_of(ok_outcome(job, {{"folder/document " + std::to_string(job) + ".pdf", "why"}}));
            BOOST_REQUIRE_MESSAGE(decompressed(left.path).text == expected, "cut at " << size);
        }
    }
}

BOOST_DATA_TEST_CASE(a_flipped_bit_is_refused_by_the_place_of_its_member, boost::unit_test::data::make(names), name)
{
    const three_batches left{name};
    const auto facts = read(left.path);
    std::size_t harmless = 0;
    std::size_t cut = 0;
    for (std::size_t bit = 0; bit < 8 * left.content.size(); ++bit) {
        auto damaged = left.content;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
        left.put_back(damaged);
        const auto member = left.whole_before(bit / 8);
        const auto begin = member == 0 ? 0 : left.ends[member - 1];
        store::job_ledger ledger;
        const auto said = refusal_to_resume(left.path, ledger);
        BOOST_TEST((left.folder.read(name) == damaged));
        auto place = "number " + std::to_string(member + 1) + ", which begins at byte " + std::to_string(begin);
        // A frame whose head denies its checksum ends before it, where another frame is looked for.
        if (name.ends_with(".zst") && bit % 8 == 2 && bit / 8 == begin + 4)
            place = "number " + std::to_string(member + 2) + ", which begins at byte " +
                    std::to_string(left.ends[member] - 4);
        if (contains(said, place)) {
            BOOST_TEST(contains(said, "is damaged ("), said);
            BOOST_TEST(contains(said, "truncate -s ") == !contains(said, "number 1,"), said);
            // Who reads it hears the same.
            BOOST_TEST(contains(refusal_to_read(left.path), place));
            continue;
        }
        // No part of what was written is taken for granted: the last batch is asked for again, or nothing was changed
        // but what decoders pass over.
        BOOST_TEST(said == "", "bit " << bit);
        ledger.ended_count() == 6 ? ++harmless : ++cut;
        if (ledger.ended_count() == 6) {
            BOOST_TEST((read(left.path) == facts));
        } else {
            BOOST_TEST(ledger.ended_count() == 3U, "bit " << bit);
            BOOST_TEST(member == 2U, "bit " << bit);
        }
    }
    // Times, flags and systems in the heads of the members; lengths in the last one.
    BOOST_TEST(harmless < 3 * 8 * 8U);
    BOOST_TEST(cut < 150U);
}

BOOST_DATA_TEST_CASE(members_of_another_file_are_told_by_their_lines, boost::unit_test::data::make(names), name)
{
    const three_batches left{name};
    const test::scratch_folder other;
    run(other.path(name), open_mode::fresh, {ok_outcome(7)}, true);
    left.put_back(left.content + other.read(name));
    store::job_ledger ledger;
    const auto said = refusal_to_resume(left.path, ledger);
    // There are no checksums for what is new, but those of its own lines are all there.
    BOOST_TEST(said == "");
    left.put_back(other.read(name) + left.content);
    const auto refused = refusal_to_resume(left.path, ledger);
    BOOST_TEST(contains(refused, "line 1 of its text is not as it was written"), refused);
    left.put_back(line_of(ok_outcome(1)));
    const auto plain = refusal_to_resume(left.path, ledger);
    BOOST_TEST(contains(plain, "number 1, which begins at byte 0, is damaged"), plain);
}

BOOST_DATA_TEST_CASE(a_torn_last_batch_is_left_out_of_a_report_and_a_first_one_is_an_error,
                     boost::unit_test::data::make(names), name)
{
    const three_batches left{name};
    left.put_back(left.content.substr(0, left.ends[1] + 15));
    const auto source = store::open_outcomes(left.path);
    BOOST_TEST(source->jobs() == 3U);
    BOOST_TEST(contains(source->note(), "is torn, and 15 bytes are left out"), source->note());
    left.put_back(left.content.substr(0, left.ends[0] - 1));
    const auto said = refusal_to_read(left.path);
    BOOST_TEST(contains(said, "it is cut short within its"), said);
}

BOOST_DATA_TEST_CASE(a_job_of_very_many_records_is_one_member_in_flat_memory, boost::unit_test::data::make(names), name)
{
    const test::scratch_folder folder;
    const auto path = folder.path(name);
    store::job_ledger ledger;
    const auto output = opened(path, open_mode::fresh, ledger);
    std::vector<failed_file> files;
    for (std::size_t i = 0; i < 40'000; ++i)
        files.push_back({"folder/" + std::to_string(i) + ".pdf", "\"quoted\" reason"});
    const auto writer = output->make_writer();
    writer->begin(numbered_job(1));
    for (const auto& each : files) {
        const std::array<failed_file_view, 1> record{{{each.document, each.error}}};
        writer->append(record);
    }
    output->write(ok_outcome(2));
    writer->commit(ok_outcome(1));
    output->write(ok_outcome(3));
    output->finish();
    const decompressed all{path};
    BOOST_TEST(all.is_whole);
    BOOST_TEST((all.text == line_of(ok_outcome(2)) + line_of(ok_outcome(1, files)) + line_of(ok_outcome(3))));
    store::job_ledger resumed;
    (void)opened(path, open_mode::resume, resumed);
    BOOST_TEST(resumed.ended_count() == 3U);
}

BOOST_DATA_TEST_CASE(a_full_disk_costs_the_batch_that_met_it_alone, boost::unit_test::data::make(names), name)
{
    const three_batches whole{name};
    for (std::size_t limit = whole.ends[0]; limit < whole.ends[1]; limit += 7) {
        const test::scratch_folder folder;
        const auto path = folder.path(name);
        store::job_ledger ledger;
        const auto output = opened(path, open_mode::fresh, ledger);
        output->write(ok_outcome(0, {{"folder/document 0.pdf", "why"}}));
        output->flush_due(time_point::max());
        output->write(ok_outcome(1, {{"folder/document 1.pdf", "why"}}));
        output->write(ok_outcome(2, {{"folder/document 2.pdf", "why"}}));
        {
            const test::file_size_limit few{limit};
            const auto said = message_of<store::output_error>([&] { output->close(); });
            BOOST_TEST(contains(said, "ulimit -f"), said);
        }
        BOOST_TEST(output->lost().outcomes[static_cast<std::size_t>(outcome_kind::ok)] == 2U);
        const decompressed left{path};
        BOOST_TEST(left.is_whole);
        BOOST_TEST(left.text == line_of(ok_outcome(0, {{"folder/document 0.pdf", "why"}})));
    }
}

BOOST_DATA_TEST_CASE(a_long_line_that_meets_a_full_disk_is_cut_off_again, boost::unit_test::data::make(names), name)
{
    const test::scratch_folder folder;
    const auto path = folder.path(name);
    store::job_ledger ledger;
    const auto output = opened(path, open_mode::fresh, ledger);
    output->write(ok_outcome(1));
    output->flush_due(time_point::max());
    const auto before = folder.read(name);
    std::vector<failed_file> files;
    std::uint64_t number = 1;
    // What does not shrink.
    for (std::size_t i = 0; i < 40'000; ++i) {
        number = number * 6364136223846793005U + 1442695040888963407U;
        files.push_back({std::to_string(number), std::to_string(number * number)});
    }
    {
        const test::file_size_limit limit{500'000};
        BOOST_CHECK_THROW(output->write(ok_outcome(2, files)), store::output_error);
    }
    BOOST_CHECK_THROW(output->close(), store::output_error);
    BOOST_TEST((folder.read(name) == before));
}

BOOST_AUTO_TEST_SUITE_END()
