#include "store/sqlite/sqlite_output.hpp"

#include "scratch_folder.hpp"
#include "store/input/input_error.hpp"
#include "store/output/open_output.hpp"
#include "store/output/outcome_source.hpp"
#include "store/sqlite/sqlite_database.hpp"
#include "store/sqlite_runs.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace jobaudit;
using namespace jobaudit::test;
using store::open_mode;
using reason = store::output_error::reason;

}  // namespace

BOOST_AUTO_TEST_SUITE(sqlite_output)

BOOST_AUTO_TEST_CASE(holds_the_same_facts_as_ndjson)
{
    const test::scratch_folder folder;
    for (const char* name : {"out.ndjson", "out.db"}) {
        store::job_ledger ledger;
        store::job_information_table listed;
        listed.put({numbered_job(2), "w-2", "Name \"é\"", "FAILED", "2026-11-29T10:00:00Z", "PT1S"});
        const auto output = store::open_output(folder.path(name), open_mode::fresh, ledger, store::sync_policy::never);
        output->take_information_from(listed);
        output->begin({});
        for (const auto& each : different_outcomes())
            output->write(each);
        output->write(without_list(6, outcome_kind::not_tried));
        output->write_invalid("no UUID", "line 7");
        output->finish();
        BOOST_TEST(output->committed() == 6U);
    }
    BOOST_TEST(read(folder.path("out.db")) == read(folder.path("out.ndjson")));
    BOOST_TEST(text_of(folder.path("out.db"), "SELECT validation FROM jobs WHERE validation IS NOT NULL") ==
               R"([{"loc":["path",0],"msg":"m\"","type":"t"}])");
    BOOST_TEST(integer_of(folder.path("out.db"), "SELECT count(*) FROM jobs WHERE http_status IS NULL") == 2);
}

BOOST_AUTO_TEST_CASE(takes_the_records_of_jobs_in_flight_side_by_side)
{
    const test::scratch_folder folder;
    store::job_ledger ledger;
    const auto output = store::open_output(folder.path("out.db"), open_mode::fresh, ledger, store::sync_policy::never);
    output->begin({});
    const auto one = output->make_writer();
    const auto other = output->make_writer();
    const std::vector<failed_file_view> first{{"a", "1"}, {"b", "2"}};
    const std::vector<failed_file_view> second{{"c", "3"}};
    one->begin(numbered_job(1));
    one->append(first);
    other->begin(numbered_job(2));
    other->append(first);
    other->discard();
    other->append(second);
    one->append(second);
    other->commit(ok_outcome(2));
    one->commit(ok_outcome(1));
    one->begin(numbered_job(3));
    one->append(first);
    one->commit(without_list(3, outcome_kind::transport));
    output->finish();
    const auto all = read(folder.path("out.db"));
    BOOST_TEST(all.starts_with("c=3 " + numbered_job(2).to_string()));
    BOOST_TEST(contains(all, "\na=1 b=2 c=3 " + numbered_job(1).to_string()));
    BOOST_TEST(contains(all, '\n' + numbered_job(3).to_string() + " transport"));
}

BOOST_AUTO_TEST_CASE(keeps_a_job_of_very_many_records_in_flat_memory)
{
    constexpr std::size_t many = 40'000;
    const test::scratch_folder folder;
    store::job_ledger ledger;
    const auto output = store::open_output(folder.path("out.db"), open_mode::fresh, ledger, store::sync_policy::never);
    output->begin({});
    // The first two may grow long in memory; the third goes to a temporary file.
    std::vector<std::unique_ptr<job_writer>> writers;
    for (int i = 0; i < 3; ++i) {
        writers.push_back(output->make_writer());
        writers.back()->begin(numbered_job(1));
    }
    const std::string error(100, 'e');
    for (std::size_t i = 0; i < many; ++i) {
        const auto name = std::to_string(i);
        const std::vector<failed_file_view> record{{name, error}};
        for (const auto& each : writers)
            each->append(record);
    }
    for (std::uint64_t i = 0; i < writers.size(); ++i)
        writers[i]->commit(ok_outcome(i));
    output->finish();
    const auto path = folder.path("out.db");
    BOOST_TEST(integer_of(path, "SELECT count(*) FROM failed_files") == 3 * std::int64_t{many});
    BOOST_TEST(integer_of(path, "SELECT count(DISTINCT document) FROM failed_files WHERE job = 3") == many);
    BOOST_TEST(read(path).size() > 3 * many * error.size());
}

