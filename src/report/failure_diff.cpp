#include "report/failure_diff.hpp"

#include "grouping/reason_collector.hpp"
#include "report/document_table.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

namespace jobaudit::report {

namespace {

/// What is known of a document from both audits.
struct document_state {
    std::uint32_t error = 0;  // number of its last failure's error
    std::uint32_t workflow = 0;
    bool fails_in_older = false;
    bool fails_in_newer = false;
};

std::uint64_t& count_of(document_changes& changes, const document_state& state) noexcept
{
    if (!state.fails_in_older)
        return changes.appeared;
    return state.fails_in_newer ? changes.remained : changes.recovered;
}

/// Most failing documents first, then by name.
auto order_of(const document_changes& changes, std::string_view name)
{
    return std::tuple{-static_cast<std::int64_t>(changes.appeared), -static_cast<std::int64_t>(changes.remained),
                      -static_cast<std::int64_t>(changes.recovered), name};
}

/// Visits the older output, then the newer one.
class comparison final : public store::outcome_visitor {
public:
    void on_failed_file(std::string_view document, std::string_view error) override
    {
        const auto number = documents_.add(document);
        if (number == states_.size())
            states_.emplace_back();
        auto& state = states_[number];
        (is_newer_ ? state.fails_in_newer : state.fails_in_older) = true;
        state.error = errors_.add(document, error);
        of_job_.push_back(number);
    }

    void on_job(const store::outcome_line& job) override
    {
        const auto& key = job.workflow_id.empty() ? job.workflow_name : job.workflow_id;
        const auto [at, is_new] = workflows_.try_emplace(key, static_cast<std::uint32_t>(diff_.workflows.size()));
        if (is_new)
            diff_.workflows.push_back({job.workflow_id, job.workflow_name, {}});
        for (const auto document : std::exchange(of_job_, {}))
            states_[document].workflow = at->second;
        ++(is_newer_ ? diff_.newer_jobs : diff_.older_jobs);
        if (is_newer_ && job.kind != outcome_kind::ok)
            ++diff_.newer_without_list;
    }

    void begin_newer() noexcept { is_newer_ = true; }

    [[nodiscard]] failure_diff finish()
    {
        auto found = errors_.find();
        for (auto& each : found.reasons)
            diff_.reasons.push_back({std::move(each.text), each.family, {}});
        for (const auto& state : states_) {
            ++count_of(diff_.documents, state);
            ++count_of(diff_.reasons[found.of_number[state.error]].documents, state);
            ++count_of(diff_.workflows[state.workflow].documents, state);
        }
        const auto places = sort_reasons();
        documents_.for_each([&](std::uint32_t number, std::string_view name) {
            const auto& state = states_[number];
            auto& list = !state.fails_in_older  ? diff_.appeared
                         : state.fails_in_newer ? diff_.remained
                                                : diff_.recovered;
            list.push_back({std::string{name}, places[found.of_number[state.error]]});
        });
        std::erase_if(diff_.workflows, [](const changes_of_workflow& each) {
            const auto& [appeared, remained, recovered] = each.documents;
            return appeared + remained + recovered == 0;
        });
        std::ranges::sort(diff_.workflows, std::ranges::less{},
                          [](const auto& each) { return order_of(each.documents, each.name); });
        return std::move(diff_);
    }

private:
    /// For each reason as it was, where it stands now.
    std::vector<std::uint32_t> sort_reasons()
    {
        std::vector<std::uint32_t> order(diff_.reasons.size());
        for (std::uint32_t i = 0; i < order.size(); ++i)
            order[i] = i;
        std::ranges::sort(order, std::ranges::less{}, [this](std::uint32_t i) {
            return order_of(diff_.reasons[i].documents, diff_.reasons[i].text);
        });
        std::vector<changes_of_reason> sorted;
        std::vector<std::uint32_t> places(order.size());
        for (std::uint32_t i = 0; i < order.size(); ++i) {
            places[order[i]] = i;
            sorted.push_back(std::move(diff_.reasons[order[i]]));
        }
        diff_.reasons = std::move(sorted);
        return places;
    }

    failure_diff diff_;
    grouping::reason_collector errors_;  // one for both, so that a reason is the same in both
    document_table documents_;
    std::vector<document_state> states_;
    std::map<std::string, std::uint32_t> workflows_;
    std::vector<std::uint32_t> of_job_;
    bool is_newer_ = false;
};

}  // namespace

failure_diff compare(const store::outcome_source& older, const store::outcome_source& newer)
{
    comparison both;
    older.read(both);
    both.begin_newer();
    newer.read(both);
    return both.finish();
}

}  // namespace jobaudit::report
