#include "report/failure_diff.hpp"

#include "grouping/reason_collector.hpp"
#include "report/document_table.hpp"
#include "store/job_id_table.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <algorithm>
#include <map>
#include <numeric>
#include <string_view>
#include <tuple>
#include <utility>

namespace jobaudit::report {

namespace {

/// What is known of a document of a workflow from both audits.
struct document_state {
    std::uint32_t name = 0;      // its number
    std::uint32_t error = 0;     // number of its last failure's error
    std::uint32_t workflow = 0;  // its number
    bool fails_in_older = false;
    bool fails_in_newer = false;
    job_id older_job;               // in which it failed last
    bool newer_was_listed = false;  // it fails in a job of which the older audit has a list
    bool newer_was_asked = false;   // … of which that has none
};

/// Jobs of one workflow that only one of the audits has, and without a list.
struct missing_lists {
    std::int64_t older = 0;
    std::int64_t newer = 0;
};

std::uint64_t& count_of(document_changes& changes, fate what) noexcept
{
    switch (what) {
    case fate::appeared:
        return changes.appeared;
    case fate::remained:
        return changes.remained;
    case fate::recovered:
        return changes.recovered;
    case fate::unknown_before:
        return changes.unknown_before;
    case fate::unknown_now:
        break;
    }
    return changes.unknown_now;
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
    comparison(bool older_lacks_jobs, bool newer_lacks_jobs)
        : older_lacks_jobs_{older_lacks_jobs}, newer_lacks_jobs_{newer_lacks_jobs}
    {}

    void on_failed_file(std::string_view document, std::string_view error) override
    {
        of_job_.emplace_back(documents_.add(document), errors_.add(document, error));
    }

    void on_job(const store::outcome_line& job) override
    {
        const auto workflow = number_of_workflow(job);
        const auto id = job_id::parse(job.job);
        const bool is_listed = job.kind == outcome_kind::ok;
        auto known = id ? jobs_.insert(*id) : store::job_id_table::entry{true, nobody_};
        if (id)
            note_job(known.state, workflow, is_listed);
        for (const auto& [name, error] : std::exchange(of_job_, {})) {
            auto& state = state_of(name, workflow);
            state.error = error;
            if (!is_newer_) {
                state.fails_in_older = true;
                state.older_job = id.value_or(job_id{});
                continue;
            }
            state.fails_in_newer = true;
            state.newer_was_listed = state.newer_was_listed || (known.state & listed_in_older) != 0;
            state.newer_was_asked = state.newer_was_asked || (known.state & unlisted_in_older) != 0;
        }
        ++(is_newer_ ? diff_.newer_jobs : diff_.older_jobs);
        if (!is_listed)
            ++(is_newer_ ? diff_.newer_without_list : diff_.older_without_list);
    }

    void begin_newer() noexcept { is_newer_ = true; }

    [[nodiscard]] failure_diff finish()
    {
        if (!(older_names_workflows_ && newer_names_workflows_))
            forget_workflows();
        auto found = errors_.find();
        for (auto& each : found.reasons)
            diff_.reasons.push_back({std::move(each.text), each.family, {}});
        for (const auto& state : states_) {
            const auto what = fate_of(state);
            ++count_of(diff_.documents, what);
            ++count_of(diff_.reasons[found.of_number[state.error]].documents, what);
            ++count_of(diff_.workflows[state.workflow].documents, what);
        }
        list_documents(found.of_number);
        std::erase_if(diff_.workflows, [](const changes_of_workflow& each) { return each.documents.all() == 0; });
        std::ranges::sort(diff_.workflows, std::ranges::less{},
                          [](const auto& each) { return order_of(each.documents, each.name); });
        return std::move(diff_);
    }

private:
    // What is known of a job, as bits of its state in the table.
    static constexpr std::uint8_t listed_in_older = 2;
    static constexpr std::uint8_t unlisted_in_older = 4;
    static constexpr std::uint8_t listed_in_newer = 8;
    static constexpr std::uint8_t unlisted_in_newer = 16;

    std::uint32_t number_of_workflow(const store::outcome_line& job)
    {
        const auto& key = job.workflow_id.empty() ? job.workflow_name : job.workflow_id;
        auto& names = is_newer_ ? newer_names_workflows_ : older_names_workflows_;
        names = names || !key.empty();
        const auto [at, is_new] = workflows_.try_emplace(key, static_cast<std::uint32_t>(diff_.workflows.size()));
        if (is_new) {
            diff_.workflows.push_back({job.workflow_id, job.workflow_name, {}});
            missing_.emplace_back();
        }
        return at->second;
    }

    void note_job(std::uint8_t& known, std::uint32_t workflow, bool is_listed)
    {
        if (!is_newer_) {
            known |= is_listed ? listed_in_older : unlisted_in_older;
            missing_[workflow].older += is_listed ? 0 : 1;
            return;
        }
        known |= is_listed ? listed_in_newer : unlisted_in_newer;
        if ((known & unlisted_in_older) != 0)
            --missing_[workflow].older;
        if (!is_listed && (known & (listed_in_older | unlisted_in_older)) == 0)
            ++missing_[workflow].newer;
    }

    document_state& state_of(std::uint32_t name, std::uint32_t workflow)
    {
        const auto key = std::uint64_t{workflow} << 32U | name;
        const auto [at, is_new] = numbers_.try_emplace(key, static_cast<std::uint32_t>(states_.size()));
        if (is_new) {
            states_.emplace_back();
            states_.back().name = name;
            states_.back().workflow = workflow;
        }
        return states_[at->second];
    }

    /// An audit of given IDs names no workflows: then a document is the same by its name alone.
    void forget_workflows()
    {
        missing_lists all;
        for (const auto& each : missing_) {
            all.older += each.older;
            all.newer += each.newer;
        }
        missing_.assign(missing_.size(), all);
        std::vector<document_state> merged;
        std::vector<std::uint32_t> place_of(states_.size(), 0);
        for (const auto& state : states_) {
            auto& place = place_of[state.name];
            if (place == 0) {
                merged.push_back(state);
                place = static_cast<std::uint32_t>(merged.size());
            } else {
                merge(merged[place - 1], state);
            }
        }
        states_ = std::move(merged);
    }

    static void merge(document_state& into, const document_state& other)
    {
        if (other.fails_in_newer || !into.fails_in_newer) {
            into.error = other.error;
            into.workflow = other.workflow;
        }
        if (other.fails_in_older)
            into.older_job = other.older_job;
        into.fails_in_older = into.fails_in_older || other.fails_in_older;
        into.fails_in_newer = into.fails_in_newer || other.fails_in_newer;
        into.newer_was_listed = into.newer_was_listed || other.newer_was_listed;
        into.newer_was_asked = into.newer_was_asked || other.newer_was_asked;
    }

    [[nodiscard]] fate fate_of(const document_state& state) const
    {
        if (state.fails_in_older && state.fails_in_newer)
            return fate::remained;
        if (state.fails_in_newer) {
            const bool may_have_failed = !state.newer_was_listed && (state.newer_was_asked || older_lacks_jobs_ ||
                                                                     missing_[state.workflow].older > 0);
            return may_have_failed ? fate::unknown_before : fate::appeared;
        }
        const auto* known = jobs_.find(state.older_job);
        if (known != nullptr && (*known & (listed_in_newer | unlisted_in_newer)) != 0)
            return (*known & unlisted_in_newer) != 0 ? fate::unknown_now : fate::recovered;
        return newer_lacks_jobs_ || missing_[state.workflow].newer > 0 ? fate::unknown_now : fate::recovered;
    }

    void list_documents(const std::vector<std::uint32_t>& reason_of_error)
    {
        const auto places = sort_reasons();
        // Behind one another, those of the same name: the names lie in a file, in the order of their numbers.
        std::vector<std::uint32_t> order(states_.size());
        std::iota(order.begin(), order.end(), 0U);
        std::ranges::stable_sort(order, std::ranges::less{}, [this](std::uint32_t i) { return states_[i].name; });
        auto next = order.begin();
        documents_.for_each([&](std::uint32_t number, std::string_view name) {
            for (; next != order.end() && states_[*next].name == number; ++next)
                diff_.of(fate_of(states_[*next]))
                    .push_back({std::string{name}, places[reason_of_error[states_[*next].error]]});
        });
    }

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

    const bool older_lacks_jobs_;
    const bool newer_lacks_jobs_;
    failure_diff diff_;
    grouping::reason_collector errors_;  // one for both, so that a reason is the same in both
    document_table documents_;
    boost::unordered_flat_map<std::uint64_t, std::uint32_t> numbers_;  // of states, by workflow and name
    std::vector<document_state> states_;
    std::map<std::string, std::uint32_t> workflows_;
    std::vector<missing_lists> missing_;  // of each workflow
    store::job_id_table jobs_;
    std::uint8_t nobody_ = 0;                                      // what is known of a line without a job
    std::vector<std::pair<std::uint32_t, std::uint32_t>> of_job_;  // names and errors
    bool older_names_workflows_ = false;
    bool newer_names_workflows_ = false;
    bool is_newer_ = false;
};

}  // namespace

failure_diff compare(const store::outcome_source& older, const store::outcome_source& newer)
{
    // What has not finished says so in its note.
    comparison both{!older.note().empty(), !newer.note().empty()};
    older.read(both);
    both.begin_newer();
    newer.read(both);
    return both.finish();
}

}  // namespace jobaudit::report
