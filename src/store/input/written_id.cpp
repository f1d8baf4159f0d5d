#include "store/input/written_id.hpp"

#include "store/ascii_case.hpp"
#include "store/output/capped_text.hpp"

namespace jobaudit::store {

namespace {

constexpr std::string_view name_space = "urn:uuid:";
constexpr std::string_view marks_before = "\"'`";
constexpr std::string_view marks_behind = "\"'`,;";

bool is_one_of(std::string_view marks, char character) noexcept
{
    return marks.find(character) != std::string_view::npos;
}

bool is_in_brackets(std::string_view text) noexcept
{
    return (text.front() == '{' && text.back() == '}') || (text.front() == '<' && text.back() == '>');
}

bool has_name_space(std::string_view text) noexcept
{
    return equal_ignoring_case(text.substr(0, name_space.size()), name_space);
}

// Without its outermost mark: a closing quote or bracket, else an opening one (one of the two may be missing), else a
// pair of brackets, else the name space.
std::string_view unwrapped(std::string_view text) noexcept
{
    if (is_one_of(marks_behind, text.back()))
        text.remove_suffix(1);
    else if (is_one_of(marks_before, text.front()))
        text.remove_prefix(1);
    else if (is_in_brackets(text))
        text = text.substr(1, text.size() - 2);
    else if (has_name_space(text))
        text.remove_prefix(name_space.size());
    return trimmed(text);
}

}  // namespace

std::optional<job_id> written_id(std::string_view text) noexcept
{
    for (text = trimmed(text); text.size() > job_id::text_size;) {
        const auto inner = unwrapped(text);
        if (inner.size() == text.size())
            return std::nullopt;
        text = inner;
    }
    return job_id::parse(text);
}

}  // namespace jobaudit::store
