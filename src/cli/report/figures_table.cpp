#include "cli/report/figures_table.hpp"

#include "cli/terminal/terminal_text.hpp"
#include "cli/terminal/wrapped_text.hpp"

#include <algorithm>

namespace jobaudit::cli {
namespace {

constexpr std::size_t gap = 2;

}  // namespace

std::string figures_table::text(std::size_t width) const
{
    const auto figures = rows_.front().cells.size() - 1;
    std::vector<std::size_t> widths(figures);
    std::size_t column = gap;
    for (std::size_t i = 0; i < figures; ++i) {
        for (const auto& each : rows_)
            widths[i] = std::max(widths[i], columns(each.cells[i]));
        column += widths[i] + gap;
    }
    std::string all;
    for (const auto& each : rows_) {
        std::string left;
        for (std::size_t i = 0; i < figures; ++i)
            left += std::string(gap + widths[i] - columns(each.cells[i]), ' ') + each.cells[i];
        all += table_line(left, each.cells.back(), column, width);
        for (const auto& line : each.below)
            all += table_line("", line, column, width);
    }
    return all;
}

}  // namespace jobaudit::cli
