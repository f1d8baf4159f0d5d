#include "grouping/error_mask.hpp"

#include "grouping/character_set.hpp"
#include "grouping/error_family.hpp"
#include "grouping/error_words.hpp"
#include "grouping/traceback.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace jobaudit::grouping {

namespace {

constexpr std::string_view shown_variable = "<*>";
constexpr std::size_t shortest_document = 3;
constexpr character_set word_marks{".:!?"};
constexpr std::size_t longest_quote = 300;

struct quotation {
    std::string_view open;
    std::string_view close;
};

constexpr std::array quotations{
    quotation{"'", "'"},           quotation{"\"", "\""},         quotation{"`", "`"},
    quotation{"\u201e", "\u201c"}, quotation{"\u201c", "\u201d"}, quotation{"\u2018", "\u2019"},
    quotation{"\u00ab", "\u00bb"}, quotation{"\u300c", "\u300d"},
};

// What follows the third line is mostly a list, and as long as the list. A line that opens something goes on.
std::string_view first_lines(std::string_view text) noexcept
{
    constexpr std::size_t most_lines = 3;
    std::size_t lines = 0;
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', end + 1)) {
        const bool goes_on = end > 0 && std::string_view{"{[(,"}.find(text[end - 1]) != std::string_view::npos;
        if (!goes_on && ++lines == most_lines)
            return text.substr(0, end);
    }
    return text;
}

/// Reads one text from its front to its end.
class masking {
public:
    masking(std::string_view document, std::string& out) noexcept
        : document_{document.size() < shortest_document ? std::string_view{} : document}
        , base_name_{last_part(document_)}
        , out_{out}
    {
        if (base_name_.size() < shortest_document)
            base_name_ = {};
    }

    void read(std::string_view text)
    {
        for (std::size_t at = 0; at < text.size() && out_.size() < masked_limit;)
            at += step(text, at);
    }

private:
    std::size_t step(std::string_view text, std::size_t at)
    {
        const auto rest = text.substr(at);
        if (const auto size = document_size(rest))
            return put_variable(size);
        if (is_blank(rest.front()))
            return put_blank();
        if (may_open_quotation(text, at))
            if (const auto size = take_quotation(rest))
                return size;
        if (const auto size = word_size(rest))
            return take_word(rest.substr(0, size), rest.substr(size));
        return put_mark(rest);
    }

    [[nodiscard]] std::size_t document_size(std::string_view rest) const noexcept
    {
        if (!document_.empty() && rest.front() == document_.front() && rest.starts_with(document_))
            return document_.size();
        const bool is_base_name =
            !base_name_.empty() && rest.front() == base_name_.front() && rest.starts_with(base_name_);
        return is_base_name ? base_name_.size() : 0;
    }

    // A mark of ASCII within a word is an apostrophe.
    static bool may_open_quotation(std::string_view text, std::size_t at) noexcept
    {
        const char c = text[at];
        const bool is_mark_of_ascii = c == '\'' || c == '"' || c == '`';
        return is_mark_of_ascii ? at == 0 || !is_word(text[at - 1]) : quotation_mark_size(text.substr(at)) != 0;
    }

    std::size_t put_variable(std::size_t size)
    {
        // Several in a row are one: a name of several words is as variable as one of one word.
        const bool follows_one = follows_variable();
        if (follows_one && out_.back() == ' ')
            out_.pop_back();
        else if (!follows_one)
            out_ += variable;
        previous_ = {};
        return size;
    }

    [[nodiscard]] bool follows_variable() const noexcept
    {
        const auto last = out_.find_last_not_of(' ');
        return last != std::string::npos && out_[last] == variable;
    }

    std::size_t put_blank()
    {
        if (!out_.empty() && out_.back() != ' ')
            out_ += ' ';
        return 1;
    }

    std::size_t put_mark(std::string_view rest)
    {
        const char mark = rest.front();
        if (mark == '{')
            ++depth_;
        else if (mark == '}' && depth_ > 0)
            --depth_;
        const auto size = std::max(std::size_t{1}, quotation_mark_size(rest));
        out_ += rest.substr(0, size);
        return size;
    }

