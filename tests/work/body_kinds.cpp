#include "work/body_kinds.hpp"

namespace jobaudit::test {

std::string body_kind::body(std::size_t records) const
{
    std::string text{open};
    for (std::size_t i = 0; i < records; ++i) {
        const auto file = std::string{document} + std::to_string(10'000 + i) + ".pdf";
        const auto error = std::string{errors[i % errors.size()]} + std::to_string(100 + i);
        text += i == 0 ? "" : between;
        text += before_document;
        text += is_reversed ? error : file;
        text += before_error;
        text += is_reversed ? file : error;
        text += end;
    }
    return text += close;
}

std::vector<body_kind> body_kinds()
{
    const std::vector<std::string_view> plain{
        "PdfReadError: EOF marker not found while reading the table, on page ",
        "HTTP 403: Forbidden while fetching the element ",
        "OCR timed out after 300 s on page ",
    };
    std::vector<body_kind> all;
    const auto add = [&](const char* name) -> body_kind& {
        all.push_back({name, plain});
        return all.back();
    };
    add("plain");
    add("quoted").errors = {R"(PdfReadError: EOF marker not found while reading the \"xref\" table, on page )"};
    add("tracebacks").errors = {
        R"(Traceback (most recent call last):\n  File \"/app/partition/pdf.py\", line 88, in partition_pdf\n    raise PdfReadError(\"EOF marker not found\")\npypdf.errors.PdfReadError: page )",
        R"({\"detail\":\"File type not supported\"}\n  File \"/app/partition/auto.py\", line 7, in run\n    )",
    };
    auto& utf8 = add("utf8");
    utf8.document = "Übersicht/報告書-";
    utf8.errors = {"Die Datei konnte nicht geöffnet werden: ungültiges Passwort für Müller, Seite ",
                   "ファイルを開けませんでした: パスワードが正しくありません: ページ "};
    auto& escaped = add("escaped");
    escaped.document = R"(\u00dcbersicht/\u5831\u544a\u66f8-)";
    escaped.errors = {
        R"(Die Datei konnte nicht ge\u00f6ffnet werden: ung\u00fcltiges Passwort f\u00fcr M\u00fcller, Seite )",
        R"(\u30d5\u30a1\u30a4\u30eb\u3092\u958b\u3051\u307e\u305b\u3093\u3067\u3057\u305f: \u30d1\u30b9\u30ef\u30fc\u30c9: )"};
    add("unknown").end = R"(","stage":"partition_fast_1","size":12345,"meta":{"a":"x","b":3}})";
    auto& blank = add("blank");
    blank.open = R"({"failed_files": [)";
    blank.before_document = R"({"document": ")";
    blank.before_error = R"(", "error": ")";
    blank.between = ", ";
    auto& indented = add("indented");
    indented.open = "{\n  \"failed_files\": [\n    ";
    indented.before_document = "{\n      \"document\": \"";
    indented.before_error = "\",\n      \"error\": \"";
    indented.end = "\"\n    }";
    indented.between = ",\n    ";
    indented.close = "\n  ]\n}\n";
    auto& reversed = add("reversed");
    reversed.is_reversed = true;
    reversed.before_document = R"({"error":")";
    reversed.before_error = R"(","document":")";
    return all;
}

}  // namespace jobaudit::test
