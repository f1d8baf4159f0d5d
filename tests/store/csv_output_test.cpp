// Outputs in CSV: what stands in them, and how a run goes on with one.
#include "decompressed.hpp"
#include "scratch_folder.hpp"
#include "store/csv_text.hpp"
#include "store/file_size_limit.hpp"
#include "store/input/input_error.hpp"
#include "store/output/csv_reader.hpp"
#include "store/output/open_output.hpp"
#include "store/sqlite_runs.hpp"
#include "store/written_outcome.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace jobaudit;
using namespace jobaudit::test;
using store::open_mode;
using reason = store::output_error::reason;

std::string refusal_to_resume(const std::string& path)
{
    store::job_ledger ledger;
    return message_of<store::output_error>(
        [&] { (void)store::open_output(path, open_mode::resume, ledger, store::sync_policy::never); });
}

/// One job of two failed files, one of none, one without a list, and an invalid one.
std::vector<outcome> few_outcomes()
{
    return {ok_outcome(1, {{"a,b \"c\"\r\n.pdf", "=1+1"}, {"\xff.pdf", "PDF is encrypted"}}), ok_outcome(2),
            without_list(3, outcome_kind::not_found)};
}

void write_few(const std::string& path)
{
    store::job_ledger ledger;
    const auto output = store::open_output(path, open_mode::fresh, ledger, store::sync_policy::never);
    output->begin({});
    for (const auto& each : few_outcomes())
        output->write(each);
    output->write_invalid("=no UUID", "line 7");
    output->finish();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(csv_output)

BOOST_AUTO_TEST_CASE(has_a_row_for_each_failed_file_and_one_for_a_job_without_any)
{
    const test::scratch_folder folder;
    write_few(folder.path("out.csv"));
    const auto text = folder.read("out.csv");
    BOOST_TEST(text.starts_with(store::csv_heading));
    const auto rows = rows_of(text);
    BOOST_TEST_REQUIRE(rows.size() == 6U);
    for (const auto& row : rows)
        BOOST_TEST(row.size() == 13U);
    const auto job = numbered_job(1).to_string();
    const std::vector<std::string> first{job, "ok", "200", "a,b \"c\"\r\n.pdf", "'=1+1"};
    BOOST_TEST(std::vector(rows[1].begin(), rows[1].begin() + 5) == first, boost::test_tools::per_element());
    BOOST_TEST(rows[2][0] == job);
    BOOST_TEST(rows[2][3] == "\xEF\xBF\xBD.pdf");
    BOOST_TEST(rows[2][4] == "PDF is encrypted");
    BOOST_TEST(rows[2][6] == "document");
    BOOST_TEST(rows[2][12] == "2");
    BOOST_TEST(rows[3][1] == "ok");
    BOOST_TEST(rows[3][12] == "0");
    BOOST_TEST(rows[4][1] == "not_found");
    BOOST_TEST(rows[4][7] == "why");
    BOOST_TEST(rows[5][0] == "'=no UUID");
    BOOST_TEST(rows[5][1] == "invalid_job_id");
    BOOST_TEST(rows[5][2] == "");
    BOOST_TEST(rows[5][7] == "line 7: not a UUID");
}

BOOST_AUTO_TEST_CASE(is_gone_on_with_wherever_it_is_cut)
{
    for (const std::string name : {"out.csv", "out.csv.gz"}) {
        const test::scratch_folder folder;
        const auto path = folder.path(name);
        write_few(path);
        const auto content = folder.read(name);
        const auto sums = folder.read(name + ".sums");
        std::size_t kept = 0;
        for (std::size_t size = 0; size <= content.size(); ++size) {
            folder.write(name, content.substr(0, size));
            folder.write(name + ".sums", sums);
            store::job_ledger ledger;
            const auto output = store::open_output(path, open_mode::resume, ledger, store::sync_policy::never);
            output->begin({});
            BOOST_TEST(ledger.ended_count() >= kept);
            kept = ledger.ended_count();
            for (const auto& each : few_outcomes())
                if (ledger.take(each.job) != store::job_ledger::standing::ended)
                    output->write(each);
            if (ledger.take_invalid("=no UUID") != store::job_ledger::standing::ended)
                output->write_invalid("=no UUID", "line 7");
            output->finish();
            BOOST_TEST_REQUIRE(kept <= 4U);
            const auto after = name.ends_with(".gz") ? decompressed(path).text : folder.read(name);
            BOOST_TEST_REQUIRE(rows_of(after).size() == 6U, "cut at " << size);
            BOOST_TEST(after.starts_with(store::csv_heading));
        }
        BOOST_TEST(kept == 4U);
    }
}

BOOST_AUTO_TEST_CASE(a_changed_byte_is_refused_by_its_row)
{
    const test::scratch_folder folder;
    const auto path = folder.path("out.csv");
    write_few(path);
    const auto content = folder.read("out.csv");
    for (std::size_t at = 0; at < content.size(); ++at) {
        auto damaged = content;
        damaged[at] = static_cast<char>(damaged[at] ^ 1);
        folder.write("out.csv", damaged);
        const auto said = refusal_to_resume(path);
        // Where a quote or a line break is gone at the end, the last job is torn, and asked for again.
        if (said.empty()) {
            store::job_ledger ledger;
            const auto output = store::open_output(path, open_mode::resume, ledger, store::sync_policy::never);
            BOOST_TEST((ledger.ended_count() < 4 || at < store::csv_heading.size()), at);
            BOOST_TEST(contains(output->note(), "cut a torn last job") == (at >= store::csv_heading.size()), at);
        } else {
            BOOST_TEST(contains(said, "row "), said);
        }
        BOOST_TEST((folder.read("out.csv") == damaged));
    }
}

BOOST_AUTO_TEST_CASE(a_job_whose_rows_were_removed_is_asked_for_again_and_a_part_of_them_is_refused)
{
    const test::scratch_folder folder;
    const auto path = folder.path("out.csv");
    write_few(path);
    const auto content = folder.read("out.csv");
    const auto second_row = content.find("\r\n" + numbered_job(1).to_string(), store::csv_heading.size()) + 2;
    const auto third_row = content.find(numbered_job(2).to_string());

    folder.write("out.csv", content.substr(0, second_row) + content.substr(third_row));
    BOOST_TEST(contains(refusal_to_resume(path), "row 3 is none of jobaudit (rows of the job before are missing)"));

    folder.write("out.csv", content.substr(0, store::csv_heading.size()) + content.substr(third_row));
    store::job_ledger ledger;
    const auto output = store::open_output(path, open_mode::resume, ledger, store::sync_policy::never);
    BOOST_TEST(ledger.ended_count() == 3U);

    folder.write("other.csv", "a,b\r\n");
    BOOST_TEST(contains(refusal_to_resume(folder.path("other.csv")), "row 1 is none of jobaudit"));
}

BOOST_AUTO_TEST_CASE(a_job_that_was_asked_for_again_has_its_last_rows_counted)
{
    const test::scratch_folder folder;
    const auto path = folder.path("out.csv");
    run(path, open_mode::fresh, {ok_outcome(1, {{"a", "x"}}), without_list(2, outcome_kind::timeout)}, false);
    const auto first = run(path, open_mode::resume,
                           {ok_outcome(2, {{"b", "y"}, {"c", "z"}}), ok_outcome(1, {{"d", "w"}, {"e", "v"}})}, true);
    BOOST_TEST(first.ended_count() == 1U);
    const auto ledger = run(path, open_mode::resume, {}, true);
    BOOST_TEST(ledger.ended_count() == 2U);
    BOOST_TEST(ledger.failed_files() == 4U);
}

BOOST_AUTO_TEST_CASE(an_audit_without_results_leaves_the_heading_and_finishes)
{
    const test::scratch_folder folder;
    const auto path = folder.path("out.csv");
    run(path, open_mode::fresh, {}, true);
    BOOST_TEST(folder.read("out.csv") == store::csv_heading);
    run(path, open_mode::fresh, {ok_outcome(1)}, false);
    BOOST_TEST(folder.has("out.csv~"));
    BOOST_CHECK_THROW(run(path, open_mode::fresh, {ok_outcome(1)}, false), store::output_error);
}

BOOST_AUTO_TEST_CASE(a_job_of_very_many_records_keeps_its_rows_together)
{
    constexpr std::size_t many = 40'000;
    const test::scratch_folder folder;
    const auto path = folder.path("out.csv");
    store::job_ledger ledger;
    const auto output = store::open_output(path, open_mode::fresh, ledger, store::sync_policy::never);
    output->begin({});
    const auto writer = output->make_writer();
    const auto other = output->make_writer();
    writer->begin(numbered_job(1));
    for (std::size_t i = 0; i < many; ++i) {
        const auto name = "folder/" + std::to_string(i) + ".pdf";
        const std::array<failed_file_view, 1> record{{{name, "\"quoted\"\nreason"}}};
        writer->append(record);
    }
    other->begin(numbered_job(2));
    const std::array<failed_file_view, 1> record{{{"a", "b"}}};
    other->append(record);
    other->discard();
    other->append(record);
    other->commit(ok_outcome(2));
    writer->commit(ok_outcome(1));
    output->finish();
    const auto rows = rows_of(folder.read("out.csv"));
    BOOST_TEST_REQUIRE(rows.size() == many + 2);
    BOOST_TEST(rows[1][0] == numbered_job(2).to_string());
    BOOST_TEST(rows.back()[3] == "folder/39999.pdf");
    BOOST_TEST(rows.back()[12] == "40000");
    const auto resumed = run(path, open_mode::resume, {}, true);
    BOOST_TEST(resumed.ended_count() == 2U);
    BOOST_TEST(resumed.failed_files() == many + 1);
}

BOOST_AUTO_TEST_CASE(a_full_disk_leaves_no_part_of_a_job)
{
    const test::scratch_folder folder;
    write_few(folder.path("whole.csv"));
    auto whole = folder.read("whole.csv");
    whole.resize(whole.find("\"'=no UUID\""));
    for (std::size_t limit = store::csv_heading.size() + 1; limit < whole.size(); limit += 11) {
        const test::scratch_folder small;
        store::job_ledger ledger;
        const auto output =
            store::open_output(small.path("out.csv"), open_mode::fresh, ledger, store::sync_policy::never);
        output->begin({});
        output->write(few_outcomes()[1]);
        output->flush_due(store::audit_output::time_point::max());
        const auto before = small.read("out.csv");
        for (const auto& each : few_outcomes())
            output->write(each);
        {
            const test::file_size_limit few{before.size() + limit - store::csv_heading.size()};
            const auto said = message_of<store::output_error>([&] { output->close(); });
            BOOST_TEST(contains(said, "ulimit -f"), said);
        }
        BOOST_TEST(output->lost().outcomes[static_cast<std::size_t>(outcome_kind::ok)] == 2U);
        BOOST_TEST(small.read("out.csv") == before);
    }
}

BOOST_AUTO_TEST_CASE(is_refused_by_who_reads_outputs)
{
    const test::scratch_folder folder;
    write_few(folder.path("out.csv"));
    const auto said = message_of<store::input_error>([&] { (void)store::open_outcomes(folder.path("out.csv")); });
    BOOST_TEST(contains(said, "it is CSV, which says less than a report needs"), said);
}

BOOST_AUTO_TEST_SUITE_END()
