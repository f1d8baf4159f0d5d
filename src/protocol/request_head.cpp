#include "protocol/request_head.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace jobaudit::protocol {
namespace {

constexpr std::size_t max_key_size = 4096;
constexpr std::size_t max_user_agent_size = 256;
constexpr std::size_t max_field_name_size = 256;
constexpr std::size_t max_field_value_size = 4096;

constexpr std::string_view end_of_head = "\r\n";  // behind the lines of its fields

constexpr bool is_control(char c) noexcept
{
    const auto value = static_cast<unsigned char>(c);
    return value < 0x20 || value == 0x7f;
}

constexpr bool is_ascii(char c) noexcept { return static_cast<unsigned char>(c) < 0x80; }

std::string_view name_of_control(char c) noexcept
{
    switch (c) {
    case '\r':
        return "a carriage return";
    case '\n':
        return "a line feed";
    case '\0':
        return "a NUL";
    case '\t':
        return "a tab";
    default:
        return "a control character";
    }
}

// Names position and kind of a character only: the value may be a secret.
void check_characters(std::string_view value, std::size_t max_size, const char* field)
{
    if (value.size() > max_size)
        throw option_error{field, "is longer than " + std::to_string(max_size) + " characters"};
    for (std::size_t i = 0; i < value.size(); ++i) {
        const std::string at = " at position " + std::to_string(i + 1) + " of " + std::to_string(value.size());
        if (is_control(value[i]))
            throw option_error{field, "holds " + std::string{name_of_control(value[i])} + at + "; remove it"};
        if (!is_ascii(value[i]))
            throw option_error{field, "holds a character that is not ASCII" + at + "; remove it"};
    }
    if (!value.empty() && (value.front() == ' ' || value.back() == ' '))
        throw option_error{field, std::string{"holds a blank at its "} + (value.front() == ' ' ? "beginning" : "end") +
                                      "; remove it"};
}

void check_field_value(std::string_view value, std::size_t max_size, const char* field)
{
    if (value.empty())
        throw option_error{field, "is empty"};
    check_characters(value, max_size, field);
}

bool is_token_character(char c) noexcept
{
    const bool is_letter_or_digit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return is_letter_or_digit || std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

// Fields that the library sends itself, and fields that frame a message or control its connection.
constexpr std::array<std::string_view, 15> reserved_names{"host",
                                                          "authorization",
                                                          "unstructured-api-key",
                                                          "accept",
                                                          "accept-encoding",
                                                          "user-agent",
                                                          "connection",
                                                          "keep-alive",
                                                          "proxy-connection",
                                                          "proxy-authorization",
                                                          "content-length",
                                                          "transfer-encoding",
                                                          "te",
                                                          "trailer",
                                                          "upgrade"};

bool is_reserved(std::string_view name)
{
    std::string lower{name};
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return std::ranges::find(reserved_names, lower) != reserved_names.end();
}

/// RFC 3986 §2.1: all but its unreserved characters.
void append_encoded(std::string& out, std::string_view value)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : value) {
        const bool is_letter_or_digit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (is_letter_or_digit || std::string_view{"-._~"}.find(c) != std::string_view::npos) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4U];
        out += digits[byte & 0xfU];
    }
}

}  // namespace

void validate_field_value(std::string_view value, const char* field)
{
    check_characters(value, max_field_value_size, field);
}

void validate(const header_field& added, const char* field)
{
    if (added.name.empty() || added.name.size() > max_field_name_size ||
        !std::ranges::all_of(added.name, is_token_character))
        throw option_error{field, "holds a name that is no token of 1 to " + std::to_string(max_field_name_size) +
                                      " letters, digits and !#$%&'*+-.^_`|~"};
    if (is_reserved(added.name))
        throw option_error{field, "names " + added.name +
                                      ", which the library sends itself or which frames a message: "
                                      "leave it out"};
    validate_field_value(added.value, field);
}

std::string make_field_lines(std::span<const header_field> fields)
{
    std::string lines;
    for (const auto& each : fields)
        lines += each.name + ": " + each.value + "\r\n";
    return lines;
}

void validate(const credentials& value) { check_field_value(value.key, max_key_size, "credentials.key"); }

std::string make_get(const origin& where, const credentials& key, std::string_view user_agent, std::string_view target,
                     std::string_view field_lines)
{
    validate(key);
    check_field_value(user_agent, max_user_agent_size, "user_agent");
    std::string text = "GET ";
    text += where.path;
    text += target;
    text += " HTTP/1.1\r\nHost: ";
    text += where.host_field();
    text += key.scheme == authentication::bearer ? "\r\nAuthorization: Bearer " : "\r\nunstructured-api-key: ";
    text += key.key;
    text += "\r\nAccept: application/json\r\nAccept-Encoding: gzip\r\nUser-Agent: ";
    text += user_agent;
    text += "\r\n";
    text += field_lines;
    text += end_of_head;
    return text;
}

std::string list_target(std::string_view workflow_id, std::string_view status)
{
    std::string target = "/jobs/";
    char before = '?';
    const auto add = [&](std::string_view name, std::string_view value) {
        if (value.empty())
            return;
        target += std::exchange(before, '&');
        target += name;
        target += '=';
        append_encoded(target, value);
    };
    add("workflow_id", workflow_id);
    add("status", status);
    return target;
}

request_head::request_head(const origin& where, const credentials& key, std::string_view user_agent,
                           std::string_view field_lines)
    : text_{make_get(where, key, user_agent, "/jobs/" + job_id{}.to_string() + "/failed-files", field_lines)}
    , job_at_{std::string_view{"GET "}.size() + where.path.size() + std::string_view{"/jobs/"}.size()}
{}

std::string_view request_head::for_job(const job_id& job) noexcept
{
    job.write_to(std::span<char, job_id::text_size>{text_.data() + job_at_, job_id::text_size});
    return text_;
}

std::string_view request_head::for_job(const job_id& job, std::string_view further_lines)
{
    longer_ = for_job(job);
    longer_.insert(longer_.size() - end_of_head.size(), further_lines);
    return longer_;
}

}  // namespace jobaudit::protocol
