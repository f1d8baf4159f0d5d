// A body reads the same in one piece and in many, and as Boost.JSON's own tree of it says.
#include "protocol/failed_files_reader.hpp"

#include "fuzz/chosen_input.hpp"
#include "fuzz/json_problem.hpp"
#include "fuzz/require.hpp"
#include "fuzz/surrogates.hpp"
#include "fuzz/targets.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <optional>
#include <string>
#include <vector>

namespace jobaudit::fuzz {
namespace {

namespace json = boost::json;
using protocol::failed_files_reader;

using records = std::vector<failed_file>;

std::string_view text_of(const json::value& value) { return {value.get_string().data(), value.get_string().size()}; }

std::string meaning(std::string_view json)
{
    boost::system::error_code error;
    const auto value = json::parse('"' + std::string{json} + '"', error);
    require(!error && value.is_string(), "a string's JSON is the inside of a string");
    return std::string{text_of(value)};
}

void check_json(std::string_view json, const failed_file& record)
{
    boost::system::error_code error;
    const auto value = json::parse({json.data(), json.size()}, error);
    require(!error && value.is_object() && value.get_object().size() == 2, "a record's JSON is an object of two");
    const auto* document = value.get_object().if_contains("document");
    const auto* reason = value.get_object().if_contains("error");
    require(document != nullptr && text_of(*document) == record.document, "with the same document");
    require(reason != nullptr && text_of(*reason) == record.error, "and the same error");
}

class recording_records final : public protocol::record_consumer {
public:
    explicit recording_records(bool needs_texts) : needs_texts_{needs_texts} {}

    void on_records(std::span<const failed_file_view> passed) override
    {
        require(!passed.empty(), "no call without records");
        for (const auto& record : passed) {
            got.push_back({text(record.document, record.document_json), text(record.error, record.error_json)});
            if (!record.json.empty())
                check_json(record.json, got.back());
        }
    }

    [[nodiscard]] bool needs_texts() const noexcept override { return needs_texts_; }

    records got;

private:
    [[nodiscard]] std::string text(std::string_view text, std::string_view json) const
    {
        if (json.data() == nullptr)
            return std::string{text};
        auto meant = meaning(json);
        require(!needs_texts_ || meant == text, "a text is what its JSON means");
        return meant;
    }

    bool needs_texts_;
};

struct reading {
    records got;
    std::uint64_t count = 0;
    error_code error;
    std::string problem;
};

bool is_malformed(const reading& what)
{
    return what.problem == not_well_formed || what.problem == "more stands behind the JSON object" ||
           what.problem == "the JSON ends before its object is complete" || what.problem == "the body is empty";
}

bool operator==(const reading& a, const reading& b)
{
    return a.got == b.got && a.count == b.count && a.error == b.error && is_same_problem(a.problem, b.problem);
}

reading read(failed_files_reader& reader, const pieces& body, bool needs_texts = true)
{
    recording_records consumer{needs_texts};
    reader.begin(consumer);
    reading result;
    for (const auto piece : body) {
        const own_bytes shown{piece};
        const auto error = reader.write(shown.view());
        require(!result.error || error == result.error, "an error stays");
        result.error = error;
    }
    const auto at_end = reader.finish();
    require(!result.error || at_end == result.error, "an error stays to the end");
    result = {consumer.got, reader.records(), at_end, reader.problem()};
    require(result.error.failed() == !result.problem.empty(), "an error, and nothing else, has a problem");
    require(result.count == result.got.size(), "all records are passed on, and counted");
    return result;
}

failed_files_reader::limits limits_of(const chosen_input& input)
{
    return {input.chooses(0) ? 4U : 64U, input.chooses(1) ? 24U : 16U * 1024 * 1024};
}

/// The tree of `body`; nothing where that is no JSON.
std::optional<json::value> tree_of(std::string_view body, std::size_t depth)
{
    json::parse_options options;
    options.max_depth = depth;
    boost::system::error_code error;
    auto tree = json::parse({body.data(), body.size()}, error, {}, options);
    if (error)
        return std::nullopt;
    return tree;
}

std::optional<failed_file> record_in(const json::value& element)
{
    const auto* object = element.if_object();
    if (object == nullptr)
        return std::nullopt;
    const auto* document = object->if_contains("document");
    const auto* error = object->if_contains("error");
    if (document == nullptr || !document->is_string() || error == nullptr || !error->is_string())
        return std::nullopt;
    return failed_file{std::string{text_of(*document)}, std::string{text_of(*error)}};
}

/// What a tree says; nothing where it is no list of failed files.
std::optional<records> records_in(const json::value& tree)
{
    const auto* object = tree.if_object();
    const auto* list = object == nullptr ? nullptr : object->if_contains("failed_files");
    if (list == nullptr || !list->is_array())
        return std::nullopt;
    records result;
    for (const auto& element : list->get_array()) {
        const auto record = record_in(element);
        if (!record)
            return std::nullopt;
        result.push_back(*record);
    }
    return result;
}

// A tree holds each key once, and so does what is written of it: there the reader and the tree must agree wholly.
// (Boost writes numbers beyond a double's range in words, which are no JSON.)
void check_rewritten(failed_files_reader& reader, const json::value& tree, std::size_t depth)
{
    const auto text = json::serialize(tree);
    if (!tree_of(text, depth))
        return;
    const auto expected = records_in(tree);
    const auto again = read(reader, {text});
    require(!expected || !again.error || is_for_a_limit(again.problem), "what the tree finds right is accepted");
    require(again.error || (expected && again.got == *expected), "what is accepted is what the tree holds");
}

void check_against_tree(failed_files_reader& reader, const reading& whole, const chosen_input& input)
{
    if (is_for_a_limit(whole.problem))
        return;
    const auto tree = tree_of(with_whole_surrogates(input.text()), limits_of(input).depth);
    require(!tree || !is_malformed(whole), "what is no JSON to the reader is none to the tree");
    require(tree || whole.error, "what is no JSON to the tree is none to the reader");
    if (!tree)
        return;
    require(whole.error || records_in(*tree) == whole.got, "the reader finds the records that the tree holds");
    check_rewritten(reader, *tree, limits_of(input).depth);
}

}  // namespace

int fuzz_failed_files(std::string_view bytes)
{
    const chosen_input input{bytes};
    failed_files_reader reader{limits_of(input)};
    const auto whole = read(reader, {input.text()});
    require(read(reader, {input.text()}, false) == whole, "who needs no texts gets the same");
    for (const auto& split : input.splits())
        require(read(reader, split) == whole, "pieces give the same as the whole");
    check_against_tree(reader, whole, input);
    require(read(reader, {input.text()}) == whole, "a reader that has read others reads as a fresh one");
    return 0;
}

}  // namespace jobaudit::fuzz
