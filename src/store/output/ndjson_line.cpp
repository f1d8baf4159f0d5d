#include "store/output/ndjson_line.hpp"

#include "protocol/string_run.hpp"
#include "protocol/utf8.hpp"
#include "protocol/utf8_check.hpp"

#include <jobaudit/job_id.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <variant>

namespace jobaudit::store {

namespace {

void append_escape(std::string& out, char special)
{
    static constexpr std::string_view hex = "0123456789abcdef";
    switch (special) {
    case '"':
        out += "\\\"";
        return;
    case '\\':
        out += "\\\\";
        return;
    case '\b':
        out += "\\b";
        return;
    case '\f':
        out += "\\f";
        return;
    case '\n':
        out += "\\n";
        return;
    case '\r':
        out += "\\r";
        return;
    case '\t':
        out += "\\t";
        return;
    default:
        out += "\\u00";
        out += hex[static_cast<unsigned char>(special) >> 4];
        out += hex[static_cast<unsigned char>(special) & 0x0F];
    }
}

bool may_stand_in_line(std::string_view text) noexcept
{
    const auto found = protocol::check_utf8(text);
    return found.is_valid && !found.has_line_separators;
}

// Each with a look at it: U+FFFD stands for each byte that is no UTF-8. Readers that take Unicode's line ends for their
// own (Node's readline) would split the line at them.
void append_characters(std::string& out, std::string_view text)
{
    while (!text.empty()) {
        const auto size = protocol::utf8_character_size(text);
        const auto character = text.substr(0, size);
        if (size == 0)
            out += protocol::replacement_character;
        else if (character == "\u2028")
            out += "\\u2028";
        else if (character == "\u2029")
            out += "\\u2029";
        else
            out += character;
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
}

template <std::integral Number>
void append_number(std::string& out, Number value)
{
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

// The fields before the first text of any length. They are put together here and appended at once, because a string
// checks its capacity with each piece.
class line_head {
public:
    void add(std::string_view piece) noexcept
    {
        std::memcpy(end_, piece.data(), piece.size());
        end_ += piece.size();
    }

    template <std::integral Number>
    void add_number(Number value) noexcept
    {
        end_ = std::to_chars(end_, bytes_.data() + bytes_.size(), value).ptr;
    }

    void add_milliseconds(std::chrono::nanoseconds time) noexcept
    {
        const std::int64_t tenths = tenths_of_milliseconds(time);
        add_number(tenths / 10);
        const std::array<char, 2> rest{'.', static_cast<char>('0' + tenths % 10)};
        add({rest.data(), rest.size()});
    }

    void add_job(const job_id& job) noexcept
    {
        job.write_to(std::span<char, job_id::text_size>{end_, job_id::text_size});
        end_ += job_id::text_size;
    }

    [[nodiscard]] std::string_view text() const noexcept
    {
        return {bytes_.data(), static_cast<std::size_t>(end_ - bytes_.data())};
    }

private:
    // Its names take 66 bytes, the ID 36, the longest outcome 16, and three numbers at most 22 each.
    std::array<char, 256> bytes_;
    char* end_ = bytes_.data();
};

// All fields up to elapsed_ms; what follows begins with a comma.
void append_head(std::string& out, const outcome& result)
{
    line_head head;
    head.add(R"({"job_id":")");
    head.add_job(result.job);
    head.add(R"(","outcome":")");
    head.add(to_string(result.kind));
    head.add(R"(","http_status":)");
    if (result.http_status != 0)
        head.add_number(result.http_status);
    else
        head.add("null");
    head.add(R"(,"attempts":)");
    head.add_number(result.attempts);
    head.add(R"(,"elapsed_ms":)");
    head.add_milliseconds(result.elapsed);
    out += head.text();
}

void append_location(std::string& out, const validation_issue::location& where)
{
    if (const auto* name = std::get_if<std::string>(&where))
        append_json_string(out, *name);
    else
        append_number(out, std::get<std::int64_t>(where));
}

void append_issue(std::string& out, const validation_issue& issue)
{
    out += R"({"loc":[)";
    for (bool first = true; const auto& where : issue.loc) {
        if (!std::exchange(first, false))
            out += ',';
        append_location(out, where);
    }
    out += R"(],"msg":)";
    append_json_string(out, issue.msg);
    out += R"(,"type":)";
    append_json_string(out, issue.type);
    out += '}';
}

// A text that was not said is `null`, which is no text.
void append_known(std::string& out, std::string_view name, std::string_view text)
{
    out += name;
    if (text.empty())
        out += "null";
    else
        append_json_string(out, text);
}

// The fields from workflow_id on, and the end of the line.
void append_information(std::string& out, const job_information* known)
{
    if (known == nullptr) {
        out += R"(,"workflow_id":null,"workflow_name":null,"job_status":null,"created_at":null,"runtime":null})"
               "\n";
        return;
    }
    append_known(out, R"(,"workflow_id":)", known->workflow_id);
    append_known(out, R"(,"workflow_name":)", known->workflow_name);
    append_known(out, R"(,"job_status":)", known->status);
    append_known(out, R"(,"created_at":)", known->created_at);
    append_known(out, R"(,"runtime":)", known->runtime);
    out += "}\n";
}

// As JSON, where it is at hand.
void append_text(std::string& out, std::string_view text, std::string_view json)
{
    if (json.data() != nullptr)
        out += json;
    else
        append_json_text(out, text);
}

void append_ok_line(std::string& out, const outcome& result, const job_information* known)
{
    append_ok_head(out, result);
    for (bool first = true; const auto& record : result.failed_files) {
        if (!std::exchange(first, false))
            out += ',';
        append_failed_file(out, {record.document, record.error});
    }
    append_ok_tail(out, known);
}

const char* end_of(std::string_view text) noexcept { return text.data() + text.size(); }

// Of the first records, those whose JSON stands in one text with nothing but a comma between each and the next: they
// can be copied together. Most responses consist of them.
std::size_t side_by_side(std::span<const failed_file_view> records) noexcept
{
    const auto follows = [](std::string_view next, std::string_view json) {
        return !json.empty() && !next.empty() && next.data() == end_of(json) + 1 && *end_of(json) == ',';
    };
    std::size_t count = 1;
    while (count < records.size() && follows(records[count].json, records[count - 1].json))
        ++count;
    return count;
}

}  // namespace

std::int64_t tenths_of_milliseconds(std::chrono::nanoseconds time) noexcept
{
    const std::int64_t nanoseconds = std::max<std::int64_t>(time.count(), 0);
    return nanoseconds / 100'000 + (nanoseconds % 100'000 >= 50'000 ? 1 : 0);
}

std::string invalid_line_message(std::string_view where) { return std::string{where} + ": not a UUID"; }

void append_issues(std::string& out, std::span<const validation_issue> issues)
{
    out += '[';
    for (bool first = true; const auto& issue : issues) {
        if (!std::exchange(first, false))
            out += ',';
        append_issue(out, issue);
    }
    out += ']';
}

void append_json_string(std::string& out, std::string_view text)
{
    out += '"';
    append_json_text(out, text);
    out += '"';
}

void append_json_text(std::string& out, std::string_view text)
{
    while (!text.empty()) {
        const auto run = protocol::find_string_run(text);
        const auto front = text.substr(0, run.size);
        text.remove_prefix(run.size);
        if (run.is_ascii || may_stand_in_line(front))
            out += front;
        else
            append_characters(out, front);
        if (!text.empty()) {
            append_escape(out, text.front());
            text.remove_prefix(1);
        }
    }
}

void append_failed_file(std::string& out, const failed_file_view& record)
{
    if (!record.json.empty()) {
        out += record.json;
        return;
    }
    out += R"({"document":")";
    append_text(out, record.document, record.document_json);
    out += R"(","error":")";
    append_text(out, record.error, record.error_json);
    out += "\"}";
}

void append_failed_files(std::string& out, std::span<const failed_file_view> records)
{
    for (bool first = true; !records.empty();) {
        if (!std::exchange(first, false))
            out += ',';
        const auto count = side_by_side(records);
        if (count == 1)
            append_failed_file(out, records.front());
        else
            out.append(records.front().json.data(), end_of(records[count - 1].json));
        records = records.subspan(count);
    }
}

void append_ok_head(std::string& out, const outcome& result)
{
    append_head(out, result);
    out += R"(,"failed_files":[)";
}

void append_ok_tail(std::string& out, const job_information* known)
{
    out += R"(],"message":"","validation":null)";
    append_information(out, known);
}

void append_line(std::string& out, const outcome& result, const job_information* known)
{
    if (result.kind == outcome_kind::ok) {
        append_ok_line(out, result, known);
        return;
    }
    append_head(out, result);
    out += R"(,"failed_files":null,"message":)";
    append_json_string(out, result.message);
    out += R"(,"validation":)";
    if (result.kind == outcome_kind::validation)
        append_issues(out, result.validation);
    else
        out += "null";
    append_information(out, known);
}

void append_invalid_line(std::string& out, std::string_view text, std::string_view where)
{
    out += R"({"job_id":)";
    append_json_string(out, text);
    out +=
        R"(,"outcome":"invalid_job_id","http_status":null,"attempts":0,"elapsed_ms":0.0,"failed_files":null,"message":)";
    append_json_string(out, invalid_line_message(where));
    out += R"(,"validation":null)";
    append_information(out, nullptr);
}

}  // namespace jobaudit::store
