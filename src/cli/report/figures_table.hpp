#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace jobaudit::cli {

/// A table whose rows have some figures, right-aligned, and then a text, which takes as many lines as it needs. Where
/// the width is small the text stands below its figures.
class figures_table {
public:
    /// `headings`: of the figures and of the text.
    explicit figures_table(std::vector<std::string> headings) { rows_.push_back({std::move(headings), {}}); }

    /// `cells`: printable; as many as there are headings. `below`: further lines of the text.
    void add(std::vector<std::string> cells, std::vector<std::string> below = {})
    {
        rows_.push_back({std::move(cells), std::move(below)});
    }

    [[nodiscard]] std::string text(std::size_t width) const;

private:
    struct row {
        std::vector<std::string> cells;
        std::vector<std::string> below;
    };
    std::vector<row> rows_;
};

}  // namespace jobaudit::cli
