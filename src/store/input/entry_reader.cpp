#include "store/input/entry_reader.hpp"

#include "store/input/input_error.hpp"

#include <algorithm>
#include <utility>

namespace jobaudit::store {

namespace {

constexpr std::size_t block_size = 64 * 1024;
constexpr std::size_t first_line_limit = 64 * 1024;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

entry_reader::entry_reader(const std::string& path, const std::string& column)
    : file_{path}, detection_{file_.name(), id_column{column}}, block_(block_size)
{}

bool entry_reader::next(job_entry& out, bool may_wait)
{
    while (!format_ || !format_->next(out)) {
        if (part_.is_there || cut_part())
            take_part();
        else if (ended_)
            return false;
        else if (at_file_end_)
            end_file();
        else if (!may_wait && file_.may_block())
            return false;
        else
            fill();
    }
    return true;
}

void entry_reader::fill()
{
    rest_ = {block_.data(), file_.read(block_)};
    at_file_end_ = rest_.empty();
    // After an interruption the last line may be cut, so it is not taken for an entry.
    if (at_file_end_ && line_is_open_ && !file_.was_interrupted())
        part_ = {{}, true, true};
}

bool entry_reader::cut_part()
{
    if (rest_.empty())
        return false;
    const auto line_break = rest_.find('\n');
    part_ = {rest_.substr(0, line_break), line_break != std::string_view::npos, true};
    rest_.remove_prefix(part_.text.size() + (part_.ends_line ? 1 : 0));
    return true;
}

// Up to an entry within it, or all.
void entry_reader::take_part()
{
    line_is_open_ = true;
    if (!format_) {
        first_line_ += part_.text;
        part_.text = {};
        if (part_.ends_line || first_line_.size() >= first_line_limit)
            look_at_line(part_.ends_line);
    }
    if (format_ && !skip_line_)
        part_.text.remove_prefix(format_->feed(part_.text));
    else
        part_.text = {};
    if (!part_.text.empty())
        return;
    part_.is_there = false;
    if (part_.ends_line)
        end_line();
}

void entry_reader::look_at_line(bool is_whole)
{
    if (std::exchange(at_file_start_, false) && first_line_.starts_with(byte_order_mark))
        first_line_.erase(0, byte_order_mark.size());

    auto detected = detection_.look_at(first_line_, is_whole);
    format_ = std::move(detected.format);
    skip_line_ = detected.line_is_header;
    if (format_) {
        format_->start_line(line_);
        part_.text = first_line_;
    } else {
        // That of a comment tells that what comes of its line is one.
        first_line_.resize(std::min<std::size_t>(first_line_.size(), 1));
    }
}

void entry_reader::end_line()
{
    if (format_ && !skip_line_)
        format_->end_line();
    if (!format_)
        first_line_.clear();
    skip_line_ = false;
    line_is_open_ = false;
    ++line_;
    if (format_)
        format_->start_line(line_);
}

void entry_reader::end_file()
{
    if (std::exchange(is_finished_, true) || file_.was_interrupted() || !format_) {
        ended_ = true;
        if (!problem_.empty())
            throw input_error{file_.name() + ' ' + problem_};
        return;
    }
    problem_ = format_->end_file();
}

}  // namespace jobaudit::store
