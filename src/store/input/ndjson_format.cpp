#include "store/input/entry_format.hpp"
#include "store/input/json_record.hpp"

#include <utility>

namespace jobaudit::store {

namespace {

class ndjson_format final : public entry_format {
public:
    explicit ndjson_format(const id_column& column) : record_{column} {}

    std::size_t feed(std::string_view piece) override
    {
        record_.feed(piece);
        return piece.size();
    }

    void end_line() override
    {
        has_entry_ = !record_.empty() && record_.text().front().front() != '#';
        if (has_entry_) {
            record_.take(entry_);
            entry_.number = line();
        }
        record_.clear();
    }

    bool next(job_entry& out) override
    {
        if (!std::exchange(has_entry_, false))
            return false;
        std::swap(out, entry_);
        return true;
    }

    std::string other_fields() const override { return record_.other_fields(); }

private:
    json_record record_;
    job_entry entry_;
    bool has_entry_ = false;
};

}  // namespace

std::unique_ptr<entry_format> make_ndjson_format(const id_column& column)
{
    return std::make_unique<ndjson_format>(column);
}

}  // namespace jobaudit::store
