#include "store/output/ndjson_output.hpp"

#include "store/output/ndjson_line.hpp"
#include "store/output/ndjson_resume.hpp"
#include "store/output/spill_file.hpp"

#include <jobaudit/failed_file.hpp>
#include <jobaudit/outcome.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

namespace jobaudit::store {

namespace {

/// Whether a character of UTF-8 has begun before this byte.
bool is_continuation(char byte) noexcept { return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U; }

}  // namespace

// The line's head is known last: the records are encoded behind a gap, at whose end the head is put at
// commit.
class ndjson_output::writer final : public job_writer {
public:
    explicit writer(ndjson_output& output) : output_{output}, spilled_{output.folder()} {}
    writer(const writer&) = delete;
    writer& operator=(const writer&) = delete;
    ~writer() override { reset(); }

    void begin(const job_id&) override { reset(); }

    void append(std::span<const failed_file_view> records) override
    {
        if (line_.empty()) {
            line_ = output_.pool().take();
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
        if (!spilled_.empty()) {
            output_.add_long([this](const piece_visitor& write) {
                write(head_);
                spilled_.read(write);
                write(std::string_view{line_}.substr(ok_head_limit));
            });
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
            is_long_ = output_.pool().take_permit();
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
            output_.fail_with(error);
            throw;
        }
        line_.resize(ok_head_limit);
    }

    void reset()
    {
        has_records_ = false;
        spilled_.clear();
        if (!line_.empty())
            output_.pool().give_back(std::exchange(line_, {}));
        if (std::exchange(is_long_, false))
            output_.pool().give_permit_back();
    }

    ndjson_output& output_;
    std::string line_;
    bool has_records_ = false;
    bool is_long_ = false;  // with a permit
    spill_file spilled_;    // what comes between the gap and the rest of line_
    std::string head_;
};

ndjson_output::ndjson_output(std::string path, open_mode mode, job_ledger& ledger, sync_policy sync, compression kind)
    : text_output{std::move(path), mode, sync, {.unit = kind == compression::none ? "line" : "batch", .kind = kind}}
{
    if (mode == open_mode::resume)
        read_earlier([&](int fd, const std::string& file, checksum_match& checksums) {
            return read_ndjson(fd, file, kind, ledger, checksums);
        });
}

std::unique_ptr<job_writer> ndjson_output::make_writer() { return std::make_unique<writer>(*this); }

void ndjson_output::write(const outcome& result)
{
    if (!is_written(result.kind))
        return;
    std::string line;
    const auto known = information_on(result.job);
    append_line(line, result, known ? &*known : nullptr);
    add(line, {result.kind, result.failed_file_count});
}

void ndjson_output::write_invalid(std::string_view text, std::string_view where)
{
    std::string line;
    append_invalid_line(line, text, where);
    add(line, {outcome_kind::invalid_job_id, 0});
}

}  // namespace jobaudit::store
