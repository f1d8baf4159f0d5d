#include "store/capped_text.hpp"
#include "store/entry_format.hpp"

#include <jobaudit/job_id.hpp>

namespace jobaudit::store {

namespace {

class plain_format final : public entry_format {
public:
    void feed(std::string_view piece) override { line_.append(piece); }

    found end_line(job_entry& out) override
    {
        const found result = take(out);
        line_.clear();
        return result;
    }

private:
    found take(job_entry& out) const
    {
        if (line_.empty() || line_.front().front() == '#')
            return found::nothing;
        out.job = line_.is_whole() ? job_id::parse(line_.front()) : std::nullopt;
        if (!out.job)
            out.invalid = line_.printed();
        return found::entry;
    }

    capped_text line_;
};

}  // namespace

std::unique_ptr<entry_format> make_plain_format() { return std::make_unique<plain_format>(); }

}  // namespace jobaudit::store
