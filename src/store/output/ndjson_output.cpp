#include "store/output/ndjson_output.hpp"

#include "store/output/file_lock.hpp"
#include "store/output/line_checksum.hpp"
#include "store/output/ndjson_line.hpp"

#include <jobaudit/failed_file.hpp>
#include <jobaudit/outcome.hpp>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <span>
#include <utility>

namespace jobaudit::store {

namespace {

// A file takes a long piece with less work for each page than several short ones.
constexpr std::size_t batch_limit = 1024 * 1024;
// A longer line is written from where it stands.
constexpr std::size_t longest_copied_line = 256 * 1024;

/// Whether a character of UTF-8 has begun before this byte.
bool is_continuation(char byte) noexcept { return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U; }

}  // namespace

// The line's head is known last: the records are encoded behind a gap, at whose end the head is put at
// commit.
class ndjson_output::writer final : public job_writer {
public:
    explicit writer(ndjson_output& output) : output_{output}, spilled_{output.file_.folder()} {}
    writer(const writer&) = delete;
    writer& operator=(const writer&) = delete;
    ~writer() override { reset(); }

    void begin(const job_id&) override { reset(); }

    void append(std::span<const failed_file_view> records) override
    {
        if (line_.empty()) {
            line_ = output_.pool_.take();
            line_.resize(ok_head_limit);
        } else {
            keep_within(line_pool::line_limit);
        }
        if (has_records_ && !records.empty())
            line_ += ',';
        // A long record is the last of those that are passed on together.
        if (!records.empty() && is_long(records.back())) {
            append_failed_files(line_, records.first(records.size() - 1));
            append_long(records.back(), records.size() > 1);
        } else {
            append_failed_files(line_, records);
        }
        has_records_ = has_records_ || !records.empty();
        keep_within(line_pool::line_capacity);
    }

    void commit(outcome&& result) override
    {
        if (result.kind == outcome_kind::ok && !line_.empty())
            commit_records(result);
        else
            output_.write(result);
        reset();
    }

    void discard() override { reset(); }

    [[nodiscard]] bool needs_texts() const noexcept override { return false; }

private:
    void commit_records(const outcome& result)
    {
        head_.clear();
        append_ok_head(head_, result);
        const auto known = output_.information_on(result.job);
        append_ok_tail(line_, known ? &*known : nullptr);
        const std::lock_guard guard{output_.mutex_};
        if (!spilled_.empty()) {
            output_.add_long(head_, spilled_, std::string_view{line_}.substr(ok_head_limit));
            return;
        }
        const std::size_t start = ok_head_limit - head_.size();
        line_.replace(start, head_.size(), head_);
        output_.add(std::string_view{line_}.substr(start), {result.kind, result.failed_file_count});
    }

    [[nodiscard]] static bool is_long(const failed_file_view& record) noexcept
    {
        return record.json.empty() && record.document.size() + record.error.size() > line_pool::long_line_limit;
    }

