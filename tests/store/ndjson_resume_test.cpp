#include "store/output/ndjson_output.hpp"

#include "scratch_folder.hpp"
#include "store/numbered_job.hpp"
#include "store/output/checksum_file.hpp"
#include "store/output/line_checksum.hpp"
#include "store/output/ndjson_line.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace jobaudit;
using standing = store::job_ledger::standing;
using test::contains;
using test::message_of;
using test::numbered_job;

std::string line_of(std::uint64_t job, outcome_kind kind, std::size_t failed_files = 0)
{
    outcome result;
    result.job = numbered_job(job);
    result.kind = kind;
    result.http_status = 200;
    result.attempts = 1;
    result.failed_files.assign(failed_files, {"document \"é\"", "error\n"});
    result.message = "Why";
    if (kind == outcome_kind::validation)
        result.validation = {{{"path", std::int64_t{0}}, "m", "t"}};
    std::string line;
    store::append_line(line, result);
    return line;
}

/// The checksums of the lines of a file, as the run that wrote it left them.
void write_checksums(const std::string& path, const std::string& content)
{
    store::checksum_file file{path, store::open_mode::fresh};
    for (std::size_t at = 0, end = 0; at < content.size(); at = end + 1) {
        end = std::min(content.find('\n', at), content.size());
        const auto checksum = store::checksum_of(file.kind(), content.substr(at, end - at));
        file.append({&checksum, 1});
    }
}

/// A file, resumed and closed again.
struct resumed {
    store::job_ledger ledger;
    std::string content;
    std::string note;
};

resumed resume(const std::string& content)
{
    const test::scratch_folder folder;
    resumed result;
    write_checksums(folder.write("out", content), content);
    store::ndjson_output output{folder.path("out"), store::open_mode::resume, result.ledger};
    result.note = output.note();
    output.close();
    result.content = folder.read("out");
    return result;
}

/// Why a file can't be resumed; nothing when it was changed.
std::string refusal(const std::string& content)
{
    const test::scratch_folder folder;
    const auto path = folder.write("out", content);
    store::job_ledger ledger;
    const std::string message = message_of<store::output_error>([&] {
        const store::ndjson_output output{path, store::open_mode::resume, ledger};
    });
    return folder.read("out") == content && !folder.has("out~") ? message : "";
}

const std::string whole = line_of(1, outcome_kind::ok, 2) + line_of(2, outcome_kind::not_found);

}  // namespace

BOOST_AUTO_TEST_SUITE(ndjson_resume)

BOOST_AUTO_TEST_CASE(takes_a_line_for_whole_wherever_in_a_character_of_a_long_string_its_second_piece_begins)
{
    constexpr std::size_t read_at_once = 256 * 1024;
    const auto line_with = [](std::size_t padding) {
        outcome result;
        result.job = numbered_job(1);
        result.kind = outcome_kind::ok;
        result.http_status = 200;
        result.failed_files = {{std::string(padding, 'd'), "\n🙂" + std::string(9000, 'e')}};
        std::string line;
        store::append_line(line, result);
        return line;
    };
    const std::size_t place = line_with(0).find("🙂");
    for (std::size_t cut = 1; cut < 4; ++cut) {
        const auto line = line_with(read_at_once - place - cut);
        auto after = resume(line);
        BOOST_TEST((after.content == line));
        BOOST_TEST(after.note.empty(), after.note);
        BOOST_TEST((after.ledger.take(numbered_job(1)) == standing::ended));
    }
}

BOOST_AUTO_TEST_CASE(reads_back_every_kind_that_is_written)
{
    std::string content;
    for (std::size_t i = 0; i < outcome_kind_count; ++i)
        if (static_cast<outcome_kind>(i) != outcome_kind::invalid_job_id)
            content += line_of(i, static_cast<outcome_kind>(i), 3);
    store::append_invalid_line(content, "no \"uuid\"", "line 7");

    resumed result = resume(content);

    for (std::size_t i = 0; i < outcome_kind_count; ++i) {
        const auto kind = static_cast<outcome_kind>(i);
        BOOST_TEST(result.ledger.ended()[i] == (has_ended(kind) ? 1u : 0u));
        if (kind != outcome_kind::invalid_job_id)
            BOOST_TEST((result.ledger.take(numbered_job(i)) == standing::ended) == has_ended(kind));
    }
    BOOST_TEST((result.ledger.take_invalid("no \"uuid\"") == standing::ended));
    BOOST_TEST(result.ledger.failed_files() == 3u);
    BOOST_TEST(result.content == content);
    BOOST_TEST(result.note.empty());
}

