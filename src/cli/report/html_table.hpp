#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::cli {

/// A table of a page, which its script makes sortable. Texts may be anything: they are escaped.
class html_table {
public:
    enum class column_kind : std::uint8_t { name, figure, bar, words };
    struct column {
        std::string_view heading;
        column_kind kind;
    };

    /// `label` names it for those who do not see it; `what` are its rows: "workflows".
    html_table(std::string_view label, std::string_view what, std::vector<column> columns);

    html_table& row();
    html_table& name(std::string_view text);
    html_table& figure(std::uint64_t number);
    html_table& bar(std::uint64_t part, std::uint64_t whole);
    html_table& words(std::string_view text);

    [[nodiscard]] std::string html() const;

private:
    std::string begin_;
    std::string rows_;
};

}  // namespace jobaudit::cli
