#pragma once

#include "store/entry_format.hpp"
#include "store/input_file.hpp"
#include "store/job_entry.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::store {

/// Reads the entries of a job file one after the other, in flat memory; finds out the format by the first
/// line that is no comment.
class entry_reader {
public:
    /// Throws input_error.
    explicit entry_reader(const std::string& path);

    /// False at the end. Throws input_error.
    [[nodiscard]] bool next(job_entry& out);

    /// Whether next() comes to the end of a line without reading from the file.
    [[nodiscard]] bool has_buffered() const noexcept { return rest_.find('\n') != std::string_view::npos; }

    [[nodiscard]] const input_file& file() const noexcept { return file_; }

    /// As input_file::interrupt.
    void interrupt() noexcept { file_.interrupt(); }

private:
    [[nodiscard]] bool fill();
    void feed(std::string_view piece);
    [[nodiscard]] bool end_line(job_entry& out);
    [[nodiscard]] bool end_first_line(job_entry& out);
    void settle_format();
    [[nodiscard]] bool end_file(job_entry& out);

    input_file file_;
    std::vector<char> block_;
    std::string_view rest_;  // of the block
    std::unique_ptr<entry_format> format_;
    std::string first_line_;      // until the format is known
    std::uint64_t line_ = 1;      // the one being read
    std::uint64_t started_ = 1;   // the one in which the entry being read began
    bool line_is_open_ = false;   // it has bytes, but no line break yet
    bool entry_is_open_ = false;  // it goes on in this line
    bool at_file_start_ = true;
    bool skip_line_ = false;  // the rest of a header
    bool ended_ = false;
};

}  // namespace jobaudit::store
