#pragma once

#include "store/input/entry_format.hpp"
#include "store/input/id_column.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace jobaudit::store {

/// The format of a job file, as one of its first lines shows it.
struct detected_format {
    std::unique_ptr<entry_format> format;  ///< null: nothing, the next line is to be looked at
    bool line_is_header = false;           ///< otherwise it is an entry itself
};

/// Finds out the format of a job file by its first lines.
class format_detection {
public:
    /// `file` is named in errors.
    format_detection(std::string file, const id_column& column) : file_{std::move(file)}, column_{column} {}

    /// `is_whole`: it is not just the front of a long line. Throws input_error for what can't be a list of jobs:
    /// columns of which none is the IDs'.
    [[nodiscard]] detected_format look_at(std::string_view untrimmed, bool is_whole);

private:
    [[nodiscard]] bool says_nothing(std::string_view line);
    [[nodiscard]] bool is_comment(std::string_view line) const;
    [[nodiscard]] detected_format look_at_json(std::string_view line, bool is_whole) const;
    [[nodiscard]] detected_format look_at_header(std::string_view line) const;
    void check_for_columns(std::string_view line) const;

    std::string file_;
    id_column column_;
    std::string separators_ = ",;\t|";  // those that are possible
};

}  // namespace jobaudit::store