BOOST_AUTO_TEST_CASE(goes_on_with_a_run_and_replaces_what_failed_for_a_passing_reason)
{
    const test::scratch_folder folder;
    const auto path = folder.path("out.db");
    run(path, open_mode::fresh,
        {ok_outcome(1, {{"a", "x"}}), without_list(2, outcome_kind::timeout), without_list(3, outcome_kind::not_found)},
        false);
    const auto ledger = run(path, open_mode::resume, {ok_outcome(2, {{"b", "y"}}), ok_outcome(4)}, true);
    BOOST_TEST(ledger.ended_count() == 2U);
    BOOST_TEST(ledger.failed_files() == 1U);
    const auto all = read(path);
    BOOST_TEST(!contains(all, "timeout"));
    BOOST_TEST(contains(all, "b=y " + numbered_job(2).to_string() + " ok"));
    BOOST_TEST(integer_of(path, "SELECT count(*) FROM jobs") == 4);
    BOOST_TEST(integer_of(path, "SELECT count(*) FROM runs WHERE finished") == 1);
}

BOOST_AUTO_TEST_CASE(begins_another_run_behind_one_that_has_finished)
{
    const test::scratch_folder folder;
    const auto path = folder.path("out.sqlite");
    run(path, open_mode::fresh, {ok_outcome(1, {{"a", "x"}})}, true);
    const auto older = read(path);
    run(path, open_mode::fresh, {ok_outcome(1, {{"b", "y"}}), ok_outcome(2)}, true);
    BOOST_TEST(contains(read(path), "b=y"));
    BOOST_TEST(!contains(read(path), "a=x"));
    BOOST_TEST(read(path, 1) == older);
    BOOST_TEST(read(path, store::finished_run_before_latest) == older);
    BOOST_TEST(text_of(path, "SELECT document FROM documents") == "b");
    BOOST_TEST(contains(message_of<store::input_error>([&] { (void)read(path, 3); }), "it has no run 3"));
    run(path, open_mode::fresh, {ok_outcome(3)}, false);
    BOOST_TEST(contains(read(path), numbered_job(3).to_string()));
    BOOST_TEST(contains(read(path, store::latest_finished_run), "b=y"));
    run(path, open_mode::overwrite, {ok_outcome(4)}, true);
    BOOST_TEST(contains(read(path, store::finished_run_before_latest), "b=y"));
}

BOOST_AUTO_TEST_CASE(begins_none_behind_one_that_has_not_finished_unless_it_is_told_to)
{
    const test::scratch_folder folder;
    const auto path = folder.path("out.db");
    run(path, open_mode::fresh, {ok_outcome(1)}, false);
    try {
        run(path, open_mode::fresh, {ok_outcome(2)}, true);
        BOOST_ERROR("it was begun");
    } catch (const store::output_error& error) {
        BOOST_TEST((error.why() == reason::unfinished));
    }
    run(path, open_mode::overwrite, {ok_outcome(2)}, true);
    BOOST_TEST(integer_of(path, "SELECT count(*) FROM runs") == 2);
    BOOST_TEST(contains(read(path, 1), numbered_job(1).to_string()));
}

BOOST_AUTO_TEST_CASE(puts_an_outcome_that_is_delivered_again_in_the_place_of_the_first)
{
    const test::scratch_folder folder;
    const auto path = folder.path("out.db");
    auto again = ok_outcome(1, {{"b", "y"}});
    again.is_delivered_again = true;
    run(path, open_mode::fresh, {ok_outcome(1, {{"a", "x"}, {"c", "z"}}), ok_outcome(2), again}, true);
    const auto all = read(path);
    BOOST_TEST(!contains(all, "a=x"));
    BOOST_TEST(contains(all, "b=y " + numbered_job(1).to_string()));
    BOOST_TEST(integer_of(path, "SELECT count(*) FROM failed_files") == 1);
}

