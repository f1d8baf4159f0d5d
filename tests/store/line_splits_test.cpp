// What a reader makes of a line does not depend on where the line was cut: neither in a character of several bytes, nor
// in an escape, nor in a number. How a parser hands over a string that came in parts changes between versions of Boost.
#include "protocol/every_split.hpp"
#include "store/input/entry_format.hpp"
#include "store/input/job_entry.hpp"
#include "store/input/json_document.hpp"
#include "store/output/outcome_line_reader.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace jobaudit;
using protocol::for_each_split;
using protocol::pieces;

constexpr const char* id = "0b1f2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";

std::string entries_of(store::entry_format& format, const pieces& line)
{
    std::string found;
    store::job_entry entry;
    const auto take = [&] {
        while (format.next(entry))
            found += (found.empty() ? "" : ", ") +
                     (entry.job ? "job " + entry.job->to_string() : "invalid " + entry.invalid);
    };
    for (std::string_view piece : line)
        for (; !piece.empty(); take())
            piece.remove_prefix(format.feed(piece));
    format.end_line();
    take();
    return found.empty() ? "nothing" : found;
}

void check_splits(std::unique_ptr<store::entry_format> format, const std::string& line, const std::string& expected)
{
    BOOST_TEST(entries_of(*format, {line}) == expected, line);
    for_each_split(line, [&](const pieces& split) { BOOST_TEST(entries_of(*format, split) == expected, line); });
}

std::string reading_of(store::outcome_line_reader& reader, const pieces& line)
{
    reader.start();
    for (const auto& piece : line)
        if (!reader.feed(piece))
            return reader.problem();
    if (!reader.complete())
        return "incomplete";
    const auto& read = reader.line();
    return read.job + ' ' + std::string{to_string(read.kind)} + ' ' + std::to_string(read.failed_files);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(line_splits)

BOOST_AUTO_TEST_CASE(give_the_same_job_from_ndjson)
{
    const auto line = [](const std::string& value) {
        return R"({"\u00dcÜ":"Ü中😀 \ud83d\ude00","n":-12.5e3,"job_id" : ")" + value + "\"}";
    };
    check_splits(store::make_ndjson_format(), line(id), std::string{"job "} + id);
    check_splits(store::make_ndjson_format(), line(R"(\u0030b1f2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d)"),
                 std::string{"job "} + id);
    check_splits(store::make_ndjson_format(), line("Übersicht"), "invalid Übersicht");
}

BOOST_AUTO_TEST_CASE(give_the_same_job_from_csv)
{
    const std::string line = "\"Ü \"\"中\"\", 😀\"," + std::string{id} + ",x";
    check_splits(store::make_csv_format({',', 1, 3}), line, std::string{"job "} + id);
    check_splits(store::make_csv_format({',', 0, 3}), line, "invalid Ü \"中\", 😀");
}

BOOST_AUTO_TEST_CASE(give_the_same_job_from_a_printed_table)
{
    const auto table = [] { return store::make_table_format({'|', 1, 2}); };
    check_splits(table(), " Ü | " + std::string{id} + " ", std::string{"job "} + id);
    check_splits(table(), "-----+-----", "nothing");
    check_splits(table(), "(12 rows)", "nothing");
    check_splits(table(), " # | 中", "invalid 中");
}

BOOST_AUTO_TEST_CASE(give_the_same_jobs_from_a_list)
{
    const auto list = [] { return std::make_unique<store::json_document>(store::id_column{}); };
    const std::string job = std::string{"job "} + id;
    const std::string value = '"' + std::string{id} + '"';
    check_splits(list(), R"([{"\"]":"Ü\u00dc}","job_id" : )" + value + "}, " + value + R"(,5,{"x":[{}]} ])",
                 job + ", " + job + R"(, invalid 5, invalid {"x":[{}]})");
    check_splits(list(), R"({"a":{"jobs":[1]},"jobs" : [{"id":)" + value + R"(}],"n":[1,"]"]})", job);
}

BOOST_AUTO_TEST_CASE(give_the_same_job_from_plain_lines)
{
    check_splits(store::make_plain_format(), std::string{"  "} + id + " ", std::string{"job "} + id);
    check_splits(store::make_plain_format(), "Ü 中", "invalid Ü 中");
    check_splits(store::make_plain_format(), "# Ü", "nothing");
    check_splits(store::make_plain_format(), "urn:uuid:" + std::string{id} + "; # Ü", std::string{"job "} + id);
}

BOOST_AUTO_TEST_CASE(give_the_same_reading_of_a_line_of_the_output)
{
    const std::string start = std::string{R"({"job_id":")"} + id + R"(","outcome":)";
    const std::vector<std::string> lines{
        start + R"("ok","http_status":200,"attempts":1,"elapsed_ms":12.3,"failed_files":[{"document":"Übersicht.pdf",)"
                R"("error":"中 \ud83d\ude00"},{"document":"","error":"\\😀"}]})",
        start + R"("validation","http_status":422,"attempts":1,"elapsed_ms":8.1,"message":"Ü","validation":)"
                R"([{"loc":["path",1],"msg":"Ü","type":"x"}]})",
        start + R"("not_found","http_status":404,"attempts":1,"elapsed_ms":8.1,"message":"Ü","ünknown":1})",
        start +
            R"("ok","http_status":200,"attempts":1,"elapsed_ms":12.3,"failed_files":[{"document":"Ü","error":"中"}],)"
            R"("message":"","validation":null,"workflow_id":null,"workflow_name":"Ü","job_status":"中",)"
            R"("created_at":null,"runtime":null})",
        start + R"("tls","http_status":null,"attempts":1,"elapsed_ms":8.1,"failed_files":null,"message":"Ü",)"
                R"("validation":null,"workflow_id":null,"workflow_name":null,"job_status":null,"created_at":null,)"
                R"("runtime":null})",
    };
    const std::vector<std::string> expected{std::string{id} + " ok 2", std::string{id} + " validation 0",
                                            "it has an unknown field", std::string{id} + " ok 1",
                                            std::string{id} + " tls 0"};
    store::outcome_line_reader reader;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        BOOST_TEST(reading_of(reader, {lines[i]}) == expected[i]);
        for_each_split(lines[i],
                       [&](const pieces& split) { BOOST_TEST(reading_of(reader, split) == expected[i], lines[i]); });
    }
}

BOOST_AUTO_TEST_SUITE_END()
