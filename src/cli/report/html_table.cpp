#include "cli/report/html_table.hpp"

#include "cli/options/quantities.hpp"
#include "cli/report/figures_text.hpp"
#include "cli/report/html_text.hpp"

namespace jobaudit::cli {

html_table::html_table(std::string_view label, std::string_view what, std::vector<column> columns)
{
    // Where it is wider than the page it is scrolled, with the keyboard too.
    begin_ = R"(<div class="scroll" role="region" tabindex="0" aria-label=")" + html_text(label) +
             R"("><table class="sortable" data-what=")" + html_text(what) + R"("><thead><tr>)";
    for (const auto& each : columns) {
        begin_ += R"(<th scope="col")";
        if (each.kind == column_kind::figure)
            begin_ += R"( class="figure")";
        if (each.kind == column_kind::bar)
            begin_ += " data-fixed";
        begin_ += '>' + html_text(each.heading) + "</th>";
    }
    begin_ += "</tr></thead>\n<tbody>";
}

html_table& html_table::row()
{
    rows_ += rows_.empty() ? "<tr>" : "</tr>\n<tr>";
    return *this;
}

html_table& html_table::name(std::string_view text)
{
    rows_ += R"(<th scope="row" class="name">)" + html_text(text) + "</th>";
    return *this;
}

html_table& html_table::figure(std::uint64_t number)
{
    rows_ += R"(<td class="figure" data-sort=")" + std::to_string(number) + R"(">)" + to_text(number) + "</td>";
    return *this;
}

html_table& html_table::bar(std::uint64_t part, std::uint64_t whole)
{
    rows_ += R"(<td class="bars">)" + share_of(part, whole) + html_bar(part, whole) + "</td>";
    return *this;
}

html_table& html_table::words(std::string_view text)
{
    rows_ += R"(<td class="words">)" + html_text(text) + "</td>";
    return *this;
}

std::string html_table::html() const
{
    return begin_ + rows_ + (rows_.empty() ? "" : "</tr>") + "</tbody></table></div>\n";
}

}  // namespace jobaudit::cli
