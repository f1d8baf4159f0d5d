// A list of jobs reads the same from a file, from a pipe that gives it in pieces, and in calls of any size; each job is
// given once, and a list that is written of the jobs is read as the same jobs, in whichever format.
#include "store/input/job_file.hpp"

#include "fuzz/chosen_input.hpp"
#include "fuzz/printable.hpp"
#include "fuzz/require.hpp"
#include "fuzz/targets.hpp"
#include "fuzz/text_source.hpp"

#include <array>
#include <set>
#include <string>
#include <vector>

namespace jobaudit::fuzz {
namespace {

using store::job_file;
using store::job_ledger;

struct invalid_entry {
    std::string text;
    std::string where;
    std::uint64_t number = 0;

    friend bool operator==(const invalid_entry&, const invalid_entry&) = default;
};

struct reading {
    std::vector<job_id> jobs;
    std::vector<invalid_entry> invalid;
    std::uint64_t duplicates = 0;
    std::uint64_t resumed = 0;
    bool failed = false;

    friend bool operator==(const reading&, const reading&) = default;
};

void read_all(job_file& from, std::size_t at_a_time, reading& into)
{
    std::vector<job_id> batch(at_a_time);
    while (const auto count = from.read(batch)) {
        require(count <= at_a_time, "no more is given than there is room for");
        into.jobs.insert(into.jobs.end(), batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(count));
    }
    const auto counts = from.counts();
    require(counts.given == into.jobs.size(), "what is given is counted");
    require(counts.invalid == into.invalid.size(), "what is invalid is counted");
    into.duplicates = counts.duplicates;
    into.resumed = counts.resumed;
    require(from.failure().empty(), "a file that was read to its end has not failed");
}

reading read(const text_source& source, std::size_t at_a_time, job_ledger& ledger)
{
    reading result;
    try {
        job_file file{source.path(), ledger, [&](const store::invalid_line& line) {
                          result.invalid.push_back({std::string{line.text}, std::string{line.where}, line.number});
                      }};
        read_all(file, at_a_time, result);
    } catch (const store::input_error& error) {
        require(*error.what() != '\0', "an error says what is wrong");
        result = {};
        result.failed = true;
    }
    return result;
}

reading read(const text_source& source, std::size_t at_a_time)
{
    job_ledger ledger;
    return read(source, at_a_time, ledger);
}

void check_entries(const reading& what)
{
    require(std::set<job_id>(what.jobs.begin(), what.jobs.end()).size() == what.jobs.size(), "a job is given once");
    std::set<std::string> texts;
    std::uint64_t last = 0;
    for (const auto& entry : what.invalid) {
        require(texts.insert(entry.text).second, "an invalid text is told of once");
        require(!entry.text.empty() && entry.text.size() < 256 && is_plain_utf8(entry.text),
                "an invalid text can be printed");
        // A list in JSON may hold several in one line.
        require(entry.number >= last, "entries come in the order of their lines");
        require(entry.where == "line " + std::to_string(entry.number), "an entry names its line");
        last = entry.number;
    }
}

void check_resumed(const text_source& source, const reading& whole)
{
    job_ledger ledger;
    std::vector<job_id> rest;
    for (std::size_t i = 0; i < whole.jobs.size(); ++i)
        if (i % 2 == 0)
            ledger.record(whole.jobs[i], outcome_kind::ok, 1);
        else
            rest.push_back(whole.jobs[i]);
    for (const auto& entry : whole.invalid)
        ledger.record_invalid(entry.text);
    const auto again = read(source, 64, ledger);
    require(again.jobs == rest && again.invalid.empty(), "what an earlier run ended is not given again");
    require(again.resumed == whole.jobs.size() - rest.size() + whole.invalid.size(), "what was ended is counted");
    require(again.duplicates == whole.duplicates, "duplicates are counted as in the earlier run");
}

struct notation {
    std::string_view heading;
    std::string_view before;
    std::string_view behind;
};

constexpr std::array notations{
    notation{"", "", "\n"},
    notation{"\xEF\xBB\xBF# a list\r\n", " ", "\t\r\n"},
    notation{"name,job_id\n", "\"a\"\"\n,b\",", "\n"},
    notation{"ID;x\r\n", "\"", "\";\r\n"},
    notation{"", R"({"id":1,"job_id":")", "\"}\n"},
};

void check_rewritten(const std::vector<job_id>& jobs, const notation& in)
{
    if (jobs.empty())
        return;
    std::string text{in.heading};
    for (const auto& job : jobs)
        text.append(in.before).append(job.to_string()).append(in.behind);
    const auto again = read(text_source{text}, 64);
    require(!again.failed && again.jobs == jobs && again.invalid.empty(), "a list that is written is read");
}

}  // namespace

int fuzz_job_file(std::string_view bytes)
{
    const chosen_input input{bytes};
    const text_source file{input.text()};
    const auto whole = read(file, 64);
    check_entries(whole);
    require(read(file, 1) == whole, "the size of the calls does not matter");
    // Of a binary file, which fails, as much is given as was read before.
    if (input.text().find('\0') == std::string_view::npos)
        for (const auto& split : input.splits())
            require(read(text_source{split}, 64) == whole, "a pipe gives the same as a file");
    if (whole.failed)
        return 0;
    check_resumed(file, whole);
    check_rewritten(whole.jobs, notations[input.number() % notations.size()]);
    return 0;
}

}  // namespace jobaudit::fuzz
