#pragma once

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jobaudit::test {

/// The rows of fields of a CSV, as a reader of RFC 4180 takes them.
inline std::vector<std::vector<std::string>> rows_of(std::string_view csv)
{
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> row{{}};
    bool is_quoted = false;
    for (std::size_t i = 0; i < csv.size(); ++i) {
        if (is_quoted && csv.substr(i, 2) == "\"\"") {
            row.back() += csv[i++];
        } else if (csv[i] == '"') {
            is_quoted = !is_quoted;
        } else if (!is_quoted && csv[i] == ',') {
            row.emplace_back();
        } else if (!is_quoted && csv.substr(i, 2) == "\r\n") {
            rows.push_back(std::exchange(row, {{}}));
            ++i;
        } else {
            row.back() += csv[i];
        }
    }
    BOOST_TEST((row.size() == 1 && row[0].empty()));
    return rows;
}

}  // namespace jobaudit::test
