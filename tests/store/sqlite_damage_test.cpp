// What a full disk, a lack of memory, and changes behind its back make of a database.
#include "store/sqlite/sqlite_output.hpp"

#include "client/refused_block.hpp"
#include "scratch_folder.hpp"
#include "store/file_size_limit.hpp"
#include "store/input/input_error.hpp"
#include "store/sqlite_runs.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <new>
#include <stdexcept>
#include <string>

namespace {

using namespace jobaudit;
using namespace jobaudit::test;
using store::open_mode;

}  // namespace

BOOST_AUTO_TEST_SUITE(sqlite_damage)

BOOST_AUTO_TEST_CASE(says_what_a_full_disk_cost_and_goes_on_later)
{
    const test::scratch_folder folder;
    const auto path = folder.path("out.db");
    run(path, open_mode::fresh, {ok_outcome(0, {{"a", "x"}})}, false);
    constexpr std::uint64_t many = 2'000;
    {
        store::job_ledger ledger;
        const auto output = store::open_output(path, open_mode::resume, ledger, store::sync_policy::never);
        output->begin({});
        const test::file_size_limit limit{400'000};
        std::uint64_t taken = 0;
        try {
            for (; taken < many; ++taken)
                output->write(ok_outcome(1 + taken, {{std::string(500, 'd'), "x"}}));
            output->finish();
            BOOST_ERROR("there was room");
        } catch (const store::output_error& error) {
            BOOST_TEST(contains(error.what(), "cannot write to " + path));
            BOOST_TEST(contains(error.what(), "--resume"));
        }
        BOOST_TEST(output->failure().has_value());
        BOOST_CHECK_THROW(output->write(ok_outcome(many + 5)), store::output_error);
        const auto lost = output->lost();
        BOOST_TEST(lost.outcomes[static_cast<std::size_t>(outcome_kind::ok)] > 0U);
        BOOST_TEST(lost.failed_files > 0U);
    }
    const auto standing = run(path, open_mode::resume, {ok_outcome(many + 6)}, true).ended_count();
    BOOST_TEST(standing >= 1U);
    BOOST_TEST(standing < many);
    BOOST_TEST(integer_of(path, "SELECT count(*) FROM jobs") == static_cast<std::int64_t>(standing) + 1);
}

BOOST_AUTO_TEST_CASE(never_commits_a_part_of_a_job_for_which_memory_ran_out)
{
    const test::scratch_folder folder;
    const auto path = folder.path("out.db");
    run(path, open_mode::fresh, {ok_outcome(1, {{"a", "x"}})}, false);
    const std::string error(1777, 'z');
    {
        store::job_ledger ledger;
        const auto output = store::open_output(path, open_mode::resume, ledger, store::sync_policy::never);
        output->begin({});
        const auto second = ok_outcome(2, {{"b", "y"}, {"c", error}});
        const test::refused_block no_copy_of_the_error{error.size() + 1};
        output->write(second);
        BOOST_CHECK_THROW(output->close(), store::output_error);
        BOOST_TEST(no_copy_of_the_error.was_refused());
        BOOST_CHECK_THROW(output->write(ok_outcome(3)), store::output_error);
        BOOST_TEST(output->lost().failed_files == 2U);
    }
    BOOST_TEST(read(path).starts_with("a=x " + numbered_job(1).to_string()));
    BOOST_TEST(integer_of(path, "SELECT count(*) FROM failed_files") == 1);
    BOOST_TEST(run(path, open_mode::resume, {ok_outcome(2)}, true).ended_count() == 1U);
}

BOOST_AUTO_TEST_CASE(takes_no_job_in_silence_once_it_is_closed)
{
    const test::scratch_folder folder;
    store::job_ledger ledger;
    const auto output = store::open_output(folder.path("out.db"), open_mode::fresh, ledger, store::sync_policy::never);
    output->begin({});
    output->write(ok_outcome(1));
    output->finish();
    BOOST_CHECK_THROW(output->write(ok_outcome(2)), store::output_error);
    BOOST_TEST(output->committed() == 1U);
}

BOOST_AUTO_TEST_CASE(refuses_what_was_changed_behind_its_back)
{
    const test::scratch_folder folder;
    for (const char* change : {
             "UPDATE jobs SET outcome = 'not_found' WHERE job = 1",
             "UPDATE jobs SET message = 'x' WHERE job = 2",
             "UPDATE failed_files SET error = 'y' WHERE failed_file = 1",
             "UPDATE failed_files SET error_text = 2 WHERE failed_file = 1",
             "UPDATE failed_files SET job = 2 WHERE failed_file = 1",
             "UPDATE error_texts SET masked = 'z' WHERE error_text = 1",
             "DELETE FROM failed_files WHERE failed_file = 2",
             "DELETE FROM jobs WHERE job = 3",
             "INSERT INTO jobs SELECT job + 10, run, job_id, outcome, http_status, attempts, elapsed_ms, failed_files, "
             "message, validation, workflow_id, workflow_name, job_status, created_at, runtime, checksum FROM jobs "
             "WHERE job = 2",
             "UPDATE runs SET jobs = 2",
             "UPDATE runs SET options = '{\"rate\":1}'",
             "ALTER TABLE jobs ADD COLUMN more TEXT",
             "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET name = 'document' WHERE name = 'documents'",
             "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'latest_run', 'lateSt_run') "
             "WHERE name = 'latest_run'",
             "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET name = 'jobs_by_i' WHERE name = 'jobs_by_id'",
             "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET type = 'indeX' WHERE name = 'jobs_by_id'",
         }) {
        const auto path = folder.path("out.db");
        std::filesystem::remove(path);
        run(path, open_mode::fresh, {ok_outcome(1, {{"a", "x"}, {"b", "other"}}), ok_outcome(2), ok_outcome(3)}, true);
        {
            store::sqlite_database theirs{path, store::sqlite_database::access::write};
            theirs.run(change);
        }
        BOOST_TEST_CONTEXT(change)
        {
            const auto said = message_of<store::input_error>([&] { (void)read(path); });
            BOOST_TEST((contains(said, "damaged") || contains(said, "not as it was made")), said);
            BOOST_CHECK_THROW(run(path, open_mode::resume, {}, true), store::output_error);
        }
    }
}

BOOST_AUTO_TEST_CASE(shows_a_flipped_byte_or_holds_the_same_facts)
{
    const test::scratch_folder folder;
    const auto path = folder.path("out.db");
    auto outcomes = different_outcomes();
    for (std::uint64_t i = 10; i < 40; ++i)
        outcomes.push_back(ok_outcome(i, {{"document " + std::to_string(i), "error " + std::to_string(i * i)}}));
    run(path, open_mode::fresh, outcomes, true);
    const auto whole = folder.read("out.db");
    const auto facts = read(path);
    std::size_t refused = 0;
    std::size_t written = 0;
    for (std::size_t at = 0; at < whole.size(); ++at) {
        // Most of the pages of so small a database are zeros, of which a few will do.
        if (whole[at] != '\0' ? ++written % 13 != 0 : at % 5003 != 0)
            continue;
        auto damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
        folder.write("damaged.db", damaged);
        try {
            BOOST_TEST((read(folder.path("damaged.db")) == facts), "other facts after a flipped bit in byte " << at);
        } catch (const std::runtime_error&) {
            ++refused;
        }
    }
    BOOST_TEST(refused > 100U);
}

BOOST_AUTO_TEST_CASE(goes_on_after_a_flipped_bit_with_all_that_stood_there_or_not_at_all)
{
    const test::scratch_folder folder;
    const auto path = folder.path("out.db");
    std::vector<outcome> outcomes;
    for (std::uint64_t i = 0; i < 90; ++i)
        outcomes.push_back(ok_outcome(i, {{"document " + std::to_string(i), "error " + std::to_string(i * i)}}));
    const auto part = [&](int from, int to) {
        return std::vector<outcome>{outcomes.begin() + from, outcomes.begin() + to};
    };
    // Resumed once: there are pages now that were given back.
    run(path, open_mode::fresh, part(0, 30), false);
    run(path, open_mode::resume, part(30, 60), false);
    const auto unfinished = folder.read("out.db");
    run(path, open_mode::resume, part(60, 90), true);
    const auto facts = read(path);
    std::size_t refused = 0;
    std::size_t flipped = 0;
    const auto go_on_after_a_flip_of = [&](std::size_t at) {
        auto damaged = unfinished;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
        folder.write("out.db", damaged);
        ++flipped;
        try {
            run(path, open_mode::resume, part(60, 90), true);
        } catch (const store::output_error& error) {
            ++refused;
            BOOST_TEST((folder.read("out.db") == damaged), "a refused database was changed: " << error.what());
            BOOST_TEST(!folder.has("out.db-wal"));
            return;
        }
        BOOST_TEST((read(path) == facts));
        BOOST_TEST(text_of(path, "PRAGMA integrity_check") == "ok");
    };
    // The head of each page, which SQLite trusts, and some of all that is no gap.
    constexpr std::size_t page_size = 16'384;
    for (std::size_t at = 0; at < unfinished.size(); ++at)
        if (at % page_size < 12 || (unfinished[at] != 0 && at % 997 == 0))
            BOOST_TEST_CONTEXT("a flipped bit in byte " << at) { go_on_after_a_flip_of(at); }
    BOOST_TEST(refused > flipped / 2);
    BOOST_TEST(refused < flipped);
}

BOOST_AUTO_TEST_SUITE_END()
