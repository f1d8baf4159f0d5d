#pragma once

#include <cstddef>
#include <string>

namespace bench {

/// A failed-files body of so many records, about 150 bytes each.
[[nodiscard]] inline std::string fixed_body(std::size_t records)
{
    std::string body = R"({"failed_files":[)";
    for (std::size_t i = 0; i < records; ++i)
        body += std::string{i == 0 ? "" : ","} + R"({"document":"scans/incoming/file-)" + std::to_string(10'000 + i) +
                R"(.pdf","error":"PdfReadError: EOF marker not found while reading the \"xref\" table, job part )" +
                std::to_string(10'000 + i) + R"(, retried.."})";
    return body + "]}";
}

}  // namespace bench
