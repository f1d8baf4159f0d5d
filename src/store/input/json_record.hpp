#pragma once

#include "store/input/id_column.hpp"
#include "store/input/job_entry.hpp"
#include "store/output/capped_text.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace jobaudit::store {

/// One JSON object with a job's ID in a field, or a bare ID, which comes in pieces.
class json_record {
public:
    explicit json_record(const id_column& column);
    json_record(const json_record&) = delete;
    json_record& operator=(const json_record&) = delete;
    ~json_record();

    void feed(std::string_view piece);

    /// A line break within the record, and the blanks behind it.
    void feed_line_break();

    /// Forgets the record, keeps the memory.
    void clear() noexcept;

    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

    /// The front of its text, without surrounding blanks.
    [[nodiscard]] const capped_text& text() const noexcept { return text_; }

    /// Sets the entry's job or text.
    void take(job_entry& out) const;

    /// The names of the first record's fields, where no record so far has one for the IDs; else empty.
    [[nodiscard]] std::string other_fields() const;

private:
    class id_handler;
    struct parser;

    capped_text text_;
    std::unique_ptr<parser> parser_;
    bool is_broken_ = false;
};

}  // namespace jobaudit::store
