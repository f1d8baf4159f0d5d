#pragma once

#include "cli/options/arguments.hpp"
#include "store/output/outcome_source.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace jobaudit::cli {

/// What fails in an audit and did not in an older one, so far as that says: what may be new counts too.
class new_failures {
public:
    /// Opens and checks the older results before the audit begins, which may take their place. Throws failure.
    explicit new_failures(const audit_arguments& arguments);

    /// Once the results are written. Throws store::input_error and store::output_error.
    void find();

    [[nodiscard]] std::uint64_t documents() const noexcept { return documents_; }

    /// Names some of them for a person, and says what the comparison lacks; empty where there is neither.
    [[nodiscard]] std::string text(std::size_t width) const;

private:
    std::string output_;
    std::unique_ptr<store::outcome_source> baseline_;  // null: nobody asks
    std::uint64_t documents_ = 0;
    std::string heading_;
    std::string names_;
    std::string note_;  // why there may be more of them, or fewer
};

}  // namespace jobaudit::cli
