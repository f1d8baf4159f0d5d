#pragma once

#include "store/output/capped_text.hpp"

#include <string_view>

namespace jobaudit::store {

/// A line of a printed table, which comes in pieces: tells rows from what is printed around them.
class table_line {
public:
    void feed(std::string_view piece);

    /// Forgets the line, keeps the memory.
    void clear() noexcept;

    /// Whether it is a rule, such as `----+----`, `| :-- | --: |` or `+-----+`.
    [[nodiscard]] bool is_rule() const noexcept;

    /// Whether it counts the rows, as `(3 rows)` does.
    [[nodiscard]] bool is_row_count() const noexcept;

    [[nodiscard]] const capped_text& text() const noexcept { return text_; }

private:
    capped_text text_;
    bool has_other_than_rule_ = false;
};

}  // namespace jobaudit::store
