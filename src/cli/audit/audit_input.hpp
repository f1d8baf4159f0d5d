#pragma once

#include "store/input/job_file.hpp"

#include <jobaudit/client.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace jobaudit::cli {

/// Where the jobs of an audit come from. Members are called on the session's thread, unless it is said otherwise.
class audit_input {
public:
    audit_input() = default;
    audit_input(const audit_input&) = delete;
    audit_input& operator=(const audit_input&) = delete;
    virtual ~audit_input() = default;

    /// What the batch of `asks` reads; once. This must outlive it.
    [[nodiscard]] virtual any_job_source open(client& asks) = 0;

    /// No more is read.
    virtual void interrupt() = 0;

    /// When the batch has ended and nobody has interrupted it: how many jobs it never read. Afterwards counts() holds
    /// them too.
    [[nodiscard]] virtual std::uint64_t count_rest() = 0;
    /// It need not come to the end. From any thread, but not beside close().
    virtual void stop_counting() = 0;

    /// Nobody reads any more.
    virtual void close() = 0;

    /// From any thread.
    [[nodiscard]] virtual store::job_file_counts counts() const = 0;
    /// About how many jobs there are, duplicates that were met so far not among them; nothing while that can't be
    /// known.
    [[nodiscard]] virtual std::optional<std::uint64_t> estimated_total() const = 0;

    /// Whether it came to the end, rather than to an interruption or no further.
    [[nodiscard]] virtual bool was_read_to_end() const = 0;
    /// Why it could not be read to its end; empty while all is well.
    [[nodiscard]] virtual std::string failure() const = 0;
};

}  // namespace jobaudit::cli
