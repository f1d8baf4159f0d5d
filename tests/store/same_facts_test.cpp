// One audit in each form of output: the same facts stand in all of them.
#include "decompressed.hpp"
#include "scratch_folder.hpp"
#include "store/csv_text.hpp"
#include "store/output/open_output.hpp"
#include "store/sqlite_runs.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace jobaudit;
using namespace jobaudit::test;

void write_all(const std::string& path)
{
    store::job_ledger ledger;
    store::job_information_table listed;
    listed.put({numbered_job(2), "w-2", "Name \"é\"", "FAILED", "2026-11-29T10:00:00Z", "PT1S"});
    const auto output = store::open_output(path, store::open_mode::fresh, ledger, store::sync_policy::never);
    output->take_information_from(listed);
    output->begin({});
    for (const auto& each : different_outcomes())
        output->write(each);
    // Its records come one by one.
    const auto writer = output->make_writer();
    writer->begin(numbered_job(7));
    for (const auto& record : std::vector<failed_file_view>{{"=cmd.pdf", "a, \"b\"\r\nc"}, {"-x.pdf", "+1"}})
        writer->append({&record, 1});
    auto streamed = ok_outcome(7);
    streamed.failed_file_count = 2;
    writer->commit(std::move(streamed));
    output->write(without_list(6, outcome_kind::not_tried));
    output->write_invalid("no UUID", "line 7");
    output->finish();
    BOOST_TEST(output->committed() == 7U);
}

/// What a spreadsheet would calculate begins with an apostrophe.
std::string defused(const std::string& text)
{
    return !text.empty() && std::string{"=+-@\t\r"}.find(text.front()) != std::string::npos ? '\'' + text : text;
}

/// The rows that a CSV should have of what is heard, without the texts that errors have in common.
struct expected_rows final : store::outcome_visitor {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::pair<std::string, std::string>> files;

    void on_failed_file(std::string_view document, std::string_view error) override
    {
        files.emplace_back(document, error);
    }
    void on_job(const store::outcome_line& job) override
    {
        const auto count = std::to_string(files.size());
        if (files.empty())
            files.emplace_back();
        for (const auto& [document, error] : std::exchange(files, {}))
            rows.push_back({job.job, std::string{to_string(job.kind)},
                            job.http_status == 0 ? "" : std::to_string(job.http_status), defused(document),
                            defused(error), job.message, job.workflow_id, job.workflow_name, job.job_status,
                            job.created_at, count});
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(same_facts)

BOOST_DATA_TEST_CASE(stand_in_what_is_read_as_ndjson_is,
                     boost::unit_test::data::make({"out.db", "out.ndjson.gz", "out.ndjson.zst"}), name)
{
    const test::scratch_folder folder;
    write_all(folder.path("out.ndjson"));
    write_all(folder.path(name));
    BOOST_TEST(read(folder.path(name)) == read(folder.path("out.ndjson")));
}

BOOST_AUTO_TEST_CASE(stand_in_csv)
{
    const test::scratch_folder folder;
    for (const auto* name : {"out.ndjson", "out.csv", "out.csv.gz"})
        write_all(folder.path(name));
    expected_rows expected;
    store::open_outcomes(folder.path("out.ndjson"))->read(expected);
    auto rows = rows_of(folder.read("out.csv"));
    BOOST_TEST_REQUIRE(rows.size() == expected.rows.size() + 1);
    for (std::size_t i = 0; i < expected.rows.size(); ++i) {
        auto& row = rows[i + 1];
        BOOST_TEST_REQUIRE(row.size() == 13U);
        row.erase(row.begin() + 5, row.begin() + 7);
        BOOST_TEST(row == expected.rows[i], boost::test_tools::per_element());
    }
    BOOST_TEST(decompressed(folder.path("out.csv.gz")).text == folder.read("out.csv"));
}

BOOST_AUTO_TEST_SUITE_END()
