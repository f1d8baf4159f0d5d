#pragma once

#include "store/input/line_pool.hpp"
#include "store/output/spill_file.hpp"

#include <jobaudit/failed_file.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace jobaudit::store {

/// The failed files of a job until it ends: in memory of the pool, and beyond its bounds in a temporary file.
///
/// Thread safety: none; the pool's is its own.
class job_records {
public:
    /// Both must outlive them. `folder` is where a temporary file should have room.
    job_records(line_pool& pool, const std::string& folder) noexcept : pool_{&pool}, folder_{&folder} {}
    job_records(job_records&& other) noexcept;
    job_records& operator=(job_records&&) = delete;
    ~job_records() { clear(); }

    /// Throws output_error where there is no room for a temporary file.
    void append(std::span<const failed_file_view> records);

    /// So many of them are given at once, at most.
    static constexpr std::size_t most_at_once = 16;
    using record_visitor = std::function<void(std::span<const failed_file_view> records)>;

    /// Gives them in their order, some at once. Throws output_error, and what `take` throws.
    void for_each(const record_visitor& take) const;

    [[nodiscard]] std::size_t count() const noexcept { return count_; }
    [[nodiscard]] std::size_t bytes() const noexcept { return (spilled_ ? spilled_->size() : 0) + text_.size(); }
    [[nodiscard]] std::size_t bytes_in_memory() const noexcept { return text_.capacity(); }

    /// All of them, in no more memory than they need; none stay here. A few are copied, as the next job's are put
    /// together best where the cache still holds the memory.
    [[nodiscard]] job_records take_all();

    void clear() noexcept;

private:
    [[nodiscard]] bool may_be_long();
    void add_size(std::size_t size);

    line_pool* pool_;
    const std::string* folder_;
    std::string text_;  // each document and error behind their sizes
    std::optional<spill_file> spilled_;
    std::size_t count_ = 0;
    bool is_long_ = false;  // with a permit
};

}  // namespace jobaudit::store
