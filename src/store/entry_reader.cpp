#include "store/entry_reader.hpp"

#include "store/capped_text.hpp"
#include "store/format_detection.hpp"
#include "store/input_error.hpp"

#include <utility>

namespace jobaudit::store {

namespace {

constexpr std::size_t block_size = 64 * 1024;
constexpr std::size_t first_line_limit = 64 * 1024;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

entry_reader::entry_reader(const std::string& path) : file_{path}, block_(block_size) {}

bool entry_reader::next(job_entry& out)
{
    while (!rest_.empty() || fill()) {
        const std::size_t line_break = rest_.find('\n');
        feed(rest_.substr(0, line_break));
        if (line_break == std::string_view::npos) {
            rest_ = {};
            continue;
        }
        rest_.remove_prefix(line_break + 1);
        if (end_line(out))
            return true;
    }
    return end_file(out);
}

bool entry_reader::fill()
{
    if (ended_)
        return false;
    rest_ = {block_.data(), file_.read(block_)};
    return !rest_.empty();
}

void entry_reader::feed(std::string_view piece)
{
    line_is_open_ = true;
    if (skip_line_)
        return;
    if (format_) {
        format_->feed(piece);
        return;
    }
    first_line_ += piece;
    if (first_line_.size() >= first_line_limit)
        settle_format();
}

bool entry_reader::end_line(job_entry& out)
{
    line_is_open_ = false;
    if (!entry_is_open_)
        started_ = line_;
    ++line_;

    if (!format_)
        settle_format();
    if (!format_ || std::exchange(skip_line_, false)) {
        first_line_.clear();
        return false;
    }
    const auto found = format_->end_line(out);
    entry_is_open_ = found == entry_format::found::more;
    out.number = started_;
    return found == entry_format::found::entry;
}

void entry_reader::settle_format()
{
    if (std::exchange(at_file_start_, false) && first_line_.starts_with(byte_order_mark))
        first_line_.erase(0, byte_order_mark.size());

    const std::string_view line = trimmed(first_line_);
    if (line.empty()) {
        first_line_.clear();
    } else if (line.front() == '#') {
        first_line_ = "#";
    } else {
        detected_format detected = detect_format(line, file_.name());
        format_ = std::move(detected.format);
        skip_line_ = detected.line_is_header;
        if (!skip_line_)
            format_->feed(first_line_);
        first_line_ = {};
    }
}

bool entry_reader::end_file(job_entry& out)
{
    ended_ = true;
    // What came of a line by then is not what somebody wrote.
    if (file_.was_interrupted())
        return false;
    const bool found = line_is_open_ && end_line(out);
    if (entry_is_open_)
        throw input_error{file_.name() + ": the quote opened in line " + std::to_string(started_) +
                          " is never closed: close it, so that the lines behind it can be read"};
    return found;
}

}  // namespace jobaudit::store
