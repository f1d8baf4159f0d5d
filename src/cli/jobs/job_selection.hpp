#pragma once

#include "cli/result.hpp"
#include "protocol/date_time.hpp"

#include <jobaudit/job_information.hpp>
#include <jobaudit/options.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace jobaudit::cli {

/// Which jobs of the platform's list are wanted, as the command line says it. An empty text is an option that wasn't
/// given.
struct selection_arguments {
    std::vector<std::string> status{};
    std::string workflow{};
    std::string since{};
    std::string until{};

    [[nodiscard]] bool empty() const noexcept
    {
        return status.empty() && workflow.empty() && since.empty() && until.empty();
    }
};

/// Jobs of the list that were left out here, by the first reason that holds. What the platform left out of its list,
/// for it was asked for one status or one workflow, nobody counts.
struct left_out_counts {
    std::uint64_t not_begun = 0;  ///< SCHEDULED: nothing of them has run
    std::uint64_t by_status = 0;
    std::uint64_t by_workflow = 0;  ///< by its name
    std::uint64_t by_time = 0;

    [[nodiscard]] std::uint64_t all() const noexcept { return not_begun + by_status + by_workflow + by_time; }
};

/// Picks jobs out of the platform's list, and counts the others. Not thread-safe.
class job_selection {
public:
    /// What is done with jobs that have not begun where no status is named.
    enum class scheduled : std::uint8_t { taken, left_out };

    /// Takes all jobs.
    job_selection() = default;

    /// `now`: from which `7d` counts back. What is wrong with an argument is said with the option's name.
    [[nodiscard]] static result<job_selection> make(const selection_arguments& arguments, scheduled not_begun,
                                                    protocol::utc_time now);

    /// What it was made of.
    [[nodiscard]] const selection_arguments& given() const noexcept { return given_; }

    /// Of `how`, what the platform is to pick.
    void narrow(list_options& how) const;

    /// Whether the job is wanted; counts it otherwise. One whose time cannot be read is taken whatever the time.
    [[nodiscard]] bool takes(const job_information& job);

    [[nodiscard]] const left_out_counts& left_out() const noexcept { return left_out_; }
    void note_left_out_by_status(std::uint64_t jobs) noexcept { left_out_.by_status += jobs; }

    /// For a person, whole lines: why jobs were left out, and which workflows there are where none has the name that
    /// was given; empty when there is nothing to say.
    [[nodiscard]] std::string remarks() const;
    /// Of these, what hints at a mistake: which workflows there are.
    [[nodiscard]] std::string remark_on_workflow() const;

private:
    [[nodiscard]] bool is_of_workflow(const job_information& job);
    [[nodiscard]] bool is_in_time(const job_information& job) const;

    selection_arguments given_;
    std::vector<std::string> status_;
    std::string workflow_id_;
    std::string workflow_name_;
    std::optional<protocol::utc_time> since_;
    std::optional<protocol::utc_time> until_;
    scheduled not_begun_ = scheduled::taken;
    left_out_counts left_out_;
    bool has_met_workflow_ = false;
    std::set<std::string> other_workflows_;  // a few
};

}  // namespace jobaudit::cli