BOOST_AUTO_TEST_CASE(starts_a_missing_and_an_empty_file)
{
    const test::scratch_folder folder;
    store::job_ledger ledger;
    store::ndjson_output output{folder.path("new"), store::open_mode::resume, ledger};
    output.close();

    BOOST_TEST(folder.has("new"));
    BOOST_TEST(resume("").content.empty());
    BOOST_TEST(ledger.ended_count() == 0u);
}

BOOST_AUTO_TEST_CASE(lets_a_job_that_was_fetched_again_count_by_its_last_line)
{
    resumed result =
        resume(line_of(1, outcome_kind::timeout) + line_of(1, outcome_kind::ok, 2) + line_of(2, outcome_kind::ok, 1) +
               line_of(3, outcome_kind::ok, 5) + line_of(2, outcome_kind::protocol) + line_of(3, outcome_kind::ok, 4));

    BOOST_TEST(result.ledger.ended_count() == 2u);
    BOOST_TEST(result.ledger.failed_files() == 6u);
    BOOST_TEST((result.ledger.take(numbered_job(1)) == standing::ended));
    BOOST_TEST((result.ledger.take(numbered_job(2)) == standing::fresh));
    BOOST_TEST((result.ledger.take(numbered_job(3)) == standing::ended));
}

BOOST_AUTO_TEST_CASE(cuts_a_last_line_that_is_torn_at_any_byte)
{
    const std::vector<std::string> last_lines{line_of(3, outcome_kind::ok, 2), line_of(3, outcome_kind::validation),
                                              line_of(3, outcome_kind::server_error)};
    for (const std::string& last : last_lines)
        for (std::size_t size = 1; size + 1 < last.size(); ++size) {
            const resumed result = resume(whole + last.substr(0, size));
            BOOST_TEST(result.content == whole);
            BOOST_TEST(result.ledger.ended_count() == 2u);
            BOOST_TEST(contains(result.note, "cut a torn last line of " + std::to_string(size) + " bytes"));
        }
}

BOOST_AUTO_TEST_CASE(cuts_a_torn_first_line) { BOOST_TEST(resume(whole.substr(0, 30)).content.empty()); }

BOOST_AUTO_TEST_CASE(ends_a_last_line_that_lacks_its_line_break_alone)
{
    const resumed result = resume(whole.substr(0, whole.size() - 1));

    BOOST_TEST(result.content == whole);
    BOOST_TEST(result.ledger.ended_count() == 2u);
}

