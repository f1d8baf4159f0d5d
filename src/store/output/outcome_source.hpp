#pragma once

#include "store/output/outcome_visitor.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace jobaudit::store {

/// What an audit has written, of whatever form, that is read as often as it takes. Nothing is changed in it.
///
/// Thread safety: none.
class outcome_source {
public:
    outcome_source() = default;
    outcome_source(const outcome_source&) = delete;
    outcome_source& operator=(const outcome_source&) = delete;
    virtual ~outcome_source() = default;

    /// Passes on what counts: of a job that was fetched again, the last. What is damaged may be seen only at the end.
    /// Throws input_error, and what the visitor throws.
    virtual void read(outcome_visitor& visitor) const = 0;

    /// For messages.
    [[nodiscard]] virtual const std::string& name() const noexcept = 0;

    [[nodiscard]] virtual std::uint64_t jobs() const noexcept = 0;

    /// The figures of a report on it that were kept with it when its audit ended (run_end::figures), where what they
    /// were counted from is all there still; empty: they are to be counted. Throws as read does.
    [[nodiscard]] virtual std::string figures() const { return {}; }

    /// What the run came to (run_end::summary), where it was kept; empty elsewhere.
    [[nodiscard]] virtual std::string summary() const { return {}; }

    /// What a reader of a report should know: that the audit goes on, or was killed. Empty when there is nothing to
    /// say.
    [[nodiscard]] virtual const std::string& note() const noexcept = 0;
};

/// Which run of a database: its number, from 1 on, or one of these.
using run_choice = std::int64_t;
inline constexpr run_choice latest_run = 0;
/// An audit that has not finished lacks jobs: who compares with it takes what they hold for new.
inline constexpr run_choice latest_finished_run = -1;
inline constexpr run_choice finished_run_before_latest = -2;

/// Opens what an audit has written (`-`: stdin): a database where the file begins like one, and NDJSON otherwise,
/// compressed or not, which holds the latest run alone. CSV is refused. Throws input_error, and output_error for want
/// of room for stdin.
[[nodiscard]] std::unique_ptr<outcome_source> open_outcomes(const std::string& path, run_choice run = latest_run);

}  // namespace jobaudit::store
