#pragma once

#include "cli/audit/audit_input.hpp"
#include "cli/audit/background_input.hpp"
#include "cli/audit/job_input.hpp"

#include <optional>
#include <string>
#include <utility>

namespace jobaudit::cli {

/// Jobs of the command line and of files, read on a thread of its own where a pipe may keep its reader waiting.
class file_input final : public audit_input {
public:
    /// As a job_input is made.
    template <class... Arguments>
    explicit file_input(Arguments&&... arguments) : jobs_(std::forward<Arguments>(arguments)...)
    {}

    [[nodiscard]] any_job_source open(client& asks) override;
    void interrupt() override;
    [[nodiscard]] std::uint64_t count_rest() override;
    void stop_counting() override { interrupt(); }
    void close() override { background_.reset(); }

    [[nodiscard]] store::job_file_counts counts() const override { return jobs_.counts(); }
    [[nodiscard]] std::optional<std::uint64_t> estimated_total() const override { return jobs_.estimated_total(); }
    [[nodiscard]] bool was_read_to_end() const override { return jobs_.was_read_to_end(); }
    [[nodiscard]] std::string failure() const override { return jobs_.failure(); }

private:
    job_input jobs_;
    std::optional<background_input> background_;
};

}  // namespace jobaudit::cli
