#pragma once

#include "store/input/entry_format.hpp"
#include "store/input/format_detection.hpp"
#include "store/input/input_file.hpp"
#include "store/input/job_entry.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::store {

/// Reads the entries of a job file one after the other, in flat memory; finds out the format by the first
/// line that is no comment.
class entry_reader {
public:
    /// `column`: where the IDs stand in it, empty for the usual names. Throws input_error.
    explicit entry_reader(const std::string& path, const std::string& column = {});

    /// False at the end; without `may_wait`, also where more would have to be waited for. Throws input_error.
    [[nodiscard]] bool next(job_entry& out, bool may_wait);

    [[nodiscard]] const input_file& file() const noexcept { return file_; }

    /// Whether it was interrupted before its end.
    [[nodiscard]] bool was_interrupted() const noexcept { return file_.was_interrupted(); }

    /// As entry_format::other_fields.
    [[nodiscard]] std::string other_fields() const { return format_ ? format_->other_fields() : std::string{}; }

    /// Lines of a regular file as input_file::estimate_lines, once the format is known to have an entry in each.
    [[nodiscard]] std::optional<std::uint64_t> estimate_entries() const
    {
        return format_ && format_->has_an_entry_a_line() ? file_.estimate_lines() : std::nullopt;
    }

    /// As input_file::interrupt.
    void interrupt() noexcept { file_.interrupt(); }

private:
    // A part of a line: all of it, or what was read of it so far.
    struct line_part {
        std::string_view text;
        bool ends_line = false;
        bool is_there = false;
    };

    void fill();
    [[nodiscard]] bool cut_part();
    void take_part();
    void look_at_line(bool is_whole);
    void end_line();
    void end_file();

    input_file file_;
    format_detection detection_;
    std::vector<char> block_;
    std::string_view rest_;  // of the block
    line_part part_;         // that is being fed
    std::unique_ptr<entry_format> format_;
    std::string first_line_;     // until the format is known
    std::uint64_t line_ = 1;     // the one being read
    bool line_is_open_ = false;  // it has bytes, but no line break yet
    bool at_file_start_ = true;
    bool skip_line_ = false;  // the rest of a header
    bool at_file_end_ = false;
    bool is_finished_ = false;  // the format knows of the end
    std::string problem_;       // with that
    bool ended_ = false;
};

}  // namespace jobaudit::store