    // Never whole in memory.
    void append_long(const failed_file_view& record, bool follows_another)
    {
        line_ += follows_another ? R"(,{"document":")" : R"({"document":")";
        append_in_pieces(record.document);
        line_ += R"(","error":")";
        append_in_pieces(record.error);
        line_ += "\"}";
    }

    void append_in_pieces(std::string_view text)
    {
        while (!text.empty()) {
            std::size_t size = std::min(text.size(), line_pool::line_limit);
            while (size < text.size() && size > 0 && is_continuation(text[size]))
                --size;
            append_json_text(line_, text.substr(0, size));
            text.remove_prefix(size);
            spill();
        }
    }

    void keep_within(std::size_t limit)
    {
        if (line_.size() > limit && !may_be_long())
            spill();
    }

    [[nodiscard]] bool may_be_long()
    {
        if (line_.size() > line_pool::long_line_limit || !spilled_.empty())
            return false;
        if (!is_long_) {
            is_long_ = output_.pool_.take_permit();
            if (is_long_)
                line_.reserve(line_pool::long_line_limit);
        }
        return is_long_;
    }

    void spill()
    {
        try {
            spilled_.append(std::string_view{line_}.substr(ok_head_limit));
        } catch (const output_error& error) {
            const std::lock_guard guard{output_.mutex_};
            output_.keep(error);
            throw;
        }
        line_.resize(ok_head_limit);
    }

    void reset()
    {
        has_records_ = false;
        spilled_.clear();
        if (!line_.empty())
            output_.pool_.give_back(std::exchange(line_, {}));
        if (std::exchange(is_long_, false))
            output_.pool_.give_permit_back();
    }

    ndjson_output& output_;
    std::string line_;
    bool has_records_ = false;
    bool is_long_ = false;  // with a permit
    spill_file spilled_;    // what comes between the gap and the rest of line_
    std::string head_;
};

ndjson_output::ndjson_output(std::string path, open_mode mode, job_ledger& ledger, sync_policy sync, compression kind)
    : compression_{kind}, file_{std::move(path), mode, kind}, sync_policy_{sync}
{
    if (!file_.is_named_file())
        return;
    if (file_.lacks_lock())
        add_warning(no_locks_text(file_.path()));
    tell_of_older_file();
    checksums_.emplace(file_.path(), mode);
    if (mode == open_mode::resume)
        read_earlier(ledger);
    else
        tell_of_no_checksums();
}

void ndjson_output::tell_of_no_checksums()
{
    if (!checksums_->problem().empty())
        add_warning(file_.path() + ": " + checksums_->problem());
}

void ndjson_output::tell_of_older_file()
{
    const auto& path = file_.path();
    const auto kept = output_file::kept_name(path);
    switch (file_.older()) {
    case output_file::older_file::kept:
        checksum_file::follow(path, kept);
        add_note("the older " + path + " is kept as " + kept);
        break;
    case output_file::older_file::dropped:
        add_note(path + ", which was not finished, is replaced; what is kept as " + kept + " stays there");
        break;
    case output_file::older_file::none:
        if (file_.began_empty())
            checksum_file::catch_up(path, kept);
        break;
    }
}

void ndjson_output::read_earlier(job_ledger& ledger)
{
    checksum_match checksums{*checksums_};
    const resume_point point = read_ndjson(file_.descriptor(), file_.path(), compression_, ledger, checksums);
    earlier_ = earlier_lines{point, checksums.matched(), checksums.unknown()};
    if (point.torn > 0)
        add_note(file_.path() + ": cut a torn last " + (compression_ == compression::none ? "line" : "batch") + " of " +
                 std::to_string(point.torn) + " bytes");
    if (const auto count = earlier_->unknown.size(); count > 0)
        add_warning(file_.path() + ": " + checksums_->path() + " has no checksum for " +
                    (count == point.lines ? "its lines" : "the last " + std::to_string(count) + " of its lines") +
                    ": they were checked for their form alone");
    tell_of_no_checksums();
}

void ndjson_output::begin(const run_description&)
{
    const std::lock_guard guard{mutex_};
    go_on();
}

void ndjson_output::go_on()
{
    if (!earlier_)
        return;
    const auto [point, matched, unknown] = *std::exchange(earlier_, std::nullopt);
    const bool had_checksums = checksums_->problem().empty();
    try {
        if (point.torn > 0 || point.lacks_line_break)
            file_.repair(point.size, point.lacks_line_break);
        checksums_->cut(matched);
        checksums_->append(unknown);
    } catch (const output_error& error) {
        keep(error);
        throw;
    }
    if (had_checksums)
        tell_of_no_checksums();
}

ndjson_output::~ndjson_output()
{
    if (earlier_) {
        file_.take_back();
        return;
    }
    try {
        close();
    } catch (const std::exception&) {
        // Nobody is left to hear it; close() was there to be called.
    }
}

std::unique_ptr<job_writer> ndjson_output::make_writer() { return std::make_unique<writer>(*this); }

void ndjson_output::write(const outcome& result)
{
    if (!is_written(result.kind))
        return;
    std::string line;
    const auto known = information_on(result.job);
    append_line(line, result, known ? &*known : nullptr);
    const std::lock_guard guard{mutex_};
    add(line, {result.kind, result.failed_file_count});
}

void ndjson_output::write_invalid(std::string_view text, std::string_view where)
{
    std::string line;
    append_invalid_line(line, text, where);
    const std::lock_guard guard{mutex_};
    add(line, {outcome_kind::invalid_job_id, 0});
}

void ndjson_output::add(std::string_view line, line_content content)
{
    if (failure_)
        throw *failure_;
    go_on();

    const bool is_copied = line.size() <= longest_copied_line;
    if (!is_copied || batch_.size() + line.size() > batch_limit)
        write_batch();
    if (batch_.empty())
        oldest_ = std::chrono::steady_clock::now();
    const std::uint64_t checksum = checksums_ ? checksum_of(checksums_->kind(), line.substr(0, line.size() - 1)) : 0;
    if (!is_copied) {
        write_now(line, {&checksum, 1});
    } else {
        batch_ += line;
        batch_checksums_.push_back(checksum);
        batch_contents_.push_back(content);
    }
    ++lines_;
}

void ndjson_output::add_long(std::string_view head, const spill_file& middle, std::string_view rest)
{
    if (failure_)
        throw *failure_;
    go_on();
    write_batch();
    try {
        // So long a line is read once: its checksum is known when it is written.
        line_checksum checksum{checksums_ ? checksums_->kind() : checksum_kind::xxh3};
        const auto write = [&](std::string_view piece) {
            file_.write(piece);
            checksum.update(piece.substr(0, piece.size() - (piece.ends_with('\n') ? 1 : 0)));
        };
        write(head);
        middle.read(write);
        write(rest);
        file_.end_batch();
        const std::uint64_t value = checksum.value();
        if (checksums_)
            checksums_->append({&value, 1});
        note_unsynced();
    } catch (const output_error& error) {
        file_.drop_begun_line();
        keep(error);
        throw;
    }
    ++lines_;
}

void ndjson_output::keep(const output_error& error)
{
    if (!failure_)
        failure_.emplace(error);
}

void ndjson_output::write_batch()
{
    const auto before = file_.written();
    try {
        write_now(batch_, batch_checksums_);
    } catch (const output_error&) {
        // A line counts as written once its line break is written.
        const auto standing = std::count(batch_.begin(), batch_.begin() + (file_.written() - before), '\n');
        batch_contents_.erase(batch_contents_.begin(),
                              batch_contents_.begin() + std::min(standing, std::ssize(batch_contents_)));
        throw;
    }
    batch_.clear();
    batch_checksums_.clear();
    batch_contents_.clear();
}

void ndjson_output::write_now(std::string_view lines, std::span<const std::uint64_t> checksums)
{
    if (lines.empty())
        return;
    try {
        if (checksums_)
            checksums_->append(checksums);
        file_.write(lines);
        file_.end_batch();
        note_unsynced();
    } catch (const output_error& error) {
        keep(error);
        throw;
    }
}

void ndjson_output::note_unsynced()
{
    if (std::exchange(is_synced_, false))
        unsynced_ = std::chrono::steady_clock::now();
}

void ndjson_output::sync()
{
    try {
        if (checksums_)
            checksums_->sync();
        file_.sync();
        is_synced_ = true;
    } catch (const output_error& error) {
        keep(error);
        throw;
    }
}

void ndjson_output::flush_due(time_point now) noexcept
{
    try {
        const std::lock_guard guard{mutex_};
        if (failure_)
            return;
        if (!batch_.empty() && now - oldest_ >= longest_wait / 2)
            write_batch();
        if (sync_policy_ == sync_policy::always && !is_synced_ && now - unsynced_ >= longest_wait / 2)
            sync();
    } catch (const std::exception&) {
        // failure_ holds it, and the next commit throws it.
    }
}

void ndjson_output::flush()
{
    const std::lock_guard guard{mutex_};
    if (failure_)
        throw *failure_;
    write_batch();
}

void ndjson_output::end(bool is_finished)
{
    const std::lock_guard guard{mutex_};
    // The first error stays in failure_; the file and its lock are given back all the same.
    const auto attempt = [this](auto action) {
        try {
            action();
        } catch (const output_error& error) {
            keep(error);
        }
    };
    attempt([this] { go_on(); });
    if (!failure_)
        attempt([this] { write_batch(); });
    // Where there was nothing to write, the file is whole all the same: decoders take none of no bytes.
    if (is_finished && !failure_ && file_.end() == 0)
        attempt([this] {
            file_.end_batch();
            note_unsynced();
        });
    if (sync_policy_ != sync_policy::never && !is_synced_)
        attempt([this] { sync(); });
    attempt([this] { file_.close(); });
    if (is_finished && checksums_ && !failure_)
        attempt([this] {
            checksums_->mark_finished(file_.end());
            if (sync_policy_ != sync_policy::never)
                checksums_->sync();
        });
    if (checksums_)
        checksums_->close();
    file_.unlock();
    if (failure_)
        throw *failure_;
}

std::optional<output_error> ndjson_output::failure() const
{
    const std::lock_guard guard{mutex_};
    return failure_;
}

ndjson_output::lost_outcomes ndjson_output::lost() const
{
    const std::lock_guard guard{mutex_};
    lost_outcomes all;
    for (const auto& each : batch_contents_) {
        ++all.outcomes[static_cast<std::size_t>(each.kind)];
        all.failed_files += each.failed_files;
    }
    return all;
}

std::uint64_t ndjson_output::committed() const
{
    const std::lock_guard guard{mutex_};
    return lines_;
}

}  // namespace jobaudit::store
