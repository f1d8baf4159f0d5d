#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::grouping {

/// What the texts of one reason have in common, word by word. A word that is just `variable` stands for one word or
/// more.
using error_template = std::vector<std::string>;

/// The words of a masked text.
[[nodiscard]] error_template words_of(std::string_view masked);

/// The masked text of a template.
[[nodiscard]] std::string joined(const error_template& words);

/// Whether a masked text is one of the template's.
[[nodiscard]] bool matches(const error_template& words, const error_template& text) noexcept;

/// Whether a word of a masked text stands in every text of a reason: the name of an exception, the code of an error.
[[nodiscard]] bool is_fixed(std::string_view word) noexcept;

/// Whether a word is rather a name, which differs from text to text, than a word of a sentence.
[[nodiscard]] bool is_like_a_name(std::string_view word) noexcept;

/// Finds the templates of masked texts: texts with the same fixed words that differ in what is rather a name, or in a
/// word for which there are many others, belong to one template. For each text, the index of its template; the same
/// templates for the same texts in whatever order.
///
/// After Drain (He, Zhu, Zheng and Lyu, ICWS 2017), whose order of arrival is replaced by what all texts show.
struct found_templates {
    std::vector<error_template> templates;
    std::vector<std::size_t> of_text;
};
[[nodiscard]] found_templates find_templates(const std::vector<std::string>& masked);

}  // namespace jobaudit::grouping
