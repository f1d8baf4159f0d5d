#pragma once

#include "store/output/outcome_source.hpp"
#include "store/sqlite/run_row.hpp"

#include <cstdint>
#include <string>

namespace jobaudit::store {

/// A run in a database. Which one is decided when it is opened; each reading sees it as it stands then, though it goes
/// on meanwhile.
class sqlite_outcomes final : public outcome_source {
public:
    /// Throws input_error.
    sqlite_outcomes(const std::string& path, run_choice run);

    void read(outcome_visitor& visitor) const override;
    [[nodiscard]] std::string figures() const override;
    [[nodiscard]] std::string summary() const override { return run_.summary; }
    [[nodiscard]] const std::string& name() const noexcept override { return name_; }
    [[nodiscard]] std::uint64_t jobs() const noexcept override { return static_cast<std::uint64_t>(run_.jobs); }
    [[nodiscard]] const std::string& note() const noexcept override { return note_; }

    [[nodiscard]] const run_row& run() const noexcept { return run_; }

private:
    std::string path_;
    std::string name_;
    run_row run_;
    std::string note_;
};

/// Whether a file begins like a database of SQLite.
[[nodiscard]] bool is_sqlite_file(const std::string& path) noexcept;

}  // namespace jobaudit::store
