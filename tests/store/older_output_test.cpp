// What becomes of an output when the next one of its name is begun, however the runs before ended.
#include "store/output/ndjson_output.hpp"

#include "scratch_folder.hpp"
#include "store/written_outcome.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include <unistd.h>

namespace {

using namespace jobaudit;
using store::open_mode;
using test::contains;
using test::ok_outcome;

enum class ending : std::uint8_t { finished, unfinished };

std::string line_of(std::uint64_t job) { return test::line_of(ok_outcome(job)); }

/// A folder in which audits write `out`, one line each, by which they are known.
struct audited_folder {
    test::scratch_folder folder;
    std::string path = folder.path("out");

    /// What the run said of what stood there; throws as it does.
    std::string run(std::uint64_t job, ending how, open_mode mode = open_mode::fresh) const
    {
        store::job_ledger ledger;
        store::ndjson_output output{path, mode, ledger};
        output.write(ok_outcome(job));
        if (how == ending::finished)
            output.finish();
        else
            output.close();
        return output.note() + output.warning();
    }

    [[nodiscard]] std::string content() const { return folder.read("out"); }
    [[nodiscard]] std::string kept() const { return folder.read("out~"); }

    /// That a new run is refused, and leaves each file as it was.
    void check_is_refused() const
    {
        const auto before = content() + "|" + folder.read("out.sums") + "|" + kept() + "|" + folder.read("out~.sums");
        std::optional<store::output_error> refused;
        try {
            (void)run(99, ending::finished);
        } catch (const store::output_error& error) {
            refused = error;
        }
        BOOST_REQUIRE(refused.has_value());
        BOOST_TEST((refused->why() == store::output_error::reason::unfinished), refused->what());
        BOOST_TEST(contains(refused->what(), "says that its audit has finished"), refused->what());
        BOOST_TEST(content() + "|" + folder.read("out.sums") + "|" + kept() + "|" + folder.read("out~.sums") == before);
    }

