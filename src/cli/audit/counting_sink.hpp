#pragma once

#include <jobaudit/sink.hpp>

#include <atomic>
#include <cstdint>
#include <memory>

namespace jobaudit::cli {

/// Passes everything on to another sink, and counts what was committed to it.
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

private:
    class writer;

    void count(const outcome& result) noexcept;

    streaming_sink& to_;
    std::atomic<std::uint64_t> jobs_{0};
    std::atomic<std::uint64_t> failures_{0};
    std::atomic<std::uint64_t> failed_files_{0};
};

}  // namespace jobaudit::cli
