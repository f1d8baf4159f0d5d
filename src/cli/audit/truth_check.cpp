#include "cli/audit/truth_check.hpp"

#include "cli/failure.hpp"
#include "cli/options/quantities.hpp"

#include "store/compression/compression.hpp"
#include "store/input/input_error.hpp"
#include "store/output/open_output.hpp"
#include "store/output/outcome_source.hpp"

#include <boost/json/parse.hpp>

#include <fstream>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace jobaudit::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t most_differences = 20;

struct audited_job {
    job_id job;
    std::string outcome;
    std::vector<failed_file> failed_files;
};

std::string text_of(const json::object& object, std::string_view name)
{
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

std::vector<failed_file> failed_files_of(const json::object& line)
{
    std::vector<failed_file> files;
    if (const auto* list = line.if_contains("failed_files"); list != nullptr && list->is_array())
        for (const auto& each : list->get_array())
            if (each.is_object())
                files.push_back({text_of(each.get_object(), "document"), text_of(each.get_object(), "error")});
    return files;
}

std::optional<audited_job> read_line(const std::string& line)
{
    boost::system::error_code error;
    const auto value = json::parse(line, error);
    if (error || !value.is_object())
        return std::nullopt;
    const auto& object = value.get_object();
    const auto job = job_id::parse(text_of(object, "job_id"));
    if (!job)
        return std::nullopt;
    return audited_job{*job, text_of(object, "outcome"), failed_files_of(object)};
}

/// Empty: all is right.
std::string difference(const audited_job& audited, const emulator::job_truth& truth)
{
    if (audited.outcome != to_string(truth.kind))
        return "the audit says " + audited.outcome + ", the truth is " + std::string{to_string(truth.kind)};
    if (audited.failed_files.size() != truth.failed_files.size())
        return "the audit has " + counted(audited.failed_files.size(), "failed file", "failed files") +
               ", the truth has " + to_text(truth.failed_files.size());
    if (audited.failed_files != truth.failed_files)
        return "its failed files differ from the truth";
    return {};
}

class comparison {
public:
    explicit comparison(const emulator::emulator& server) : server_{server} {}

    /// The next job of the output; nothing where it can't be read.
    void add(const std::optional<audited_job>& audited)
    {
        ++line_;
        if (!audited)
            return note("line " + to_text(line_) + " of the output can't be read");
        auto& last = lines_[audited->job];
        // A later line of a resumed run replaces one that says why the job could not be fetched, and no other.
        if (last.is_final)
            note(audited->job.to_string() + ": stands in the output more than once as final");
        const auto kind = parse_outcome_kind(audited->outcome);
        last = {difference(*audited, server_.truth(audited->job)), kind && has_ended(*kind)};
    }

    [[nodiscard]] truth_check finish()
    {
        check_.jobs = server_.jobs();
        auto strangers = lines_.size();
        for (std::uint64_t i = 0; i < check_.jobs; ++i) {
            const auto job = server_.job(i);
            const auto found = lines_.find(job);
            if (found == lines_.end()) {
                note(job.to_string() + ": missing in the output");
                continue;
            }
            --strangers;
            if (!found->second.wrong.empty())
                note(job.to_string() + ": " + found->second.wrong);
            else
                ++check_.right;
        }
        if (strangers > 0)
            note("the output holds " + counted(strangers, "job that was", "jobs that were") + " not asked for");
        return std::move(check_);
    }

private:
    struct last_line {
        std::string wrong;  // empty: nothing is
        bool is_final = false;
    };

    void note(std::string text)
    {
        if (check_.differences.size() < most_differences)
            check_.differences.push_back(std::move(text));
        else
            ++check_.other_differences;
    }

    const emulator::emulator& server_;
    truth_check check_;
    std::uint64_t line_ = 0;
    std::unordered_map<job_id, last_line> lines_;
};

/// Hears of the jobs in a database or a compressed file.
class stored_jobs final : public store::outcome_visitor {
public:
    explicit stored_jobs(comparison& with_truth) : with_truth_{with_truth} {}

    void on_failed_file(std::string_view document, std::string_view error) override
    {
        files_.push_back({std::string{document}, std::string{error}});
    }

    void on_job(const store::outcome_line& line) override
    {
        const auto job = job_id::parse(line.job);
        auto files = std::exchange(files_, {});
        with_truth_.add(job ? std::optional{audited_job{*job, std::string{to_string(line.kind)}, std::move(files)}}
                            : std::nullopt);
    }

private:
    comparison& with_truth_;
    std::vector<failed_file> files_;
};

}  // namespace

truth_check check_truth(const std::string& path, const emulator::emulator& server)
{
    if (store::is_database_name(path) || store::compression_of_name(path) != store::compression::none) {
        comparison with_truth{server};
        stored_jobs jobs{with_truth};
        store::open_outcomes(path)->read(jobs);
        return with_truth.finish();
    }
    std::ifstream file{path, std::ios::binary};
    if (!file)
        throw failure{exit_code::output_failed, "\"" + path + "\" cannot be read back"};
    comparison with_truth{server};
    for (std::string line; std::getline(file, line);)
        with_truth.add(read_line(line));
    return with_truth.finish();
}

}  // namespace jobaudit::cli