    /// That what is kept under the other name is whole, as its checksums tell.
    void check_kept_is_covered() const
    {
        store::job_ledger ledger;
        const store::ndjson_output resumed{path + "~", open_mode::resume, ledger};
        BOOST_TEST(resumed.warning() == "");
        BOOST_TEST(ledger.ended_count() == 1U);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(older_output)

BOOST_AUTO_TEST_CASE(that_was_finished_is_kept_under_another_name)
{
    const audited_folder at;
    BOOST_TEST(at.run(1, ending::finished) == "");

    BOOST_TEST(at.run(2, ending::finished) == "the older " + at.path + " is kept as " + at.path + "~");
    BOOST_TEST(at.content() == line_of(2));
    BOOST_TEST(at.kept() == line_of(1));
    at.check_kept_is_covered();

    (void)at.run(3, ending::finished);
    BOOST_TEST(at.kept() == line_of(2));
    at.check_kept_is_covered();
}

BOOST_AUTO_TEST_CASE(that_was_not_finished_is_not_replaced)
{
    const audited_folder at;
    (void)at.run(1, ending::unfinished);

    at.check_is_refused();
    at.check_is_refused();
    BOOST_TEST(at.content() == line_of(1));
}

BOOST_AUTO_TEST_CASE(whose_checksums_are_gone_is_not_replaced)
{
    const audited_folder at;
    (void)at.run(1, ending::finished);
    std::filesystem::remove(at.path + ".sums");

    at.check_is_refused();
}

BOOST_AUTO_TEST_CASE(that_an_older_version_finished_is_finished_by_going_on_with_it)
{
    const audited_folder at;
    (void)at.run(1, ending::unfinished);
    at.check_is_refused();
    {
        store::job_ledger ledger;
        store::ndjson_output resumed{at.path, open_mode::resume, ledger};
        resumed.finish();
    }

    (void)at.run(2, ending::finished);
    BOOST_TEST(at.kept() == line_of(1));
}

BOOST_AUTO_TEST_CASE(that_was_changed_since_it_was_finished_is_not_replaced)
{
    for (const auto& changed : {line_of(1) + line_of(7), line_of(1).substr(1), std::string{"notes\n"}}) {
        const audited_folder at;
        (void)at.run(1, ending::finished);
        at.folder.write("out", changed);

        at.check_is_refused();
    }
}

BOOST_AUTO_TEST_CASE(whose_mark_is_torn_at_any_byte_is_not_replaced)
{
    const audited_folder whole;
    (void)whole.run(1, ending::finished);
    const auto sums = whole.folder.read("out.sums");
    BOOST_TEST_REQUIRE(sums.size() == 16U + 8U + 24U);
    for (std::size_t size = 0; size < sums.size(); ++size) {
        whole.folder.write("out.sums", sums.substr(0, size));
        whole.check_is_refused();
    }
    auto zeros = sums;
    zeros.replace(24, 24, 24, '\0');
    whole.folder.write("out.sums", zeros);
    whole.check_is_refused();
}

BOOST_AUTO_TEST_CASE(that_is_gone_on_with_is_unfinished_until_that_run_ends)
{
    const audited_folder at;
    (void)at.run(1, ending::finished);
    (void)at.run(2, ending::unfinished, open_mode::resume);

    at.check_is_refused();
    BOOST_TEST(at.content() == line_of(1) + line_of(2));
}

BOOST_AUTO_TEST_CASE(that_is_resumed_stays_as_it_is_until_that_run_begins)
{
    for (const bool begins : {false, true}) {
        const audited_folder at;
        (void)at.run(1, ending::finished);
        const auto torn = line_of(1) + line_of(2).substr(0, 20);
        at.folder.write("out", torn);
        const auto sums = at.folder.read("out.sums");
        {
            store::job_ledger ledger;
            store::ndjson_output output{at.path, open_mode::resume, ledger};
            if (begins)
                output.begin({});
        }
        BOOST_TEST((at.content() == torn) == !begins);
        BOOST_TEST((at.folder.read("out.sums") == sums) == !begins);
    }
}

BOOST_AUTO_TEST_CASE(that_a_resumed_run_has_made_is_taken_back_when_it_does_not_begin)
{
    const audited_folder at;
    {
        store::job_ledger ledger;
        const store::ndjson_output output{at.path, open_mode::resume, ledger};
        BOOST_TEST(at.folder.has("out"));
    }
    BOOST_TEST(!at.folder.has("out"));
    BOOST_TEST(!at.folder.has("out.sums"));
}

BOOST_AUTO_TEST_CASE(that_is_replaced_on_demand_is_kept_where_nothing_is_kept_yet)
{
    const audited_folder at;
    (void)at.run(1, ending::unfinished);

    BOOST_TEST(contains(at.run(2, ending::finished, open_mode::overwrite), "is kept as"));
    BOOST_TEST(at.kept() == line_of(1));
    at.check_kept_is_covered();
}

BOOST_AUTO_TEST_CASE(that_was_finished_outlives_any_number_of_audits_that_were_not)
{
    const audited_folder at;
    (void)at.run(1, ending::finished);
    (void)at.run(2, ending::unfinished);
    at.check_is_refused();
    for (std::uint64_t job = 3; job < 6; ++job) {
        const auto said = at.run(job, ending::unfinished, open_mode::overwrite);
        BOOST_TEST(contains(said, at.path + "~ stays there"), said);
        BOOST_TEST(at.content() == line_of(job));
        BOOST_TEST(at.kept() == line_of(1));
        at.check_kept_is_covered();
    }
    (void)at.run(6, ending::finished, open_mode::overwrite);
    BOOST_TEST(at.kept() == line_of(1));
    (void)at.run(7, ending::finished);
    BOOST_TEST(at.kept() == line_of(6));
}

BOOST_AUTO_TEST_CASE(that_holds_nothing_is_written_to)
{
    const audited_folder at;
    (void)at.run(1, ending::finished);
    {
        store::job_ledger ledger;
        const store::ndjson_output nothing{at.path, open_mode::fresh, ledger};
    }
    BOOST_TEST(at.content() == "");

    BOOST_TEST(at.run(2, ending::finished) == "");
    BOOST_TEST(at.content() == line_of(2));
    BOOST_TEST(at.kept() == line_of(1));
}

BOOST_AUTO_TEST_CASE(that_a_killed_run_had_renamed_alone_gets_its_checksums_back)
{
    for (const auto mode : {open_mode::fresh, open_mode::overwrite, open_mode::resume}) {
        const audited_folder at;
        (void)at.run(1, ending::finished);
        std::filesystem::rename(at.path, at.path + "~");

        (void)at.run(2, ending::finished, mode);
        BOOST_TEST(at.content() == line_of(2));
        BOOST_TEST(at.kept() == line_of(1));
        at.check_kept_is_covered();
    }
}

BOOST_AUTO_TEST_CASE(that_somebody_removed_takes_no_checksums_from_the_one_that_is_kept)
{
    const audited_folder at;
    (void)at.run(1, ending::finished);
    (void)at.run(2, ending::finished);
    std::filesystem::remove(at.path);

    (void)at.run(3, ending::finished);
    BOOST_TEST(at.kept() == line_of(1));
    at.check_kept_is_covered();
}

BOOST_AUTO_TEST_CASE(that_others_change_while_it_is_written_is_not_finished)
{
    const auto first = line_of(1).size();
    for (const auto& [size, told] : {std::pair{off_t{0}, std::to_string(first) + " bytes of results are gone"},
                                     {off_t{1000}, "was written to by somebody else"}}) {
        const audited_folder at;
        store::job_ledger ledger;
        store::ndjson_output output{at.path, open_mode::fresh, ledger};
        output.write(ok_outcome(1));
        output.flush();
        BOOST_TEST_REQUIRE(::truncate(at.path.c_str(), size) == 0);
        output.write(ok_outcome(2));
        const auto said = test::message_of<store::output_error>([&] { output.finish(); });

        BOOST_TEST(contains(said, told), said);
        BOOST_TEST(contains(said, "leave the output alone"), said);
        at.check_is_refused();
    }
}

BOOST_AUTO_TEST_CASE(whose_checksums_others_change_while_it_is_written_is_not_finished)
{
    for (const bool is_removed : {false, true}) {
        const audited_folder at;
        store::job_ledger ledger;
        store::ndjson_output output{at.path, open_mode::fresh, ledger};
        output.write(ok_outcome(1));
        output.flush();
        const auto sums = at.path + ".sums";
        BOOST_TEST_REQUIRE((is_removed ? ::unlink(sums.c_str()) : ::truncate(sums.c_str(), 0)) == 0);
        output.write(ok_outcome(2));
        const auto said = test::message_of<store::output_error>([&] { output.finish(); });

        BOOST_TEST(contains(said, sums + " was cut, removed or replaced"), said);
        at.check_is_refused();
    }
}

BOOST_AUTO_TEST_SUITE_END()
