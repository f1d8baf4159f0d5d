#pragma once

#include "report/failure_sample.hpp"

#include <jobaudit/sink.hpp>

#include <atomic>
#include <cstdint>
#include <memory>

namespace jobaudit::cli {

/// Passes everything on to another sink, counts what was committed to it, and keeps a sample of the failed files.
///
/// Thread safety: the counts may be read from any thread; for the rest, that of the other sink.
class counting_sink final : public streaming_sink {
public:
    /// `to` must outlive this.
    explicit counting_sink(streaming_sink& to) noexcept : to_{to} {}

    [[nodiscard]] std::unique_ptr<job_writer> make_writer() override;

    [[nodiscard]] std::uint64_t jobs() const noexcept { return jobs_.load(std::memory_order_relaxed); }

    /// Jobs that ended otherwise than as `ok`.
    [[nodiscard]] std::uint64_t failures() const noexcept { return failures_.load(std::memory_order_relaxed); }

    [[nodiscard]] std::uint64_t failed_files() const noexcept { return failed_files_.load(std::memory_order_relaxed); }

    /// Once all writers are done.
    [[nodiscard]] report::estimated_reasons reasons() const { return sample_.find(); }

private:
    class writer;

    void count(const outcome& result) noexcept;

    streaming_sink& to_;
    std::atomic<std::uint64_t> jobs_{0};
    std::atomic<std::uint64_t> failures_{0};
    std::atomic<std::uint64_t> failed_files_{0};
    report::failure_sample sample_;
};

}  // namespace jobaudit::cli
