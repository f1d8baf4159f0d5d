#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::test {

/// A way in which a platform may write its failed files.
struct body_kind {
    std::string name;
    std::vector<std::string_view> errors;  ///< as JSON, without quotation marks; the records have them in turn
    std::string_view document = "scans/incoming/file-";
    std::string_view open = R"({"failed_files":[)";
    std::string_view before_document = R"({"document":")";
    std::string_view before_error = R"(","error":")";
    std::string_view end = R"("})";
    std::string_view between = ",";
    std::string_view close = "]}";
    bool is_reversed = false;  ///< the error stands before the document

    [[nodiscard]] std::string body(std::size_t records) const;
};

/// Those that differ in what reading them takes.
[[nodiscard]] std::vector<body_kind> body_kinds();

}  // namespace jobaudit::test
