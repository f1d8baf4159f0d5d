#pragma once

#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace jobaudit::cli {

/// Longer texts of others are cut in a page.
inline constexpr std::size_t longest_page_text = 1'000;

/// The text as a page shows it: printable, and cut at `longest_page_text` bytes, where an ellipsis says so.
[[nodiscard]] std::string page_text(std::string_view text);

/// page_text() for the content of an element or the value of an attribute in quotes: nothing in it is markup.
[[nodiscard]] std::string html_text(std::string_view text);

/// JSON for the content of a `script` element: nothing in it ends the element or begins a comment (HTML Standard,
/// "Restrictions for contents of script elements"), and no line separator breaks a JavaScript text.
[[nodiscard]] std::string json_in_html(const boost::json::value& value);

/// A bar as long as its share of the width.
[[nodiscard]] std::string html_bar(std::uint64_t part, std::uint64_t whole);

}  // namespace jobaudit::cli
