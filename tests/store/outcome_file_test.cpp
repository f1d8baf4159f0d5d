#include "store/output/outcome_file.hpp"

#include "scratch_folder.hpp"
#include "store/input/input_error.hpp"
#include "store/output/ndjson_output.hpp"
#include "store/written_outcome.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace jobaudit;
using test::contains;
using test::line_of;
using test::numbered_job;
using test::ok_outcome;

/// What a visitor hears, as text.
struct heard final : store::outcome_visitor {
    std::string text;

    void on_failed_file(std::string_view document, std::string_view error) override
    {
        (((text += document) += '=') += error) += ' ';
    }
    void on_job(const store::outcome_line& job) override
    {
        text += job.job.substr(job.job.size() - 2) + ' ' + std::string{to_string(job.kind)};
        text += job.message.empty() ? "; " : " (" + job.message + "); ";
    }
};

std::string read(const store::outcome_file& file)
{
    heard all;
    file.read(all);
    return all.text;
}

outcome missing(std::uint64_t job, outcome_kind kind)
{
    auto result = ok_outcome(job);
    result.kind = kind;
    result.message = "why";
    return result;
}

std::string refusal(const std::string& path)
{
    return test::message_of<store::input_error>([&] { const store::outcome_file file{path}; });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(outcome_file)

BOOST_AUTO_TEST_CASE(passes_on_each_job_behind_its_failed_files_as_often_as_asked)
{
    const test::scratch_folder folder;
    const store::outcome_file file{
        folder.write("out", line_of(ok_outcome(1, {{"a.pdf", "broken"}, {"b.pdf", "gone"}})) +
                                line_of(missing(2, outcome_kind::not_found)) + line_of(ok_outcome(3)))};

    BOOST_TEST(read(file) == "a.pdf=broken b.pdf=gone 01 ok; 02 not_found (why); 03 ok; ");
    BOOST_TEST(read(file) == read(file));
    BOOST_TEST(file.jobs() == 3U);
    BOOST_TEST(file.note() == "");
}

BOOST_AUTO_TEST_CASE(passes_on_only_the_last_line_of_a_job)
{
    const test::scratch_folder folder;
    const store::outcome_file file{
        folder.write("out", line_of(missing(1, outcome_kind::timeout)) + line_of(ok_outcome(2, {{"c", "old"}})) +
                                line_of(ok_outcome(1, {{"a", "x"}})) + line_of(ok_outcome(2, {{"c", "new"}})) +
                                line_of(ok_outcome(2, {{"c", "newest"}})) + line_of(ok_outcome(4)))};

    BOOST_TEST(read(file) == "a=x 01 ok; c=newest 02 ok; 04 ok; ");
    BOOST_TEST(file.jobs() == 3U);
}

BOOST_AUTO_TEST_CASE(leaves_out_a_torn_last_line_and_says_so)
{
    const test::scratch_folder folder;
    const auto torn = line_of(ok_outcome(2, {{"b", "y"}}));
    const store::outcome_file file{
        folder.write("out", line_of(ok_outcome(1, {{"a", "x"}})) + torn.substr(0, torn.size() / 2))};

    BOOST_TEST(read(file) == "a=x 01 ok; ");
    BOOST_TEST(contains(file.note(), "the last line of"));
    BOOST_TEST(contains(file.note(), "is torn"));
}

BOOST_AUTO_TEST_CASE(takes_a_last_line_that_lacks_its_line_break_alone)
{
    const test::scratch_folder folder;
    const auto lines = line_of(ok_outcome(1)) + line_of(ok_outcome(2, {{"b", "y"}}));
    const store::outcome_file file{folder.write("out", lines.substr(0, lines.size() - 1))};

    BOOST_TEST(read(file) == "01 ok; b=y 02 ok; ");
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_output_by_its_line)
{
    const test::scratch_folder folder;
    BOOST_TEST(
        contains(refusal(folder.write("notes", "some notes\n")), "it is no output of `jobaudit audit` (line 1: "));
    BOOST_TEST(contains(refusal(folder.write("out", line_of(ok_outcome(1)) + "{}\n" + line_of(ok_outcome(2)))),
                        "(line 2: it does not begin with"));
    BOOST_TEST(contains(refusal(folder.path("none")), "No such file"));
    BOOST_TEST(contains(refusal(folder.path("")), "Is a directory"));
}

BOOST_AUTO_TEST_CASE(refuses_a_line_that_differs_from_its_checksum)
{
    const test::scratch_folder folder;
    const auto path = folder.path("out");
    store::job_ledger ledger;
    store::ndjson_output output{path, store::open_mode::fresh, ledger};
    output.write(ok_outcome(1, {{"a", "x"}}));
    output.write(ok_outcome(2, {{"b", "y"}}));
    output.finish();
    BOOST_TEST(read(store::outcome_file{path}) == "a=x 01 ok; b=y 02 ok; ");

    auto changed = folder.read("out");
    changed.replace(changed.find("\"y\""), 3, "\"z\"");
    folder.write("out", changed);
    BOOST_TEST(contains(refusal(path), "line 2 is not as it was written"));
}

BOOST_AUTO_TEST_CASE(changes_nothing_beside_the_output)
{
    const test::scratch_folder folder;
    const auto path = folder.write("out", line_of(ok_outcome(1)));
    BOOST_TEST(read(store::outcome_file{path}) == "01 ok; ");

    BOOST_TEST(!folder.has("out.sums"));
}

BOOST_AUTO_TEST_SUITE_END()
