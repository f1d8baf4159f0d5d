#pragma once

#include "store/input/line_pool.hpp"
#include "store/output/spill_file.hpp"

#include <jobaudit/failed_file.hpp>

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace jobaudit::store {

/// The failed files of a job until it ends: in memory of the pool, and beyond its bounds in a temporary file.
///
/// Thread safety: none; the pool's is its own.
class job_records {
public:
    job_records(line_pool& pool, std::string folder) : pool_{pool}, spilled_{std::move(folder)} {}
    job_records(const job_records&) = delete;
    job_records& operator=(const job_records&) = delete;
    ~job_records() { clear(); }

    /// Throws output_error where there is no room for a temporary file.
    void append(std::span<const failed_file_view> records);

    /// So many of them are given at once, at most.
    static constexpr std::size_t most_at_once = 16;
    using record_visitor = std::function<void(std::span<const failed_file_view> records)>;

    /// Gives them in their order, some at once. Throws output_error, and what `take` throws.
    void for_each(const record_visitor& take) const;

    [[nodiscard]] std::size_t count() const noexcept { return count_; }
    [[nodiscard]] std::size_t bytes() const noexcept { return spilled_.size() + text_.size(); }

    void clear() noexcept;

private:
    [[nodiscard]] bool may_be_long();
    void add_size(std::size_t size);

    line_pool& pool_;
    std::string text_;  // each document and error behind their sizes
    spill_file spilled_;
    std::size_t count_ = 0;
    bool is_long_ = false;  // with a permit
};

}  // namespace jobaudit::store