BOOST_AUTO_TEST_CASE(cuts_the_zeros_that_a_power_loss_leaves_at_the_end)
{
    const std::string zeros(5'000, '\0');

    BOOST_TEST(resume(whole + zeros).content == whole);
    BOOST_TEST(resume(whole + line_of(3, outcome_kind::ok).substr(0, 40) + zeros).content == whole);
    BOOST_TEST(contains(refusal(whole + zeros + "\n"), "corrupt at line 3 (it holds zero bytes)"));
    BOOST_TEST(contains(refusal(whole + zeros + whole), "corrupt at line 3 (it holds zero bytes)"));
    BOOST_TEST(contains(refusal(zeros), "no output of jobaudit"));
}

BOOST_AUTO_TEST_CASE(refuses_a_file_that_is_corrupt_in_the_middle)
{
    const std::string last = line_of(9, outcome_kind::ok);
    const std::string job = numbered_job(3).to_string();
    const std::vector<std::pair<std::string, std::string>> cases{
        {"\n", "it is blank"},
        {line_of(3, outcome_kind::ok).substr(0, 50) + "\n", "it is cut short"},
        {line_of(3, outcome_kind::ok).substr(0, 30) + last, "it is not JSON"},
        {"{\"job_id\":\"" + job + "\",\"outcome\":\"fine\",\"attempts\":1,\"elapsed_ms\":1.0,\"message\":\"\"}\n",
         "its outcome is unknown"},
        {"{\"job_id\":\"x\",\"outcome\":\"tls\",\"attempts\":1,\"elapsed_ms\":1.0,\"message\":\"\"}\n",
         "its job_id is no UUID"},
        {"{\"job_id\":\"" + job + "\",\"outcome\":\"tls\",\"elapsed_ms\":1.0,\"message\":\"\"}\n",
         "it has no field attempts"},
        {"{\"job_id\":\"" + job + "\",\"outcome\":\"ok\",\"attempts\":1,\"elapsed_ms\":1.0}\n",
         "it has no field failed_files"},
        {"{\"job_id\":\"" + job +
             "\",\"outcome\":\"tls\",\"attempts\":1,\"elapsed_ms\":1.0,\"failed_files\":[],\"message\":\"\"}"
             "\n",
         "does not go with its outcome"},
        {"{\"outcome\":\"tls\",\"job_id\":\"" + job + "\"}\n", "it does not begin with {\"job_id\":\""},
        {"{\"job_id\":\"" + job + "\",\"attempts\":1,\"outcome\":\"tls\"}\n", "its field outcome is out of order"},
        {"{\"job_id\":\"" + job + "\",\"outcome\":5}\n", "its field outcome holds a value of the wrong type"},
        {"{\"job_id\":\"" + job + "\",\"outcome\":{}}\n", "its field outcome holds a value of the wrong type"},
        {"{\"job_id\":\"" + job + "\",\"outcome\":\"tls\",\"x\":1}\n", "it has an unknown field"},
        {"{\"job_id\":\"" + job +
             "\",\"outcome\":\"ok\",\"attempts\":1,\"elapsed_ms\":1.0,\"failed_files\":[{\"document\":\"\"}]}"
             "\n",
         "a record in failed_files lacks a field"},
        {"{\"job_id\":\"" + job + "\",\"outcome\":\"ok\",\"attempts\":1,\"elapsed_ms\":1.0,\"failed_files\":[5]}\n",
         "its field failed_files holds"},
        {last.substr(0, last.size() - 1) + " x\n", "something follows its JSON object"},
        {last.substr(0, last.size() - 1) + last, "something follows its JSON object"},
    };
    for (const auto& [bad, problem] : cases) {
        const std::string message = refusal(whole + bad + last);
        BOOST_TEST(contains(message, "corrupt at line 3 ("), message);
        BOOST_TEST(contains(message, problem), message + " / " + problem);
        BOOST_TEST(contains(message, "Nothing was changed in it."));
    }
}

BOOST_AUTO_TEST_CASE(refuses_a_file_that_is_none_of_ours)
{
    const std::vector<std::string> files{"some notes\n",
                                         "some notes",
                                         "{\"job_id\":1",
                                         "{\"name\":\"x\"}\n",
                                         "{\"name\":\"x\"}",
                                         "{\n  \"job_id\": \"\"\n}\n",
                                         "[]",
                                         "   ",
                                         "\n",
                                         "\x7F"
                                         "ELF\x02\x01",
                                         numbered_job(1).to_string() + "\n"};
    for (const std::string& file : files)
        BOOST_TEST(contains(refusal(file), "it is no output of jobaudit (line 1: "), file);
}

BOOST_AUTO_TEST_CASE(reads_a_line_of_many_megabytes)
{
    const std::string large = line_of(3, outcome_kind::ok, 200'000);

    const resumed result = resume(large + whole);

    BOOST_TEST(result.ledger.failed_files() == 200'002u);
    BOOST_TEST((resume(whole + large.substr(0, large.size() - 3)).content == whole));
}

BOOST_AUTO_TEST_CASE(survives_a_kill_after_any_number_of_bytes)
{
    std::string content;
    for (std::uint64_t job = 0; job < 20; ++job)
        content += line_of(job, outcome_kind::ok, job % 3);

    // What a killed run leaves is a front of what it would have written; each resumed run writes what is
    // missing.
    std::size_t lost = 0;
    for (std::size_t size = 0; size <= content.size(); size += 13) {
        const test::scratch_folder folder;
        const auto path = folder.write("out", content.substr(0, size));
        store::job_ledger ledger;
        store::ndjson_output output{path, store::open_mode::resume, ledger};
        for (std::uint64_t job = 0; job < 20; ++job)
            if (ledger.take(numbered_job(job)) == standing::fresh) {
                outcome result;
                result.job = numbered_job(job);
                result.kind = outcome_kind::ok;
                result.http_status = 200;
                result.attempts = 1;
                result.failed_files.assign(job % 3, {"document \"é\"", "error\n"});
                output.write(result);
            }
        output.close();
        lost += folder.read("out") == content ? 0u : 1u;
    }
    BOOST_TEST(lost == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