BOOST_AUTO_TEST_CASE(groups_errors_alike_in_one_go_and_with_an_interruption)
{
    const test::scratch_folder folder;
    std::vector<outcome> outcomes;
    for (std::uint64_t i = 0; i < 40; ++i)
        outcomes.push_back(
            ok_outcome(i, {{"d" + std::to_string(i), "page " + std::to_string(i) + " of 90 could not be read"},
                           {"e" + std::to_string(i), i % 2 == 0 ? "PDF is encrypted" : "HTTP 403: Forbidden"}}));
    const auto whole = folder.path("whole.db");
    run(whole, open_mode::fresh, outcomes, true);
    const auto parts = folder.path("parts.db");
    run(parts, open_mode::fresh, {outcomes.begin(), outcomes.begin() + 15}, false);
    run(parts, open_mode::resume, {outcomes.begin() + 15, outcomes.end()}, true);
    constexpr auto sql = "SELECT group_concat(reason || ':' || family || ':' || failed_files || ':' || jobs || ':' || "
                         "documents || ':' || percent || ':' || example, ';') FROM failures_by_reason";
    BOOST_TEST(text_of(whole, sql) == text_of(parts, sql));
    BOOST_TEST(contains(text_of(whole, sql), "page <*> of <*> could not be read"));
    BOOST_TEST(integer_of(whole, "SELECT count(*) FROM failures WHERE reason LIKE 'page%'") == 40);
}

BOOST_AUTO_TEST_CASE(tells_a_visitor_what_a_reader_hears_unless_something_was_taken_back)
{
    const test::scratch_folder folder;
    const auto path = folder.path("out.db");
    auto again = ok_outcome(1, {{"b", "y"}});
    again.is_delivered_again = true;
    for (const bool is_taken_back : {false, true}) {
        std::filesystem::remove(path);
        store::job_ledger ledger;
        heard told;
        const auto output = store::open_output(path, open_mode::fresh, ledger, store::sync_policy::never);
        BOOST_TEST(output->tell(told));
        output->begin({});
        for (const auto& each : different_outcomes())
            output->write(each);
        if (is_taken_back)
            output->write(again);
        output->finish();
        BOOST_TEST(output->has_told_all() == !is_taken_back);
        output->keep_end({});
        if (!is_taken_back)
            BOOST_TEST(told.text == read(path));
    }
}

BOOST_AUTO_TEST_CASE(keeps_figures_as_long_as_the_rows_stand_that_they_are_of)
{
    const test::scratch_folder folder;
    const auto path = folder.path("out.db");
    const auto keep = [&](open_mode mode, std::uint64_t job, const std::string& figures) {
        store::job_ledger ledger;
        const auto output = store::open_output(path, mode, ledger, store::sync_policy::never);
        output->begin({});
        output->write(ok_outcome(job, {{"a", "x"}}));
        output->finish();
        output->keep_end({"", "", figures});
    };
    keep(open_mode::fresh, 1, "figures");
    BOOST_TEST(store::open_outcomes(path)->figures() == "figures");
    keep(open_mode::resume, 2, "");
    BOOST_TEST(store::open_outcomes(path)->figures().empty());
    BOOST_TEST(text_of(path, "SELECT reason || failed_files FROM failures_by_reason") == "x2");
    keep(open_mode::fresh, 3,
         R"({"reasons":[{"text":"r","family":"quota","failed_files":1,"jobs":7,"documents":8,"example":"e"}]})");
    BOOST_TEST(!store::open_outcomes(path)->figures().empty());
    BOOST_TEST(text_of(path, "SELECT reason || family || failed_files || percent || jobs || documents || example FROM "
                             "failures_by_reason") == "rquota1100.078e");
    for (const char* change : {"DELETE FROM failed_files WHERE failed_file = 3", "DELETE FROM jobs WHERE job = 3",
                               "UPDATE jobs SET checksum = checksum + 1", "UPDATE figures SET figures = 'better'"}) {
        std::filesystem::copy_file(path, folder.path("changed.db"), std::filesystem::copy_options::overwrite_existing);
        store::sqlite_database{folder.path("changed.db"), store::sqlite_database::access::write}.run(change);
        BOOST_TEST(store::open_outcomes(folder.path("changed.db"))->figures().empty(), change);
    }
}

