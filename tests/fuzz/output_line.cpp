// A line that the output may hold reads the same in one piece and in many, as Boost.JSON's tree of it says, and once it
// is written again; a line that is written is always accepted.
#include "store/output/outcome_line_reader.hpp"

#include "fuzz/chosen_input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/targets.hpp"
#include "store/output/ndjson_line.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace jobaudit::fuzz {
namespace {

namespace json = boost::json;
using store::outcome_line;
using store::outcome_line_reader;

struct records final : store::outcome_line_visitor {
    void on_failed_file(std::string_view document, std::string_view error) override
    {
        list.push_back({std::string{document}, std::string{error}});
    }

    std::vector<failed_file> list;
};

struct reading {
    bool accepted = false;  // as a whole line or as the front of one
    bool complete = false;
    outcome_line line;  // of a complete one
    std::string problem;
    std::vector<failed_file> failed_files;
};

bool operator==(const reading& a, const reading& b)
{
    return a.accepted == b.accepted && a.complete == b.complete && a.line.job == b.line.job &&
           a.line.kind == b.line.kind && a.line.failed_files == b.line.failed_files && a.problem == b.problem &&
           a.line.message == b.line.message && a.line.workflow_name == b.line.workflow_name &&
           a.failed_files == b.failed_files;
}

/// Read as a report does, with all that is in it, and as a resumed run does.
reading read(const pieces& line)
{
    records found;
    outcome_line_reader reader{&found};
    outcome_line_reader brief;
    reading result{true, false, {}, {}, {}};
    reader.start();
    brief.start();
    for (const auto piece : line) {
        const own_bytes shown{piece};
        result.accepted = reader.feed(shown.view());
        require(brief.feed(shown.view()) == result.accepted, "who keeps less reads the same");
        if (!result.accepted)
            break;
    }
    result.complete = result.accepted && reader.complete();
    if (result.complete)
        result.line = reader.line();
    result.problem = reader.problem();
    result.failed_files = std::move(found.list);
    require(result.accepted == result.problem.empty(), "what is refused, and nothing else, has a problem");
    return result;
}

std::string text_of(const json::value& value) { return {value.as_string().data(), value.as_string().size()}; }

outcome outcome_in(const json::object& line, const outcome_line& read)
{
    outcome result;
    result.kind = read.kind;
    result.job = job_id::parse(read.job).value_or(job_id{});
    result.attempts = 1;
    if (const auto* list = line.if_contains("failed_files"); list != nullptr && list->is_array())
        for (const auto& record : list->as_array())
            result.failed_files.push_back({text_of(record.at("document")), text_of(record.at("error"))});
    if (const auto* message = line.if_contains("message"))
        result.message = text_of(*message);
    return result;
}

std::string written(const outcome& result, std::string_view invalid_text)
{
    std::string line;
    if (result.kind == outcome_kind::invalid_job_id)
        store::append_invalid_line(line, invalid_text, "line 7");
    else
        store::append_line(line, result);
    require(line.find('\n') == line.size() - 1, "a line has one line break, at its end");
    line.pop_back();
    return line;
}

bool same_job(const outcome_line& a, const outcome_line& b)
{
    const auto job = job_id::parse(a.job);
    return job ? job == job_id::parse(b.job) : a.job == b.job;
}

void check_order(const json::object& line)
{
    static constexpr std::array<std::string_view, 13> order{
        "job_id",     "outcome",     "http_status",   "attempts",   "elapsed_ms", "failed_files", "message",
        "validation", "workflow_id", "workflow_name", "job_status", "created_at", "runtime"};
    auto next = order.begin();
    for (const auto& member : line) {
        next = std::find(next, order.end(), std::string_view{member.key().data(), member.key().size()});
        require(next != order.end(), "the keys of a line are known ones, in their order, each once");
        ++next;
    }
}

void check_complete(const reading& found, std::string_view text)
{
    const auto& line = found.line;
    boost::system::error_code error;
    const auto tree = json::parse({text.data(), text.size()}, error);
    require(!error && tree.is_object(), "an accepted line is one JSON object");
    const auto& object = tree.get_object();
    check_order(object);
    require(text_of(object.at("job_id")) == line.job, "the tree has the same job");
    require(text_of(object.at("outcome")) == to_string(line.kind), "the tree has the same outcome");
    const auto result = outcome_in(object, line);
    require(result.failed_files.size() == line.failed_files, "the tree has as many failed files");
    require(result.failed_files == found.failed_files, "the tree has the same failed files");

    const auto again = read({written(result, line.job)});
    require(again.complete && same_job(again.line, line) && again.line.kind == line.kind &&
                again.line.failed_files == line.failed_files,
            "a line that is written again says the same");
}

void check_reading(const chosen_input& input)
{
    const auto whole = read({input.text()});
    for (const auto& split : input.splits())
        require(read(split) == whole, "pieces give the same as the whole");
    if (!whole.complete)
        return;
    const auto text = input.text();
    const auto front = text.substr(0, text.size() * input.number() / 256);
    const bool only_blanks_lack = text.find_first_not_of(" \t\r\n", front.size()) == std::string_view::npos;
    require(read({front}).complete == only_blanks_lack, "a torn line is not taken for a whole one");
    check_complete(whole, text);
}

/// The text up to the next `|`, which it removes with it.
std::string take_part(std::string_view& text)
{
    const auto end = std::min(text.find('|'), text.size());
    const std::string part{text.substr(0, end)};
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
}

outcome outcome_of(const chosen_input& input)
{
    auto text = input.text();
    outcome result;
    result.kind = static_cast<outcome_kind>(input.number() % outcome_kind_count);
    result.http_status = input.chooses(1) ? 200 : 0;
    result.elapsed = std::chrono::nanoseconds{input.number() * 7'654'321};
    result.message = take_part(text);
    while (!text.empty()) {
        auto first = take_part(text);
        auto second = take_part(text);
        if (result.kind == outcome_kind::ok)
            result.failed_files.push_back({std::move(first), std::move(second)});
        else
            result.validation.push_back({{first, std::int64_t{-7}}, first, second});
    }
    return result;
}

// Texts of any bytes, invalid UTF-8 among them.
void check_writing(const chosen_input& input)
{
    const auto result = outcome_of(input);
    const auto line = written(result, std::string_view{result.message}.substr(0, 200));
    const auto whole = read({line});
    require(whole.complete && whole.line.kind == result.kind && whole.line.failed_files == result.failed_files.size(),
            "what is written is accepted");
    require(result.kind == outcome_kind::invalid_job_id || whole.line.job == result.job.to_string(),
            "what is written names its job");
    check_complete(whole, line);
}

}  // namespace

int fuzz_output_line(std::string_view bytes)
{
    const chosen_input input{bytes};
    if (input.chooses(0))
        check_writing(input);
    else
        check_reading(input);
    return 0;
}

}  // namespace jobaudit::fuzz
