#include "store/output/checksum_file.hpp"

#include "scratch_folder.hpp"
#include "store/numbered_job.hpp"
#include "store/output/ndjson_output.hpp"
#include "store/written_outcome.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace jobaudit;
using namespace std::string_view_literals;
using test::contains;
using test::line_of;
using test::message_of;
using test::numbered_job;

constexpr std::uint64_t job_count = 6;

outcome outcome_of(std::uint64_t job)
{
    return test::ok_outcome(job, std::vector<failed_file>(job % 3, {"document", "error"}));
}

/// The same outcomes as version 1.0.0 wrote them: what there was not, it left out.
std::string as_an_earlier_version(std::string content)
{
    for (const std::string_view added :
         {R"(,"message":"","validation":null)"sv, R"(,"validation":null)"sv, R"("failed_files":null,)"sv,
          R"("http_status":null,)"sv,
          R"(,"workflow_id":null,"workflow_name":null,"job_status":null,"created_at":null,"runtime":null)"sv})
        for (auto at = content.find(added); at != std::string::npos; at = content.find(added))
            content.erase(at, added.size());
    return content;
}

/// As version 1.0.0 wrote them beside these lines.
const std::string sums_of_an_earlier_version = "jobaudit sums 1\n"
                                               "\xf6\xb8\x84\x87\x87\x84\xbf\xd7"
                                               "\x82\x7d\x45\x39\x88\xd6\x1f\xb8"
                                               "\x22\x8c\xc7\x6b\x76\x8f\x33\xc9"
                                               "\x0f\x55\xb7\x67\x4f\x45\xb9\x3f"
                                               "\x86\xfe\x4a\xa6\xc5\x1f\x3c\x4a"
                                               "\x05\xc2\x2f\x5a\xae\xa0\x11\xb1";

/// A folder with the output of a run that ended, and its checksums.
struct finished_output {
    test::scratch_folder folder;
    std::string path = folder.path("out");
    std::string content;
    std::string sums;

    finished_output()
    {
        store::job_ledger ledger;
        store::ndjson_output output{path, store::open_mode::fresh, ledger};
        for (std::uint64_t job = 0; job < job_count; ++job)
            output.write(outcome_of(job));
        output.close();
        content = folder.read("out");
        sums = folder.read("out.sums");
    }

    /// Goes on with what is there, and asks again for each job that is missing; says what the user is told.
    [[nodiscard]] std::string resume() const
    {
        store::job_ledger ledger;
        store::ndjson_output output{path, store::open_mode::resume, ledger};
        for (std::uint64_t job = 0; job < job_count; ++job)
            if (ledger.take(numbered_job(job)) == store::job_ledger::standing::fresh)
                output.write(outcome_of(job));
        output.close();
        return output.note() + output.warning();
    }

    [[nodiscard]] std::string refusal() const
    {
        return message_of<store::output_error>([this] { (void)resume(); });
    }

    /// With a second `resume()`, that what it wrote is covered by checksums again.
    void check_is_complete_and_covered(const std::string& expected) const
    {
        BOOST_TEST(folder.read("out") == expected);
        BOOST_TEST(resume() == "");
        BOOST_TEST(folder.read("out") == expected);
    }
};

