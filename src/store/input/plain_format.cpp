#include "store/input/entry_format.hpp"
#include "store/input/table_line.hpp"
#include "store/input/written_id.hpp"
#include "store/output/capped_text.hpp"

#include <utility>

namespace jobaudit::store {

namespace {

class plain_format final : public entry_format {
public:
    explicit plain_format(bool has_header) : has_header_{has_header} {}

    std::size_t feed(std::string_view piece) override
    {
        line_.feed(piece);
        return piece.size();
    }

    void end_line() override
    {
        const auto& text = line_.text();
        // Nearly each line is an ID and nothing else.
        entry_.job = text.is_whole() ? job_id::parse(text.front()) : std::nullopt;
        entry_.number = line();
        has_line_ = entry_.job || !is_passed_over();
        if (has_line_ && !entry_.job)
            take_line();
        line_.clear();
    }

    bool next(job_entry& out) override
    {
        if (!std::exchange(has_line_, false))
            return false;
        out.job = entry_.job;
        out.number = entry_.number;
        out.invalid.clear();
        if (!out.job)
            std::swap(out.invalid, entry_.invalid);
        return true;
    }

private:
    [[nodiscard]] bool is_passed_over() const noexcept
    {
        const auto& text = line_.text();
        return text.empty() || text.front().front() == '#' ||
               (has_header_ && (line_.is_rule() || line_.is_row_count()));
    }

    void take_line()
    {
        const auto& text = line_.text();
        const auto id = without_comment(text.front());
        entry_.job = text.is_whole() || id.size() < text.front().size() ? written_id(id) : std::nullopt;
        if (!entry_.job)
            entry_.invalid = text.printed();
    }

    bool has_header_;
    table_line line_;
    job_entry entry_;
    bool has_line_ = false;
};

}  // namespace

std::unique_ptr<entry_format> make_plain_format(bool has_header) { return std::make_unique<plain_format>(has_header); }

}  // namespace jobaudit::store
