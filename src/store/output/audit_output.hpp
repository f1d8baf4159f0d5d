#pragma once

#include "store/job_information_table.hpp"
#include "store/output/outcome_visitor.hpp"
#include "store/output/output_error.hpp"

#include <jobaudit/job_information.hpp>
#include <jobaudit/outcome.hpp>
#include <jobaudit/sink.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jobaudit::store {

/// Which run writes an output: what a store of many runs keeps of it.
struct run_description {
    std::string id;          ///< a UUID
    std::string version;     ///< of the program
    std::string started_at;  ///< RFC 3339, in UTC
    std::string options;     ///< a JSON object; no secrets
};

/// How that run ended.
struct run_end {
    std::string ended_at;  ///< RFC 3339, in UTC
    std::string summary;   ///< what it came to, a JSON object
    std::string figures;   ///< those of a report on it (report::kept_text); empty: they are to be counted
};

/// Where the outcomes of an audit are kept: open_output() makes one of the form that its name tells.
///
/// Outcomes of kind `not_tried` and `canceled` are not kept: a resumed run takes these jobs up. SIGPIPE must be ignored
/// by the program.
///
/// Thread safety: all members and the writers may be used concurrently; a writer by one thread at a time.
class audit_output : public streaming_sink {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// Outcomes wait at most so long, provided that flush_due is called twice in that time.
    static constexpr std::chrono::milliseconds longest_wait{100};

    /// What the platform's list says of a job is kept with it, taken from there; before the first outcome. It must
    /// outlive the outcomes.
    void take_information_from(job_information_table& listed) noexcept { listed_ = &listed; }

    /// Makes ready what was opened, before the first outcome; a resumed output is left as it is until then. Throws
    /// output_error.
    virtual void begin(const run_description& run) = 0;

    // The commit of a writer throws output_error when the output can't be written, from then on always. A writer must
    // not outlive the output.

    /// Writes one outcome that isn't streamed. Throws as commit does.
    virtual void write(const outcome& result) = 0;

    /// Writes the outcome of an input line that is no UUID. `where` names it: `line 7`. Throws as commit does.
    virtual void write_invalid(std::string_view text, std::string_view where) = 0;

    /// Writes what has waited for half of longest_wait. An error is kept for the next commit and for failure().
    virtual void flush_due(time_point now) noexcept = 0;

    /// Writes what is left and closes. Throws output_error when not everything that was committed is in the output,
    /// also because others have cut or replaced it.
    virtual void close() = 0;

    /// close(), and keeps that a resumed run would have nothing to do.
    virtual void finish() = 0;

    /// Has a visitor hear of all that is written, as one that reads the output later; before begin(). It must outlive
    /// close(). Who reads this form needs no figures kept with it: false.
    [[nodiscard]] virtual bool tell(outcome_visitor& visitor) = 0;

    /// Whether that visitor has heard of what stands in the output, and of nothing else; behind close() or finish().
    [[nodiscard]] virtual bool has_told_all() const = 0;

    /// Behind close() or finish(), and nothing behind it. Where the form has no place for it, nothing is done. Throws
    /// output_error.
    virtual void keep_end(const run_end& end) = 0;

    /// The first error of writing; nothing while all is well.
    [[nodiscard]] virtual std::optional<output_error> failure() const = 0;

    /// The outcomes that were committed but are not in the output, because of failure().
    struct lost_outcomes {
        std::array<std::uint64_t, outcome_kind_count> outcomes{};
        std::uint64_t failed_files = 0;
    };

    /// Once closed; nothing while all is well.
    [[nodiscard]] virtual lost_outcomes lost() const = 0;

    /// Outcomes that are committed, those of earlier runs not among them.
    [[nodiscard]] virtual std::uint64_t committed() const = 0;

    /// For a person: that an older file was kept under another name, that a torn line was cut. Empty when there is
    /// nothing to say.
    [[nodiscard]] const std::string& note() const noexcept { return note_; }

    /// Why the output is less safe than it should be: its lines could not be checked, or the file could not be locked.
    /// Empty when all is well.
    [[nodiscard]] const std::string& warning() const noexcept { return warning_; }

protected:
    [[nodiscard]] static bool is_written(outcome_kind kind) noexcept
    {
        return kind != outcome_kind::not_tried && kind != outcome_kind::canceled;
    }

    [[nodiscard]] std::optional<job_information> information_on(const job_id& job) const
    {
        return listed_ != nullptr ? listed_->take(job) : std::nullopt;
    }

    void add_note(const std::string& line) { append_line_of(note_, line); }
    void add_warning(const std::string& line) { append_line_of(warning_, line); }

private:
    static void append_line_of(std::string& text, const std::string& line)
    {
        text += text.empty() ? "" : "\n";
        text += line;
    }

    job_information_table* listed_ = nullptr;
    std::string note_;
    std::string warning_;
};

}  // namespace jobaudit::store