std::string without_line(const std::string& text, std::size_t number)
{
    std::size_t start = 0;
    while (number-- > 0)
        start = text.find('\n', start) + 1;
    const auto end = text.find('\n', start) + 1;
    return text.substr(0, start) + text.substr(end);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(checksum_file)

BOOST_AUTO_TEST_CASE(holds_eight_bytes_for_each_line)
{
    const finished_output output;

    BOOST_TEST(output.sums.size() == 16 + 8 * job_count);
    output.check_is_complete_and_covered(output.content);
    BOOST_TEST(output.folder.read("out.sums") == output.sums);
}

BOOST_AUTO_TEST_CASE(lets_no_flipped_bit_pass_in_a_finished_output)
{
    const finished_output output;
    std::size_t silent = 0;
    for (std::size_t i = 0; i < output.content.size(); ++i)
        for (int bit = 0; bit < 8; ++bit) {
            auto damaged = output.content;
            damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
            output.folder.write("out", damaged);
            output.folder.write("out.sums", output.sums);
            const auto refused = output.refusal();
            // The last line break is the one place where the line itself is whole.
            const bool mended = refused.empty() && output.folder.read("out") == output.content;
            const bool refuses = contains(refused, "line") && output.folder.read("out") == damaged;
            silent += mended || refuses ? 0U : 1U;
        }
    BOOST_TEST(silent == 0U);
}

BOOST_AUTO_TEST_CASE(names_the_line_that_was_changed_and_what_to_do)
{
    const finished_output output;
    auto changed = output.content;
    changed.replace(changed.find("error\":\"error") + 9, 3, "ERR");
    output.folder.write("out", changed);

    const auto refused = output.refusal();
    BOOST_TEST(contains(refused, "line 2 is not as it was written"), refused);
    BOOST_TEST(contains(refused, "remove " + output.path + ".sums"), refused);
    BOOST_TEST(output.folder.read("out") == changed);

    std::filesystem::remove(output.path + ".sums");
    BOOST_TEST(contains(output.resume(), "has no checksum for its lines"));
    output.check_is_complete_and_covered(changed);
}

BOOST_AUTO_TEST_CASE(takes_a_line_that_was_removed_for_a_job_to_be_asked_for_again)
{
    for (std::size_t number = 0; number < job_count; ++number) {
        const finished_output output;
        const auto rest = without_line(output.content, number);
        output.folder.write("out", rest);

        BOOST_TEST(output.resume() == "");
        output.check_is_complete_and_covered(rest + line_of(outcome_of(number)));
    }
}

BOOST_AUTO_TEST_CASE(serves_wherever_a_kill_or_a_power_loss_cut_it)
{
    for (std::size_t size = 0; size <= 16 + 8 * job_count; ++size) {
        const finished_output output;
        output.folder.write("out.sums", output.sums.substr(0, size));
        const bool is_whole = size == output.sums.size();

        const auto note = output.resume();
        BOOST_TEST(contains(note, "checked for their form alone") != is_whole, size << ": " << note);
        output.check_is_complete_and_covered(output.content);
        BOOST_TEST(output.folder.read("out.sums") == output.sums);
    }
}

BOOST_AUTO_TEST_CASE(ends_where_a_power_loss_left_zeros)
{
    const finished_output output;
    output.folder.write("out.sums", output.sums.substr(0, 16 + 8 * 2) + std::string(8 * (job_count - 2), '\0'));

    BOOST_TEST(contains(output.resume(), "no checksum for the last 4 of its lines"));
    output.check_is_complete_and_covered(output.content);
}

BOOST_AUTO_TEST_CASE(that_is_damaged_itself_leads_to_no_silence)
{
    for (std::size_t i = 0; i < 16 + 8 * job_count; ++i) {
        const finished_output output;
        auto damaged = output.sums;
        damaged[i] = static_cast<char>(damaged[i] ^ 4);
        output.folder.write("out.sums", damaged);

        std::string note;
        const auto refused = message_of<store::output_error>([&] { note = output.resume(); });
        BOOST_TEST((contains(refused, "is not as it was written") || contains(note, "no file of jobaudit")), i);
        BOOST_TEST(output.folder.read("out") == output.content);
    }
}

BOOST_AUTO_TEST_CASE(goes_with_the_older_output_that_is_kept)
{
    const finished_output output;
    {
        store::job_ledger ledger;
        store::ndjson_output fresh{output.path, store::open_mode::overwrite, ledger};
    }
    BOOST_TEST(output.folder.read("out~.sums") == output.sums);
    BOOST_TEST(output.folder.read("out.sums").size() == 16U);

    store::job_ledger ledger;
    const store::ndjson_output kept{output.path + "~", store::open_mode::resume, ledger};
    BOOST_TEST(kept.note() == "");
    BOOST_TEST(ledger.ended_count() == job_count);
}

BOOST_AUTO_TEST_CASE(of_an_output_that_is_gone_is_begun_anew)
{
    const finished_output output;
    std::filesystem::remove(output.path);

    BOOST_TEST(output.resume() == "");
    output.check_is_complete_and_covered(output.content);
}

BOOST_AUTO_TEST_CASE(of_an_earlier_version_is_checked_and_gone_on_with)
{
    const finished_output output;
    const auto earlier = as_an_earlier_version(output.content);
    output.folder.write("out", earlier);
    output.folder.write("out.sums", sums_of_an_earlier_version);

    BOOST_TEST(output.resume() == "");
    BOOST_TEST(output.folder.read("out") == earlier);
    BOOST_TEST(output.folder.read("out.sums") == sums_of_an_earlier_version);

    output.folder.write("out", without_line(earlier, job_count - 1));
    BOOST_TEST(output.resume() == "");
    const auto sums = output.folder.read("out.sums");
    BOOST_TEST(sums.size() == sums_of_an_earlier_version.size());
    BOOST_TEST(sums.substr(0, sums.size() - 8) == sums_of_an_earlier_version.substr(0, sums.size() - 8));
    const auto last = output.content.rfind('\n', output.content.size() - 2) + 1;
    output.check_is_complete_and_covered(without_line(earlier, job_count - 1) + output.content.substr(last));

    auto changed = earlier;
    changed.replace(changed.find("error\":\"error") + 9, 3, "ERR");
    output.folder.write("out", changed);
    BOOST_TEST(contains(output.refusal(), "line 2 is not as it was written"));
}

BOOST_AUTO_TEST_CASE(of_an_earlier_version_says_that_its_audit_has_finished)
{
    const finished_output output;
    std::string mark(8, '\0');
    mark += "finished";
    for (std::size_t byte = 0; byte < 8; ++byte)
        mark += static_cast<char>(output.content.size() >> (8 * byte) & 0xff);
    output.folder.write("out.sums", sums_of_an_earlier_version + mark);

    BOOST_TEST(store::checksum_file::is_finished(output.path, output.content.size()));
}

BOOST_AUTO_TEST_CASE(of_an_earlier_version_that_lost_all_its_checksums_gets_its_own_kind_again)
{
    const finished_output output;
    const auto earlier = as_an_earlier_version(output.content);
    output.folder.write("out", earlier);
    output.folder.write("out.sums", sums_of_an_earlier_version.substr(0, 16));

    BOOST_TEST(contains(output.resume(), "has no checksum for its lines"));
    output.check_is_complete_and_covered(earlier);
    BOOST_TEST(output.folder.read("out.sums") == sums_of_an_earlier_version);
}

BOOST_AUTO_TEST_CASE(leaves_a_file_alone_that_is_none_of_ours)
{
    const finished_output output;
    output.folder.write("out.sums", "d41d8cd98f00b204e9800998ecf8427e  out\n");

    const auto note = output.resume();
    BOOST_TEST(contains(note, "checked for their form alone"), note);
    BOOST_TEST(contains(note, "it is no file of jobaudit"), note);
    {
        store::job_ledger ledger;
        const store::ndjson_output fresh{output.path, store::open_mode::overwrite, ledger};
        BOOST_TEST(contains(fresh.warning(), "it is no file of jobaudit"));
    }
    BOOST_TEST(output.folder.read("out.sums") == "d41d8cd98f00b204e9800998ecf8427e  out\n");
    BOOST_TEST(!output.folder.has("out~.sums"));
}

BOOST_AUTO_TEST_CASE(is_not_put_beside_a_file_that_is_none_of_ours)
{
    const test::scratch_folder folder;
    const auto path = folder.write("notes", "some notes\n");
    store::job_ledger ledger;
    BOOST_CHECK_THROW((store::ndjson_output{path, store::open_mode::resume, ledger}), store::output_error);

    BOOST_TEST(!folder.has("notes.sums"));
}

BOOST_AUTO_TEST_CASE(covers_a_line_that_was_too_long_for_memory)
{
    const test::scratch_folder folder;
    const auto path = folder.path("out");
    {
        store::job_ledger ledger;
        store::ndjson_output output{path, store::open_mode::fresh, ledger};
        output.write(outcome_of(1));
        const auto writer = output.make_writer();
        writer->begin(numbered_job(2));
        const std::vector<failed_file_view> records(1000, failed_file_view{"a document", "an error"});
        for (int i = 0; i < 20; ++i)
            writer->append(records);
        writer->commit(outcome_of(2));
        output.write(outcome_of(3));
        output.close();
    }
    auto content = folder.read("out");
    {
        store::job_ledger ledger;
        const store::ndjson_output output{path, store::open_mode::resume, ledger};
        BOOST_TEST(output.note() == "");
    }
    content[content.size() / 2] = static_cast<char>(content[content.size() / 2] ^ 1);
    folder.write("out", content);
    store::job_ledger ledger;
    BOOST_TEST(contains(message_of<store::output_error>([&] {
                            const store::ndjson_output output{path, store::open_mode::resume, ledger};
                        }),
                        "line 2"));
}

BOOST_AUTO_TEST_SUITE_END()
