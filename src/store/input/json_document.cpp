#include "store/input/json_document.hpp"

#include "store/output/capped_text.hpp"

#include <algorithm>
#include <utility>

namespace jobaudit::store {

namespace {

constexpr std::string_view field_of_list = "jobs";

bool closes(char bracket) noexcept { return bracket == '}' || bracket == ']'; }

std::size_t blanks_before(std::string_view text, std::string_view also = {})
{
    const auto first = std::ranges::find_if(text, [also](char c) {
        return blanks.find(c) == std::string_view::npos && also.find(c) == std::string_view::npos;
    });
    return static_cast<std::size_t>(first - text.begin());
}

}  // namespace

std::size_t json_document::feed(std::string_view piece)
{
    std::size_t taken = at_line_start_ ? blanks_before(piece) : 0;
    at_line_start_ = at_line_start_ && taken == piece.size();
    while (taken < piece.size() && !has_entry_) {
        const auto rest = piece.substr(taken);
        if (where_ == place::between)
            taken += skip_to_entry(rest);
        else if (where_ == place::entry)
            taken += take_entry(rest);
        else
            taken += skip_rest_of_object(rest);
    }
    return taken;
}

std::size_t json_document::skip_to_entry(std::string_view piece)
{
    const auto at = blanks_before(piece, ",");
    if (at == piece.size())
        return at;
    if (piece[at] == ']' && list_ != list::none) {
        end_list();
        return at + 1;
    }
    if (list_ == list::none)
        opened_in_ = line();
    if (piece[at] == '[' && list_ == list::none) {
        begin_list(list::bare);
        return at + 1;
    }
    begin_entry();
    return at;
}

std::size_t json_document::take_entry(std::string_view piece)
{
    for (std::size_t at = 0; at < piece.size();) {
        const bool is_within = outline_.depth() > 0;
        const char found = outline_.advance(piece, at);
        // An element that is neither an object nor a list ends before the comma or bracket behind it.
        if (!is_within && list_ != list::none && (found == ',' || closes(found))) {
            record_.feed(piece.substr(0, at - 1));
            end_entry();
            return found == '}' ? at : at - 1;
        }
        if (found == '[' && list_ == list::none && outline_.depth() == 2 && outline_.field() == field_of_list) {
            begin_list(list::of_object);
            return at;
        }
        if (closes(found) && outline_.depth() == 0) {
            record_.feed(piece.substr(0, at));
            end_entry();
            return at;
        }
    }
    record_.feed(piece);
    return piece.size();
}

std::size_t json_document::skip_rest_of_object(std::string_view piece)
{
    std::size_t at = 0;
    while (at < piece.size() && outline_.depth() > 0)
        (void)outline_.advance(piece, at);
    if (outline_.depth() == 0)
        where_ = place::between;
    return at;
}

void json_document::begin_entry() noexcept
{
    where_ = place::entry;
    entry_.number = line();
    outline_.start(0);
}

void json_document::end_entry()
{
    where_ = place::between;
    has_entry_ = !record_.empty();
    if (has_entry_)
        record_.take(entry_);
    record_.clear();
}

void json_document::begin_list(list which) noexcept
{
    where_ = place::between;
    list_ = which;
    has_list_ = true;
    record_.clear();
}

void json_document::end_list() noexcept
{
    if (std::exchange(list_, list::none) == list::of_object)
        where_ = place::behind_list;
    outline_.start(1);
}

void json_document::end_line()
{
    at_line_start_ = true;
    if (where_ != place::entry)
        return;
    if (outline_.depth() == 0)
        end_entry();
    else
        record_.feed_line_break();
}

std::string json_document::end_file()
{
    if (!is_open())
        return {};
    return "ends before the JSON that begins in line " + std::to_string(opened_in_) +
           " is closed: give the whole of it, so that no job is missing";
}

bool json_document::next(job_entry& out)
{
    if (!std::exchange(has_entry_, false))
        return false;
    std::swap(out, entry_);
    return true;
}

}  // namespace jobaudit::store
