#include "store/input/entry_format.hpp"
#include "store/input/table_line.hpp"

#include <utility>

namespace jobaudit::store {

namespace {

class table_format final : public entry_format {
public:
    explicit table_format(const csv_columns& columns) : row_{columns, csv_record::quotes::none} {}

    std::size_t feed(std::string_view piece) override
    {
        line_.feed(piece);
        row_.feed(piece);
        return piece.size();
    }

    void end_line() override
    {
        has_row_ = !row_.is_blank() && !line_.is_rule() && !line_.is_row_count();
        if (has_row_)
            take_row();
        line_.clear();
        row_.clear();
    }

    bool next(job_entry& out) override
    {
        if (!std::exchange(has_row_, false))
            return false;
        std::swap(out, entry_);
        return true;
    }

private:
    void take_row()
    {
        entry_.job = row_.job();
        entry_.number = line();
        if (!entry_.job)
            entry_.invalid = row_.printed();
    }

    table_line line_;
    csv_record row_;
    job_entry entry_;
    bool has_row_ = false;
};

}  // namespace

std::unique_ptr<entry_format> make_table_format(const csv_columns& columns)
{
    return std::make_unique<table_format>(columns);
}

}  // namespace jobaudit::store
