#include "cli/audit/counting_sink.hpp"

#include <utility>

namespace jobaudit::cli {

class counting_sink::writer final : public job_writer {
public:
    writer(counting_sink& owner, std::unique_ptr<job_writer> to)
        : owner_{owner}, to_{std::move(to)}, sample_{owner.sample_}
    {}

    void begin(const job_id& job) override
    {
        sample_.discard();
        to_->begin(job);
    }

    void append(std::span<const failed_file_view> records) override
    {
        sample_.pass(records);
        to_->append(records);
    }

    void discard() override
    {
        sample_.discard();
        to_->discard();
    }

    void commit(outcome&& result) override
    {
        owner_.count(result);
        if (result.kind == outcome_kind::ok)
            sample_.commit();
        else
            sample_.discard();
        to_->commit(std::move(result));
    }

    // The sample undoes the escapes of the few that it keeps.
    [[nodiscard]] bool needs_texts() const noexcept override { return to_->needs_texts(); }

private:
    counting_sink& owner_;
    std::unique_ptr<job_writer> to_;
    report::failure_sample::tap sample_;
};

std::unique_ptr<job_writer> counting_sink::make_writer() { return std::make_unique<writer>(*this, to_.make_writer()); }

void counting_sink::count(const outcome& result) noexcept
{
    jobs_.fetch_add(1, std::memory_order_relaxed);
    if (result.kind != outcome_kind::ok)
        failures_.fetch_add(1, std::memory_order_relaxed);
    failed_files_.fetch_add(result.failed_file_count, std::memory_order_relaxed);
}

}  // namespace jobaudit::cli
