#pragma once

#include <jobaudit/sink.hpp>

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace jobaudit::client_detail {

/// Keeps one job's records for who wants them as a part of the outcome.
class collecting_writer final : public job_writer {
public:
    void begin(const job_id&) override { discard(); }

    void append(std::span<const failed_file_view> records) override
    {
        for (const auto& each : records) {
            files_.push_back({std::string{each.document}, std::string{each.error}});
            held_ += sizeof(failed_file) + each.document.size() + each.error.size();
        }
    }

    void commit(outcome&& result) override { result.failed_files = std::exchange(files_, {}); }

    void discard() override
    {
        files_.clear();
        held_ = 0;
    }

    [[nodiscard]] std::size_t held() const noexcept override { return held_; }

private:
    std::vector<failed_file> files_;
    std::size_t held_ = 0;
};

}  // namespace jobaudit::client_detail
