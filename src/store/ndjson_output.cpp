#include "store/ndjson_output.hpp"

#include "store/ndjson_line.hpp"
#include "store/ndjson_resume.hpp"

#include <jobaudit/failed_file.hpp>
#include <jobaudit/outcome.hpp>

#include <cstddef>
#include <exception>
#include <span>
#include <utility>

namespace jobaudit::store {

namespace {

constexpr std::size_t batch_limit = 64 * 1024;

bool is_written(outcome_kind kind) noexcept
{
    return kind != outcome_kind::not_tried && kind != outcome_kind::canceled;
}

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
        }
        for (const failed_file_view& each : records) {
            if (has_records_)
                line_ += ',';
            append_failed_file(line_, each);
            has_records_ = true;
        }
        if (line_.size() > line_pool::line_limit && !may_be_long())
            spill();
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

private:
    void commit_records(const outcome& result)
    {
        head_.clear();
        append_ok_head(head_, result);
        line_ += ok_tail;
        const std::lock_guard guard{output_.mutex_};
        if (!spilled_.empty()) {
            output_.add_long(head_, spilled_, std::string_view{line_}.substr(ok_head_limit));
            return;
        }
        const std::size_t start = ok_head_limit - head_.size();
        line_.replace(start, head_.size(), head_);
        output_.add(std::string_view{line_}.substr(start));
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
        if (line_.capacity() > 0)
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

ndjson_output::ndjson_output(std::string path, open_mode mode, job_ledger& ledger, sync_policy sync)
    : file_{std::move(path), mode}, sync_{sync}
{
    if (mode == open_mode::resume) {
        const resume_point point = read_ndjson(file_.descriptor(), file_.path(), ledger);
        if (point.torn > 0 || point.lacks_line_break)
            file_.repair(point.size, point.lacks_line_break);
        if (point.torn > 0)
            note_ = file_.path() + ": cut a torn last line of " + std::to_string(point.torn) + " bytes";
    }
    if (!file_.kept_as().empty())
        note_ = "the older " + file_.path() + " is kept as " + file_.kept_as();
}

ndjson_output::~ndjson_output()
{
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
    append_line(line, result);
    const std::lock_guard guard{mutex_};
    add(line);
}

void ndjson_output::write_invalid(std::string_view text, std::string_view where)
{
    std::string line;
    append_invalid_line(line, text, where);
    const std::lock_guard guard{mutex_};
    add(line);
}

void ndjson_output::add(std::string_view line)
{
    if (failure_)
        throw *failure_;

    const time_point now = std::chrono::steady_clock::now();
    if (batch_.size() + line.size() > batch_limit)
        write_batch();
    if (batch_.empty())
        oldest_ = now;
    if (line.size() > batch_limit)
        write_now(line);
    else
        batch_ += line;
    ++lines_;
    if (!batch_.empty() && now - oldest_ >= longest_wait)
        write_batch();
}

void ndjson_output::add_long(std::string_view head, const spill_file& middle, std::string_view rest)
{
    if (failure_)
        throw *failure_;
    write_batch();
    try {
        file_.write(head);
        middle.read([this](std::string_view piece) { file_.write(piece); });
        file_.write(rest);
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
    write_now(batch_);
    batch_.clear();
}

void ndjson_output::write_now(std::string_view lines)
{
    try {
        file_.write(lines);
    } catch (const output_error& error) {
        keep(error);
        throw;
    }
}

void ndjson_output::flush_due(time_point now) noexcept
{
    try {
        const std::lock_guard guard{mutex_};
        if (!failure_ && !batch_.empty() && now - oldest_ >= longest_wait / 2)
            write_batch();
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

void ndjson_output::close()
{
    const std::lock_guard guard{mutex_};
    try {
        if (!failure_ && !batch_.empty())
            write_batch();
    } catch (const output_error&) {
        // It is kept in failure_; the file and its lock are given back all the same.
    }
    try {
        file_.close(sync_);
    } catch (const output_error& error) {
        failure_.emplace(error);
    }
    if (failure_)
        throw *failure_;
}

std::optional<output_error> ndjson_output::failure() const
{
    const std::lock_guard guard{mutex_};
    return failure_;
}

std::uint64_t ndjson_output::lines() const
{
    const std::lock_guard guard{mutex_};
    return lines_;
}

}  // namespace jobaudit::store
