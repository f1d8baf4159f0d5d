#include "store/input/job_file.hpp"

#include "store/input/entry_reader.hpp"
#include "store/input/job_entry.hpp"
#include "store/input/no_job_error.hpp"
#include "store/input/written_id.hpp"
#include "store/output/capped_text.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <deque>
#include <exception>
#include <utility>

namespace jobaudit::store {

namespace {

using counter = std::atomic<std::uint64_t>;

// Only read() counts; others look on.
void increase(counter& which) noexcept
{
    which.store(which.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

job_entry parse_argument(std::string_view argument, std::uint64_t number)
{
    job_entry entry{written_id(argument), {}, number};
    if (!entry.job) {
        capped_text text;
        text.append(argument);
        entry.invalid = text.printed();
    }
    return entry;
}

}  // namespace

/// The entries of a file, which is open no longer than it has to be.
class job_file::entry_source {
public:
    entry_source(std::string path, std::string column)
        : path_{std::move(path)}
        , column_{std::move(column)}
        , reader_{std::make_unique<entry_reader>(path_, column_)}
        , may_block_{reader_->file().may_block()}
    {}

    /// Null from release() to the next call of next().
    [[nodiscard]] const entry_reader* reader() const noexcept { return reader_.get(); }
    [[nodiscard]] bool may_block() const noexcept { return may_block_; }

    /// As entry_reader::next.
    [[nodiscard]] bool next(job_entry& out, bool may_wait)
    {
        if (has_ended_)
            return false;
        if (!reader_)
            reader_ = std::make_unique<entry_reader>(path_, column_);
        const bool found = reader_->next(out, may_wait);
        has_ended_ = !found && !may_block_;
        return found;
    }
    [[nodiscard]] bool has_ended() const noexcept { return has_ended_; }

    /// Stdin goes on where it was read to, also where it is a file.
    [[nodiscard]] bool can_be_read_again() const noexcept { return !may_block_ && path_ != "-"; }

    // Only what may block is interrupted, and that stays open: another thread may do it at any time.
    void release() noexcept
    {
        if (!may_block_)
            reader_.reset();
    }
    void interrupt() noexcept
    {
        if (may_block_)
            reader_->interrupt();
    }
    [[nodiscard]] bool was_interrupted() const noexcept { return may_block_ && reader_->was_interrupted(); }

private:
    std::string path_;
    std::string column_;
    std::unique_ptr<entry_reader> reader_;
    bool may_block_;
    bool has_ended_ = false;
};

class job_file::reader {
public:
    /// Gives the next entry; false at the end, and where it would have to wait but may not.
    using entry_function = std::function<bool(job_entry&, bool may_wait)>;

    /// `place`: what stands before and behind an entry's number where it is named.
    reader(entry_function next, std::pair<std::string, std::string> place, job_ledger& ledger,
           invalid_handler on_invalid)
        : next_{std::move(next)}, place_{std::move(place)}, ledger_{ledger}, on_invalid_{std::move(on_invalid)}
    {}

    /// Reads ahead up to the first job, or until it is clear that there is none, which it says by false.
    [[nodiscard]] bool read_ahead()
    {
        for (job_entry entry; ahead_.size() < read_ahead_limit && next_(entry, true);) {
            ahead_.push_back(std::move(entry));
            if (ahead_.back().job)
                return true;
        }
        return false;
    }

    [[nodiscard]] const std::deque<job_entry>& ahead() const noexcept { return ahead_; }
    void forget_ahead() noexcept { ahead_.clear(); }

    [[nodiscard]] std::size_t read(std::span<job_id> out)
    {
        std::size_t count = 0;
        while (count < out.size() && !error_) {
            // A slow pipe's jobs are handed out as they come.
            const std::size_t gathered = gather(std::min(out.size() - count, entries_.size()), count == 0);
            if (gathered == 0)
                break;
            count += take(std::span{entries_}.first(gathered), out.subspan(count));
        }
        if (error_ && count == 0)
            std::rethrow_exception(error_);
        return count;
    }

    [[nodiscard]] job_file_counts counts() const noexcept
    {
        return {given_.load(std::memory_order_relaxed), duplicates_.load(std::memory_order_relaxed),
                invalid_.load(std::memory_order_relaxed), resumed_.load(std::memory_order_relaxed)};
    }

    void set_estimated_total(std::optional<std::uint64_t> lines) noexcept { estimated_total_ = lines; }
    [[nodiscard]] std::optional<std::uint64_t> estimated_total() const noexcept { return estimated_total_; }
    [[nodiscard]] const std::string& failure() const noexcept { return failure_; }

private:
    // Reads entries while they need not be waited for. The ledger's memory of a job is seldom in the cache: it is on
    // its way while the entries behind it are read.
    [[nodiscard]] std::size_t gather(std::size_t most, bool may_wait)
    {
        std::size_t count = 0;
        try {
            while (count < most && next_entry(count, may_wait && count == 0)) {
                if (entries_[count].job)
                    ledger_.prefetch(*entries_[count].job);
                ++count;
            }
        } catch (const std::exception& error) {
            keep_error(error);
        }
        return count;
    }

    [[nodiscard]] bool next_entry(std::size_t at, bool may_wait)
    {
        if (ahead_.empty())
            return next_(entries_[at], may_wait);
        entries_[at] = std::move(ahead_.front());
        ahead_.pop_front();
        return true;
    }

    // The jobs that were read before it go out first.
    void keep_error(const std::exception& error)
    {
        error_ = std::current_exception();
        if (dynamic_cast<const input_error*>(&error) != nullptr)
            failure_ = error.what();
    }

    /// Says how many jobs of `entries` are to be handed out.
    [[nodiscard]] std::size_t take(std::span<const job_entry> entries, std::span<job_id> out)
    {
        std::size_t count = 0;
        try {
            for (const auto& each : entries)
                if (take(each))
                    out[count++] = *each.job;
        } catch (const std::exception& error) {
            keep_error(error);
        }
        return count;
    }

    /// Says whether the entry is a job to hand out.
    [[nodiscard]] bool take(const job_entry& entry)
    {
        const auto standing = entry.job ? ledger_.take(*entry.job) : ledger_.take_invalid(entry.invalid);
        switch (standing) {
        case job_ledger::standing::duplicate:
            increase(duplicates_);
            return false;
        case job_ledger::standing::ended:
            increase(resumed_);
            return false;
        case job_ledger::standing::fresh:
            break;
        }
        increase(entry.job ? given_ : invalid_);
        if (!entry.job)
            report_invalid(entry);
        return entry.job.has_value();
    }

    void report_invalid(const job_entry& entry) const
    {
        const std::string where = place_.first + std::to_string(entry.number) + place_.second;
        if (on_invalid_)
            on_invalid_({entry.invalid, where, entry.number});
    }

    entry_function next_;
    std::pair<std::string, std::string> place_;
    job_ledger& ledger_;
    invalid_handler on_invalid_;
    std::array<job_entry, 16> entries_;
    std::deque<job_entry> ahead_;  // that were read before the first was asked for
    std::exception_ptr error_;
    std::string failure_;
    std::optional<std::uint64_t> estimated_total_;
    counter given_{0};
    counter duplicates_{0};
    counter invalid_{0};
    counter resumed_{0};
};

job_file::job_file(const std::string& path, job_ledger& ledger, invalid_handler on_invalid, job_file_options options)
    : source_{std::make_shared<entry_source>(path, options.column)}
{
    const auto& entries = *source_->reader();
    const auto& name = entries.file().name();
    std::pair<std::string, std::string> place{"line ", options.names_file ? " of " + name : ""};
    reader_ = std::make_unique<reader>(
        [source = source_](job_entry& out, bool may_wait) { return source->next(out, may_wait); }, std::move(place),
        ledger, std::move(on_invalid));
    if (!reader_->read_ahead())
        throw_no_job(name, options.column, reader_->ahead(), entries.other_fields());
    const auto expected = entries.estimate_entries();
    ledger.expect(expected.value_or(0));
    reader_->set_estimated_total(expected);
}

job_file::job_file(std::vector<std::string> arguments, job_ledger& ledger, invalid_handler on_invalid)
{
    const std::size_t count = arguments.size();
    auto next = [arguments = std::move(arguments), at = std::size_t{0}](job_entry& out, bool) mutable {
        if (at == arguments.size())
            return false;
        out = parse_argument(arguments[at], at + 1);
        ++at;
        return true;
    };
    reader_ = std::make_unique<reader>(std::move(next), std::pair{std::string{"argument "}, std::string{}}, ledger,
                                       std::move(on_invalid));
    if (count == 0)
        throw input_error{"no job was named: give job IDs, or a file of them with --jobs FILE"};
    reader_->set_estimated_total(count);
}

job_file::~job_file() = default;

std::size_t job_file::read(std::span<job_id> out)
{
    const auto count = reader_->read(out);
    // The files behind it need its descriptor.
    if (source_ && source_->has_ended())
        source_->release();
    return count;
}

bool job_file::may_block() const noexcept { return source_ && source_->may_block(); }

void job_file::release()
{
    if (!source_ || !source_->can_be_read_again())
        return;
    reader_->forget_ahead();
    source_->release();
}

void job_file::interrupt() noexcept
{
    if (source_)
        source_->interrupt();
}

bool job_file::was_interrupted() const noexcept { return source_ && source_->was_interrupted(); }

job_file_counts job_file::counts() const noexcept { return reader_->counts(); }

std::optional<std::uint64_t> job_file::estimated_total() const noexcept { return reader_->estimated_total(); }

const std::string& job_file::failure() const noexcept { return reader_->failure(); }

}  // namespace jobaudit::store
