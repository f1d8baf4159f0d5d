#include "store/job_file.hpp"

#include "store/capped_text.hpp"
#include "store/entry_reader.hpp"
#include "store/job_entry.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
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
    job_entry entry{job_id::parse(trimmed(argument)), {}, number};
    if (!entry.job) {
        capped_text text;
        text.append(argument);
        entry.invalid = text.printed();
    }
    return entry;
}

}  // namespace

class job_file::reader {
public:
    /// Gives the next entry; false at the end.
    using entry_function = std::function<bool(job_entry&)>;
    /// Whether the next entry is likely there without waiting for it.
    using ready_function = std::function<bool()>;

    reader(entry_function next, ready_function ready, std::string unit, job_ledger& ledger, invalid_handler on_invalid)
        : next_{std::move(next)}
        , ready_{std::move(ready)}
        , unit_{std::move(unit)}
        , ledger_{ledger}
        , on_invalid_{std::move(on_invalid)}
    {}

    /// Reads the first entry ahead. False where there is none.
    [[nodiscard]] bool read_ahead()
    {
        is_ahead_ = next_(entries_.front());
        return is_ahead_;
    }

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
        return std::exchange(is_ahead_, false) || ((may_wait || ready_()) && next_(entries_[at]));
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
        const std::string where = unit_ + ' ' + std::to_string(entry.number);
        if (on_invalid_)
            on_invalid_({entry.invalid, where, entry.number});
    }

    entry_function next_;
    ready_function ready_;
    std::string unit_;
    job_ledger& ledger_;
    invalid_handler on_invalid_;
    std::array<job_entry, 16> entries_;
    bool is_ahead_ = false;  // the first of them was read
    std::exception_ptr error_;
    std::string failure_;
    std::optional<std::uint64_t> estimated_total_;
    counter given_{0};
    counter duplicates_{0};
    counter invalid_{0};
    counter resumed_{0};
};

job_file::job_file(const std::string& path, job_ledger& ledger, invalid_handler on_invalid)
{
    auto entries = std::make_shared<entry_reader>(path);
    entries_ = entries;
    const std::string name = entries->file().name();
    const auto lines = entries->file().estimate_lines();
    reader_ = std::make_unique<reader>([entries](job_entry& out) { return entries->next(out); },
                                       [entries] { return !entries->file().may_block() || entries->has_buffered(); },
                                       "line", ledger, std::move(on_invalid));
    if (!reader_->read_ahead())
        throw input_error{name + " holds no job ID: give one a line"};
    ledger.expect(lines.value_or(0));
    reader_->set_estimated_total(lines);
}

job_file::job_file(std::vector<std::string> arguments, job_ledger& ledger, invalid_handler on_invalid)
{
    const std::size_t count = arguments.size();
    auto next = [arguments = std::move(arguments), at = std::size_t{0}](job_entry& out) mutable {
        if (at == arguments.size())
            return false;
        out = parse_argument(arguments[at], at + 1);
        ++at;
        return true;
    };
    reader_ = std::make_unique<reader>(
        std::move(next), [] { return true; }, "argument", ledger, std::move(on_invalid));
    if (!reader_->read_ahead())
        throw input_error{"no job was named: give job IDs, or a file of them with --jobs FILE"};
    reader_->set_estimated_total(count);
}

job_file::~job_file() = default;

std::size_t job_file::read(std::span<job_id> out) { return reader_->read(out); }

bool job_file::may_block() const noexcept { return entries_ && entries_->file().may_block(); }

void job_file::interrupt() noexcept
{
    if (entries_)
        entries_->interrupt();
}

job_file_counts job_file::counts() const noexcept { return reader_->counts(); }

std::optional<std::uint64_t> job_file::estimated_total() const noexcept { return reader_->estimated_total(); }

const std::string& job_file::failure() const noexcept { return reader_->failure(); }

}  // namespace jobaudit::store
