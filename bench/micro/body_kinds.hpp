#pragma once

#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace bench {

/// A form in which a failed-files body can come. `#` in `record` stands for the record's number.
struct body_kind {
    const char* name;
    std::string_view record;
    std::string_view separator = ",";
};

/// As bench/body_kinds.py has them, with one reason each.
inline constexpr std::array body_kinds{
    body_kind{"plain", R"({"document":"scans/incoming/file-#.pdf","error":"PdfReadError: EOF marker not found while )"
                       R"(reading the cross-reference table, on page # of 512"})"},
    body_kind{"quoted", R"({"document":"scans/incoming/file-#.pdf","error":"PdfReadError: EOF marker not found while )"
                        R"(reading the \"xref\" table, on page # of 512"})"},
    body_kind{"tracebacks", R"({"document":"scans/incoming/file-#.pdf","error":"Traceback (most recent call last):\n  )"
                            R"(File \"/app/partition.py\", line #, in partition\n    return page.extract_text()\n)"
                            R"(pypdf.errors.PdfReadError: EOF marker not found"})"},
    body_kind{"utf8", R"({"document":"Verträge/Prüfung/file-#.pdf","error":"Die Datei ließ sich nicht öffnen: Das )"
                      R"(Kennwort für „Müller & Söhne“ ist ungültig (Seite #). 保存先への書き込みが拒否されました"})"},
    body_kind{"escaped",
              R"({"document":"Vertr\u00e4ge/file-#.pdf","error":"Die Datei lie\u00df sich nicht \u00f6ffnen )"
              R"((Seite #). \u4fdd\u5b58\u5148\u3078\u306e\u66f8\u304d\u8fbc\u307f\u304c\u62d2\u5426"})"},
    body_kind{"unknown", R"({"document":"scans/incoming/file-#.pdf","error":"PdfReadError: EOF marker not found while )"
                         R"(reading the cross-reference table, on page # of 512","stage":"partition_fast_1","size":#,)"
                         R"("node":{"type":"pdf","try":3}})"},
    body_kind{"blank",
              R"({"document": "scans/incoming/file-#.pdf", "error": "PdfReadError: EOF marker not found while )"
              R"(reading the cross-reference table, on page # of 512"})",
              ", "},
    body_kind{"indented",
              "{\n      \"document\": \"scans/incoming/file-#.pdf\",\n      \"error\": \"PdfReadError: EOF marker not "
              "found while reading the cross-reference table, on page # of 512\"\n    }",
              ",\n    "},
    body_kind{"reversed", R"({"error":"PdfReadError: EOF marker not found while reading the cross-reference table, on )"
                          R"(page # of 512","document":"scans/incoming/file-#.pdf"})"},
};

inline void append_record(std::string& body, const body_kind& kind, std::size_t index)
{
    if (body.back() != '[')
        body += kind.separator;
    for (const char letter : kind.record) {
        if (letter == '#')
            body += std::to_string(10'000 + index);
        else
            body += letter;
    }
}

[[nodiscard]] inline std::string body_of_kind(const body_kind& kind, std::size_t records)
{
    std::string body = R"({"failed_files":[)";
    for (std::size_t i = 0; i < records; ++i)
        append_record(body, kind, i);
    return body + "]}";
}

/// Each record of another kind.
[[nodiscard]] inline std::string body_of_all_kinds(std::size_t records)
{
    std::minstd_rand drawn{7};
    std::string body = R"({"failed_files":[)";
    for (std::size_t i = 0; i < records; ++i)
        append_record(body, body_kinds[drawn() % body_kinds.size()], i);
    return body + "]}";
}

}  // namespace bench
