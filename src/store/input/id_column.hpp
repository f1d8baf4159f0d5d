#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace jobaudit::store {

/// The column of a table, or the field of a JSON object, that holds the job IDs.
class id_column {
public:
    /// How many names may stand for it, one better than the other.
    static constexpr std::size_t names = 3;

    /// `asked`: its name; empty for one of `job_id`, `id` and `uuid`, in that order and in any spelling (`jobId`,
    /// `Job ID`).
    explicit id_column(std::string asked = {}) : asked_{std::move(asked)} {}

    /// How good the name is, from 0 for the best; nothing for another column's.
    [[nodiscard]] std::optional<std::size_t> rank(std::string_view name) const noexcept;

    /// Empty where none was asked for.
    [[nodiscard]] const std::string& asked() const noexcept { return asked_; }

private:
    std::string asked_;
};

}  // namespace jobaudit::store
