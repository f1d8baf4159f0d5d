#pragma once

#include <jobaudit/outcome.hpp>
#include <jobaudit/sink.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jobaudit::test {

/// A streaming sink that keeps a list of every breach of the contract `begin append* (commit | discard)`, and can be
/// made to fail.
class strict_sink final : public streaming_sink {
public:
    enum class stage : unsigned char { make_writer, begin, append, commit, discard };

    /// The `call`-th call of that member, of all writers together, throws.
    void fail_in(stage where, unsigned call,
                 std::exception_ptr failure = std::make_exception_ptr(std::runtime_error{"the disk is full"}))
    {
        failure_ = std::move(failure);
        failing_ = where;
        calls_left_ = static_cast<int>(call);
    }

    std::unique_ptr<job_writer> make_writer() override
    {
        maybe_fail(stage::make_writer);
        ++writers_;
        return std::make_unique<writer>(*this);
    }

    /// With the records that were streamed.
    [[nodiscard]] const std::vector<outcome>& outcomes() const { return outcomes_; }
    [[nodiscard]] std::string breaches() const
    {
        std::string all;
        for (const auto& each : breaches_)
            all += each + "; ";
        return all;
    }
    [[nodiscard]] unsigned discards() const { return discards_; }
    [[nodiscard]] unsigned writers() const { return writers_; }
    /// Those that are not destroyed yet.
    [[nodiscard]] unsigned living_writers() const { return living_writers_; }
    [[nodiscard]] std::size_t largest_append() const { return largest_append_; }
    /// Those that came when a member had thrown already.
    [[nodiscard]] unsigned commits_after_failure() const { return commits_after_failure_; }

private:
    class writer final : public job_writer {
    public:
        explicit writer(strict_sink& owner) : sink_{owner} { ++sink_.living_writers_; }
        writer(const writer&) = delete;
        writer& operator=(const writer&) = delete;
        ~writer() override { --sink_.living_writers_; }

        void begin(const job_id& job) override
        {
            const in_use guard{*this};
            sink_.maybe_fail(stage::begin);
            if (open_)
                sink_.breach("begin within a job");
            open_ = job;
            files_.clear();
        }

        void append(std::span<const failed_file_view> records) override
        {
            const in_use guard{*this};
            sink_.maybe_fail(stage::append);
            if (!open_)
                sink_.breach("append without begin");
            if (records.empty())
                sink_.breach("append of nothing");
            sink_.note_append(records.size());
            for (const auto& each : records)
                files_.push_back({std::string{each.document}, std::string{each.error}});
        }

        void commit(outcome&& result) override
        {
            const in_use guard{*this};
            if (sink_.committing_.exchange(true))
                sink_.breach("two commits at once");
            sink_.note_commit();
            const struct end {
                std::atomic<bool>& flag;
                ~end() { flag = false; }
            } at_end{sink_.committing_};
            sink_.maybe_fail(stage::commit);
            if ((result.kind == outcome_kind::ok) != open_.has_value())
                sink_.breach(open_ ? "commit of an error within a job" : "commit of a success without begin");
            if (open_ && *open_ != result.job)
                sink_.breach("commit of another job");
            if (!result.failed_files.empty())
                sink_.breach("records in the outcome as well");
            if (open_ && result.failed_file_count != files_.size())
                sink_.breach("a wrong count of records");
            if (open_)
                result.failed_files = std::move(files_);
            files_.clear();
            open_.reset();
            sink_.outcomes_.push_back(std::move(result));
        }

        void discard() override
        {
            const in_use guard{*this};
            sink_.note_discard();
            sink_.maybe_fail(stage::discard);
            if (!open_)
                sink_.breach("discard without begin");
            open_.reset();
            files_.clear();
        }

    private:
        // One thread at a time.
        struct in_use {
            explicit in_use(writer& which) : self{which}
            {
                if (self.busy_.exchange(true))
                    self.sink_.breach("a writer used by two threads at once");
            }
            ~in_use() { self.busy_ = false; }
            writer& self;
        };

        strict_sink& sink_;
        std::atomic<bool> busy_{false};
        std::optional<job_id> open_;
        std::vector<failed_file> files_;
    };

    void maybe_fail(stage where)
    {
        if (failing_ == where && --calls_left_ == 0) {
            failed_ = true;
            std::rethrow_exception(failure_);
        }
    }

    void breach(std::string_view what)
    {
        const std::lock_guard lock{mutex_};
        breaches_.emplace_back(what);
    }

    void note_append(std::size_t records)
    {
        const std::lock_guard lock{mutex_};
        largest_append_ = std::max(largest_append_, records);
    }

    void note_commit() { commits_after_failure_ += failed_ ? 1U : 0U; }
    void note_discard() { ++discards_; }

    std::optional<stage> failing_;
    std::exception_ptr failure_;
    std::atomic<int> calls_left_{0};
    std::atomic<bool> failed_{false};
    std::atomic<bool> committing_{false};
    std::atomic<unsigned> discards_{0};
    std::atomic<unsigned> commits_after_failure_{0};
    std::atomic<unsigned> living_writers_{0};
    unsigned writers_ = 0;
    std::mutex mutex_;
    std::size_t largest_append_ = 0;
    std::vector<std::string> breaches_;
    std::vector<outcome> outcomes_;  // commits are serialised
};

}  // namespace jobaudit::test
