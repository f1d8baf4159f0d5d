// The list of jobs reads the same in one piece and in many, and as Boost.JSON's own tree of it says.
#include "protocol/job_list_reader.hpp"

#include "fuzz/chosen_input.hpp"
#include "fuzz/json_problem.hpp"
#include "fuzz/require.hpp"
#include "fuzz/surrogates.hpp"
#include "fuzz/targets.hpp"

#include <boost/json/parse.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace jobaudit::fuzz {
namespace {

namespace json = boost::json;
using protocol::job_list_reader;

class recording_jobs final : public protocol::job_list_consumer {
public:
    void on_job(const job_information& job) override { jobs.push_back(job); }

    std::vector<job_information> jobs;
};

struct reading {
    std::vector<job_information> jobs;
    error_code error;
    std::string problem;
};

bool operator==(const reading& a, const reading& b)
{
    return a.jobs == b.jobs && a.error == b.error && is_same_problem(a.problem, b.problem);
}

reading read(job_list_reader& reader, const pieces& body)
{
    recording_jobs consumer;
    reader.begin(consumer);
    error_code first;
    for (const auto piece : body) {
        const own_bytes shown{piece};
        const auto error = reader.write(shown.view());
        require(!first || error == first, "an error stays");
        first = error;
    }
    const auto at_end = reader.finish();
    require(!first || at_end == first, "an error stays to the end");
    require(at_end.failed() == !reader.problem().empty(), "an error, and nothing else, has a problem");
    require(reader.jobs() == consumer.jobs.size(), "all jobs are passed on, and counted");
    return {std::move(consumer.jobs), at_end, reader.problem()};
}

job_list_reader::limits limits_of(const chosen_input& input)
{
    return {input.chooses(0) ? 4U : 64U, input.chooses(1) ? 48U : 64U * 1024};
}

std::string text_of(const json::object& object, std::string_view name)
{
    const auto* value = object.if_contains({name.data(), name.size()});
    const auto* text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string{} : std::string{text->data(), text->size()};
}

std::optional<job_information> job_in(const json::value& element)
{
    const auto* object = element.if_object();
    if (object == nullptr)
        return std::nullopt;
    const auto job = job_id::parse(text_of(*object, "id"));
    if (!job)
        return std::nullopt;
    return job_information{*job,
                           text_of(*object, "workflow_id"),
                           text_of(*object, "workflow_name"),
                           text_of(*object, "status"),
                           text_of(*object, "created_at"),
                           text_of(*object, "runtime")};
}

void check_against_tree(const reading& whole, const chosen_input& input)
{
    if (is_for_a_limit(whole.problem))
        return;
    json::parse_options options;
    options.max_depth = limits_of(input).depth;
    boost::system::error_code no_json;
    const auto text = with_whole_surrogates(input.text());
    const auto tree = json::parse({text.data(), text.size()}, no_json, {}, options);
    require(!no_json || whole.error, "what is no JSON to the tree is none to the reader");
    if (whole.error)
        return;
    const auto* list = tree.if_array();
    require(list != nullptr && list->size() == whole.jobs.size(), "what is accepted is an array of as many jobs");
    // A tree keeps the last of two fields of one name; so does the reader, but for an ID, which it refuses.
    for (std::size_t i = 0; i < list->size(); ++i) {
        const auto job = job_in((*list)[i]);
        require(job && job->job == whole.jobs[i].job, "a job has the ID that the tree holds");
        require(job->status == whole.jobs[i].status && job->created_at == whole.jobs[i].created_at,
                "a job has the fields that the tree holds");
    }
}

}  // namespace

int fuzz_job_list(std::string_view bytes)
{
    const chosen_input input{bytes};
    job_list_reader reader{limits_of(input)};
    const auto whole = read(reader, {input.text()});
    for (const auto& split : input.splits())
        require(read(reader, split) == whole, "pieces give the same as the whole");
    check_against_tree(whole, input);
    require(read(reader, {input.text()}) == whole, "a reader that has read others reads as a fresh one");
    return 0;
}

}  // namespace jobaudit::fuzz
