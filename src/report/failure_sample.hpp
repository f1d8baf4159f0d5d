#pragma once

#include "grouping/reason_collector.hpp"

#include <jobaudit/failed_file.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jobaudit::report {

/// The commonest reasons of an audit that is still writing its results.
struct estimated_reasons {
    std::vector<grouping::error_reason> reasons;  ///< the commonest first; `failed_files` among those in the sample
    std::uint64_t sampled = 0;                    ///< failed files in the sample
    bool is_all = true;                           ///< the sample holds all failed files: nothing is estimated
};

/// Documents and errors, one behind the other in one piece of memory: to keep one more allocates nothing.
class packed_texts {
public:
    void add(std::string_view document, std::string_view error);
    void append(const packed_texts& others);
    void clear() noexcept
    {
        bytes_.clear();
        count_ = 0;
    }
    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
    [[nodiscard]] std::size_t size() const noexcept { return count_; }

    /// Passes on each document with its error.
    template <class Take>
    void for_each(Take take) const
    {
        for (std::size_t at = 0; at < bytes_.size();)
            at = pass_on(at, take);
    }

    /// Removes those for which `goes` says so.
    template <class Goes>
    void erase_if(Goes goes)
    {
        packed_texts staying;
        for_each([&](std::string_view document, std::string_view error) {
            if (!goes())
                staying.add(document, error);
        });
        *this = std::move(staying);
    }

private:
    struct sizes {
        std::uint16_t document;
        std::uint16_t error;
    };

    template <class Take>
    std::size_t pass_on(std::size_t at, Take& take) const
    {
        sizes next{};
        std::memcpy(&next, bytes_.data() + at, sizeof next);
        at += sizeof next;
        const std::string_view all{bytes_};
        take(all.substr(at, next.document), all.substr(at + next.document, next.error));
        return at + next.document + next.error;
    }

    std::string bytes_;
    std::size_t count_ = 0;
};

/// Some of very many failed files, drawn at random while they pass by, in flat memory (2.5 MB at most): all of them, as
/// long as there are few; from then on each is kept with the same chance, which is halved whenever there are too many.
/// What is passed over costs a subtraction for a whole span of records.
///
/// Thread safety: everything; a tap by one thread at a time.
class failure_sample {
public:
    static constexpr std::size_t most_kept = 1'000;

    /// Draws from the records of one job after the other, of which those that are discarded do not count.
    class tap {
    public:
        explicit tap(failure_sample& sample) : sample_{&sample}, random_{sample.seed()} {}

        void pass(std::span<const failed_file_view> records)
        {
            if (records.size() <= skipped_)
                skipped_ -= records.size();
            else
                keep_some(records);
        }
        /// What has passed since the last call belongs to a job that counts, or to none.
        void commit()
        {
            if (!drawn_.empty())
                sample_->take(*this);
        }
        void discard() noexcept { drawn_.clear(); }

    private:
        friend class failure_sample;
        void keep_some(std::span<const failed_file_view> records);
        void draw_gap();

        failure_sample* sample_;
        std::minstd_rand random_;
        unsigned halvings_ = 0;    // one of 2^halvings_ records is kept
        std::size_t skipped_ = 0;  // records that are passed over before the next that is kept
        packed_texts drawn_;
        std::string document_;
        std::string error_;
    };

    [[nodiscard]] estimated_reasons find() const;

private:
    [[nodiscard]] std::uint32_t seed();
    void take(tap& from);
    void halve(packed_texts& files);

    mutable std::mutex mutex_;
    std::minstd_rand random_{1};
    unsigned halvings_ = 0;
    packed_texts kept_;
};

}  // namespace jobaudit::report