    // What stands in quotation marks, with them; 0 where there is no such thing.
    std::size_t take_quotation(std::string_view rest)
    {
        for (const auto& [open, close] : quotations) {
            if (!rest.starts_with(open))
                continue;
            const auto content = quoted(rest.substr(open.size()), close);
            if (!content)
                return 0;
            const auto size = open.size() + content->size() + close.size();
            put_quoted(*content, open, close, rest.substr(size));
            return size;
        }
        return 0;
    }

    // An apostrophe within a word ends nothing.
    static std::optional<std::string_view> quoted(std::string_view text, std::string_view close) noexcept
    {
        text = text.substr(0, longest_quote);
        text = text.substr(0, text.find('\n'));
        for (auto end = text.find(close); end != std::string_view::npos; end = text.find(close, end + 1)) {
            const auto behind = end + close.size();
            if (close.size() > 1 || behind == text.size() || !is_word(text[behind]))
                return text.substr(0, end);
        }
        return std::nullopt;
    }

    void put_quoted(std::string_view content, std::string_view open, std::string_view close, std::string_view behind)
    {
        const bool is_key = depth_ > 0 && behind.starts_with(':');
        const bool is_masked = !is_key && !content.empty() && !stays(content);
        // Python shows a text with an apostrophe in it between other marks.
        if (is_masked && depth_ == 0 && open == "\"")
            open = close = "'";
        out_ += open;
        if (is_masked)
            put_variable(content.size());
        else if (is_key)
            out_ += key_ = content;
        else
            read(content);
        out_ += close;
        previous_ = {};
        if (!is_key)
            key_ = {};
    }

    [[nodiscard]] bool stays(std::string_view content) const noexcept
    {
        if (depth_ > 0 && tells_reason(key_))
            return true;
        return is_sentence(content) || is_exception_name(content) || is_family_phrase(content);
    }

    std::size_t take_word(std::string_view word, std::string_view behind)
    {
        const auto core = word.substr(0, word_marks.size_without_end(word));
        if (core.empty()) {
            out_ += word;
            return word.size();
        }
        if (is_name(core) || (follows_variable() && is_unit(core)))
            put_variable(core.size());
        else
            put_word(core, word.size() > core.size() ? word[core.size()] : behind.empty() ? '\0' : behind.front());
        out_ += word.substr(core.size());
        return word.size();
    }

    void put_word(std::string_view word, char next)
    {
        const bool is_first = out_.empty();
        const bool is_bracketed = !out_.empty() && (out_.back() == '(' || out_.back() == '[');
        const auto previous = std::exchange(previous_, word);
        if (is_error_code(word, {previous, is_first, is_bracketed, next})) {
            out_ += word;
            return;
        }
        put_without_digits(word);
    }

    void put_without_digits(std::string_view word)
    {
        if (std::ranges::none_of(word, is_digit)) {
            out_ += word;
            return;
        }
        for (std::size_t at = 0; at < word.size();) {
            const auto size = digits_size(word, at);
            if (size == 0)
                out_ += word[at++];
            else
                at += put_variable(size);
        }
    }

    std::string_view document_;
    std::string_view base_name_;
    std::string& out_;
    std::string_view previous_;  // the word before, where only blanks and marks came since
    std::string_view key_;       // of the value that follows
    unsigned depth_ = 0;         // of braces
};

}  // namespace

void mask_error(std::string_view error, std::string_view document, std::string& out)
{
    out.clear();
    masking{document, out}.read(first_lines(without_traceback(error)));
    out.erase(out.find_last_not_of(' ') + 1);
    if (out.size() > masked_limit)
        out.resize(masked_limit);
}

bool names_document(std::string_view error, std::string_view document) noexcept
{
    const auto base_name = last_part(document);
    const auto name = base_name.size() < shortest_document ? document : base_name;
    return name.size() >= shortest_document && holds_text(error, name);
}

std::string shown(std::string_view masked)
{
    std::string result;
    for (const char character : masked)
        if (character == variable)
            result += shown_variable;
        else
            result += character;
    return result;
}

}  // namespace jobaudit::grouping
