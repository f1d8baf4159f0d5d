#include "store/input/entry_format.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

namespace jobaudit::store {

namespace {

// As much of a record in several lines is kept to be read again: more than a cell of a spreadsheet holds (32,767
// characters), and not too much for a file of nothing but open quotes.
constexpr std::size_t held_limit = 128 * 1024;

// A quote that somebody forgot to close, or that means inches, would take the rows behind it for the text of its field.
// A line behind it that is itself a row shows such a quote, and so does a text behind the closing one, and a file that
// ends in quotes. Then that quote is read as if it were text, and the lines behind it anew.
class csv_format final : public entry_format {
public:
    explicit csv_format(const csv_columns& columns)
        : record_{columns, csv_record::quotes::all}
        , own_row_{columns, csv_record::quotes::all}
        , line_row_{columns, csv_record::quotes::closed}
    {}

    std::size_t feed(std::string_view piece) override
    {
        if (lines_ == 0)
            first_line_ = line();
        feed_record(piece);
        return piece.size();
    }

    void end_line() override
    {
        ++lines_;
        const bool was_swallowed = lines_ > 1 && is_swallowed_row();
        if (!was_swallowed && !record_.is_open())
            return take_record();

        if (is_held_)
            held_ += '\n';
        if (was_swallowed)
            return take_quote_for_text();
        record_.feed("\n");
        field_at_line_start_ = record_.field();
        own_row_.clear();
    }

    std::string end_file() override
    {
        has_ended_ = true;
        return {};
    }

    bool next(job_entry& out) override
    {
        while (ready_.empty()) {
            if (again_at_ < again_.size())
                read_again();
            else if (has_ended_ && record_.is_open())
                take_quote_for_text();
            else
                return false;
        }
        out = std::move(ready_.front());
        ready_.pop_front();
        return true;
    }

private:
    void feed_record(std::string_view piece)
    {
        record_.feed(piece);
        if (lines_ > 0)
            own_row_.feed(piece);
        is_held_ = is_held_ && held_.size() + piece.size() < held_limit;
        if (is_held_)
            held_ += piece;
    }

    // Whether the line that has ended is a row of its own rather than text that a quote in an earlier line opened.
    [[nodiscard]] bool is_swallowed_row()
    {
        if (record_.is_malformed())
            return true;
        const bool is_text_throughout = record_.is_open() && record_.field() == field_at_line_start_;
        return own_row_.is_row() && (is_text_throughout || (is_held_ && read_in_line(first_held_line()).is_row()));
    }

    [[nodiscard]] std::string_view first_held_line() const
    {
        return std::string_view{held_}.substr(0, held_.find('\n'));
    }

    [[nodiscard]] const csv_record& read_in_line(std::string_view line)
    {
        line_row_.clear();
        line_row_.feed(line);
        return line_row_;
    }

    void take_record()
    {
        // In one line, too, a quote may be a text's.
        const bool is_misread = record_.is_malformed() && !record_.job() && is_held_ && read_in_line(held_).is_row();
        add(is_misread ? line_row_ : record_);
        clear();
    }

    void take_quote_for_text()
    {
        if (is_held_) {
            add(read_in_line(first_held_line()));
            again_.replace(0, again_at_, held_, first_held_line().size() + 1);
            again_at_ = 0;
            again_line_ = first_line_ + 1;
        } else {
            add(record_);
            first_line_ += lines_ - 1;
            if (own_row_.is_row())
                add(own_row_);
        }
        clear();
    }

    // A line of those that a quote had swallowed.
    void read_again()
    {
        if (lines_ == 0)
            first_line_ = again_line_;
        ++again_line_;
        const auto line = std::string_view{again_}.substr(again_at_, again_.find('\n', again_at_) - again_at_);
        again_at_ += line.size() + 1;
        feed_record(line);
        end_line();
    }

    void add(const csv_record& row)
    {
        if (row.is_blank())
            return;
        job_entry entry{row.job(), {}, first_line_};
        if (!entry.job)
            entry.invalid = row.printed();
        ready_.push_back(std::move(entry));
    }

    void clear()
    {
        record_.clear();
        own_row_.clear();
        held_.clear();
        is_held_ = true;
        lines_ = 0;
    }

    csv_record record_;
    csv_record own_row_;                   // the last line of a record in several lines, read by itself
    csv_record line_row_;                  // a line, read with its stray quotes as text
    std::size_t field_at_line_start_ = 0;  // of a line behind the record's first
    std::string held_;                     // the record's lines, with a line break behind each that has ended
    bool is_held_ = true;                  // all of them
    std::uint64_t first_line_ = 1;
    std::uint64_t lines_ = 0;   // of the record, that have ended
    std::string again_;         // lines that are read again, each with its line break
    std::size_t again_at_ = 0;  // the next of them
    std::uint64_t again_line_ = 1;
    std::deque<job_entry> ready_;
    bool has_ended_ = false;
};

}  // namespace

std::unique_ptr<entry_format> make_csv_format(const csv_columns& columns)
{
    return std::make_unique<csv_format>(columns);
}

}  // namespace jobaudit::store
