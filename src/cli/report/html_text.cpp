#include "cli/report/html_text.hpp"

#include "cli/terminal/terminal_text.hpp"

#include <boost/json/serialize.hpp>

#include <array>
#include <cstdio>

namespace jobaudit::cli {
namespace {

std::string_view reference_of(char c) noexcept
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return {};
    }
}

/// No character of UTF-8 is cut in two.
std::string_view cut(std::string_view text) noexcept
{
    auto size = longest_page_text;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U)
        --size;
    return text.substr(0, size);
}

}  // namespace

std::string page_text(std::string_view text)
{
    return text.size() <= longest_page_text ? printable(text) : printable(cut(text)) + "…";
}

std::string html_text(std::string_view text)
{
    std::string html;
    for (const char c : page_text(text)) {
        if (const auto reference = reference_of(c); !reference.empty())
            html += reference;
        else
            html += c;
    }
    return html;
}

std::string json_in_html(const boost::json::value& value)
{
    constexpr std::string_view line_separator = "\u2028";
    constexpr std::string_view paragraph_separator = "\u2029";
    const auto json = boost::json::serialize(value);
    std::string html;
    html.reserve(json.size());
    for (std::size_t i = 0; i < json.size(); ++i) {
        const auto rest = std::string_view{json}.substr(i, line_separator.size());
        if (rest.front() == '<')
            html += "\\u003c";
        else if (rest == line_separator || rest == paragraph_separator) {
            html += rest == line_separator ? "\\u2028" : "\\u2029";
            i += line_separator.size() - 1;
        } else {
            html += rest.front();
        }
    }
    return html;
}

std::string html_bar(std::uint64_t part, std::uint64_t whole)
{
    const auto percent = whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    std::array<char, 200> html{};
    const auto size = std::snprintf(html.data(), html.size(),
                                    R"(<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" )"
                                    R"(aria-hidden="true"><rect width="%.2f" height="1"/></svg>)",
                                    percent);
    return {html.data(), static_cast<std::size_t>(size)};
}

}  // namespace jobaudit::cli