BOOST_AUTO_TEST_CASE(is_read_while_it_is_written)
{
    const test::scratch_folder folder;
    const auto path = folder.path("out.db");
    store::job_ledger ledger;
    const auto output = store::open_output(path, open_mode::fresh, ledger, store::sync_policy::never);
    output->begin({});
    output->write(ok_outcome(1, {{"a", "x 1"}}));
    output->flush_due(store::audit_output::time_point::clock::now() + std::chrono::hours{1});
    const auto source = store::open_outcomes(path);
    BOOST_TEST(contains(source->note(), "has not finished"));
    // Its thread writes in its own time; should it never do, so ends this loop.
    for (const auto end = std::chrono::steady_clock::now() + std::chrono::minutes{1};
         integer_of(path, "SELECT count(*) FROM jobs") == 0 && std::chrono::steady_clock::now() < end;)
        std::this_thread::yield();
    heard early;
    source->read(early);
    BOOST_TEST(contains(early.text, "a=x 1"));
    BOOST_TEST(text_of(path, "SELECT reason FROM failures_by_reason") == "x <*>");
    output->write(ok_outcome(2));
    output->finish();
    heard late;
    source->read(late);
    BOOST_TEST(contains(late.text, numbered_job(2).to_string()));
}

BOOST_AUTO_TEST_CASE(is_written_by_one_audit_at_a_time)
{
    const test::scratch_folder folder;
    const auto path = folder.path("out.db");
    store::job_ledger ledger;
    const auto first = store::open_output(path, open_mode::fresh, ledger, store::sync_policy::never);
    first->begin({});
    try {
        (void)store::open_output(path, open_mode::resume, ledger, store::sync_policy::never);
        BOOST_ERROR("it was opened twice");
    } catch (const store::output_error& error) {
        BOOST_TEST((error.why() == reason::locked));
    }
    first->write(ok_outcome(1));
    first->finish();
    first->keep_end({});
    BOOST_TEST(run(path, open_mode::resume, {}, true).ended_count() == 1U);
}

BOOST_AUTO_TEST_CASE(leaves_nothing_where_it_was_not_begun)
{
    const test::scratch_folder folder;
    const auto path = folder.path("out.db");
    store::job_ledger ledger;
    (void)store::open_output(path, open_mode::fresh, ledger, store::sync_policy::never);
    BOOST_TEST(!folder.has("out.db"));
}

BOOST_AUTO_TEST_CASE(leaves_one_file_when_it_has_ended)
{
    const test::scratch_folder folder;
    run(folder.path("out.db"), open_mode::fresh, {ok_outcome(1)}, true);
    BOOST_TEST(!folder.has("out.db-wal"));
    BOOST_TEST(!folder.has("out.db-shm"));
    BOOST_TEST(text_of(folder.path("out.db"), "PRAGMA journal_mode") == "delete");
}

BOOST_AUTO_TEST_CASE(takes_no_file_that_is_not_its_own)
{
    const test::scratch_folder folder;
    {
        store::sqlite_database other{folder.path("other.db"), store::sqlite_database::access::write};
        other.run("CREATE TABLE theirs (a)");
    }
    folder.write("text.db", "{\"job_id\":\"…\"}\n");
    for (const char* name : {"other.db", "text.db"}) {
        const auto before = folder.read(name);
        for (const auto mode : {open_mode::fresh, open_mode::overwrite, open_mode::resume})
            BOOST_TEST(contains(message_of<store::output_error>([&] { run(folder.path(name), mode, {}, true); }),
                                folder.path(name)));
        BOOST_TEST((folder.read(name) == before));
    }
    BOOST_TEST(contains(message_of<store::input_error>([&] { (void)read(folder.path("other.db")); }),
                        "database of something else"));
}

BOOST_AUTO_TEST_CASE(leaves_alone_what_others_have_put_beside_its_tables)
{
    const test::scratch_folder folder;
    const auto path = folder.path("out.db");
    run(path, open_mode::fresh, {ok_outcome(1)}, true);
    {
        store::sqlite_database theirs{path, store::sqlite_database::access::write};
        theirs.run("CREATE TABLE notes (a); CREATE VIEW mine AS SELECT * FROM jobs; DROP VIEW documents");
    }
    run(path, open_mode::fresh, {ok_outcome(2)}, true);
    BOOST_TEST(integer_of(path, "SELECT count(*) FROM mine") == 2);
    BOOST_TEST(integer_of(path, "SELECT count(*) FROM documents") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
