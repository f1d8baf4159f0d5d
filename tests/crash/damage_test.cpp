// Outputs that were cut or damaged at each byte, and what the program makes of them.
#include "crash/faulted_audit.hpp"

#include <algorithm>
#include <cstddef>

using namespace jobaudit::test;

namespace {

std::string without_line(const std::string& text, std::size_t number)
{
    std::size_t start = 0;
    while (--number > 0)
        start = text.find('\n', start) + 1;
    const auto end = text.find('\n', start);
    return text.substr(0, start) + (end == std::string::npos ? "" : text.substr(end + 1));
}

/// The number in `line 12`; 0 where there is none.
std::size_t named_line(const std::string& said)
{
    const auto at = said.find("line ");
    return at == std::string::npos ? 0 : std::strtoul(said.c_str() + at + 5, nullptr, 10);
}

/// What an audit left: the output and its checksums.
struct left_behind {
    std::string output;
    std::string checksums;

    explicit left_behind(const faulted_audit& audit)
        : output{audit.platform.folder.read("results.ndjson")}
        , checksums{audit.platform.folder.read("results.ndjson.sums")}
    {}

    void put_back(const faulted_audit& audit, const std::string& changed) const
    {
        audit.platform.folder.write("results.ndjson", changed);
        audit.platform.folder.write("results.ndjson.sums", checksums);
    }
};

/// Resumes a damaged output: it is mended, or refused until the user has removed each line that is named.
void resume_damaged(faulted_audit& audit, fault_row& row)
{
    for (int removals = 0; removals < 4; ++removals) {
        const auto before = audit.platform.folder.read("results.ndjson");
        const int result = audit.run({}, true);
        if (result == 0) {
            ++row.resumes;
            audit.count(row);
            return;
        }
        row.refused += removals == 0 ? 1U : 0U;
        BOOST_TEST(result == 5, audit.said);
        const auto number = named_line(audit.said);
        BOOST_TEST_REQUIRE(number > 0U, audit.said);
        BOOST_TEST((audit.platform.folder.read("results.ndjson") == before), "a refused file was changed");
        audit.platform.folder.write("results.ndjson", without_line(before, number));
    }
    BOOST_ERROR("removing the lines that are named leads nowhere: " + audit.said);
}

void flip_each_byte(faulted_audit& audit, fault_row& row)
{
    const left_behind left{audit};
    const std::size_t stride = is_full_run() ? 1 : 17;
    for (std::size_t i = 0; i < left.output.size(); i += stride) {
        auto damaged = left.output;
        damaged[i] = static_cast<char>(damaged[i] ^ (1 << i % 8));
        left.put_back(audit, damaged);
        ++row.places;
        resume_damaged(audit, row);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(damage)

BOOST_AUTO_TEST_CASE(a_file_cut_at_any_byte_is_gone_on_with)
{
    faulted_audit audit{{.jobs = 6, .records_per_job = 2}};
    BOOST_TEST_REQUIRE(audit.run({}) == 0);
    const left_behind left{audit};
    fault_row row{"cut at a byte"};
    for (std::size_t size = 0; size <= left.output.size(); size += is_full_run() ? 1 : 17) {
        left.put_back(audit, left.output.substr(0, size));
        ++row.places;
        audit.finish(row);
    }
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_in_a_finished_output_is_mended_or_refused)
{
    faulted_audit audit{{.jobs = 6, .records_per_job = 2}};
    BOOST_TEST_REQUIRE(audit.run({}) == 0);
    fault_row row{"a flipped bit in a byte of a finished output"};
    flip_each_byte(audit, row);
    BOOST_TEST(row.refused > 0U);
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_in_an_unfinished_output_is_mended_or_refused)
{
    faulted_audit audit{{.jobs = 6, .records_per_job = 2}};
    // Two whole lines and a torn one, with the checksums of all six.
    BOOST_TEST_REQUIRE(audit.run({}) == 0);
    const auto whole = audit.platform.folder.read("results.ndjson").size();
    audit.forget_output();
    BOOST_TEST_REQUIRE(audit.run({.kind = "kill-middle", .bytes = 16 + 6 * 8 + whole * 2 / 5}) == -SIGKILL);
    BOOST_TEST_REQUIRE(audit.platform.folder.read("results.ndjson").size() < whole);
    BOOST_TEST_REQUIRE(!audit.platform.folder.read("results.ndjson").empty());
    fault_row row{"a flipped bit in a byte of an unfinished output"};
    flip_each_byte(audit, row);
    BOOST_TEST(row.refused > 0U);
}

BOOST_AUTO_TEST_SUITE_END()
