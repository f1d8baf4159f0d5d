#include "grouping/reason_collector.hpp"

#include "grouping/error_mask.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace jobaudit::grouping {

namespace {

// Where condensing leaves more texts than that, the rarest are counted by family alone.
constexpr std::size_t most_templates = reason_collector::most_texts / 2;

std::string_view cut(std::string_view example) noexcept
{
    auto size = std::min(example.size(), reason_collector::longest_example);
    while (size > 0 && size < example.size() && (static_cast<unsigned char>(example[size]) & 0xC0U) == 0x80)
        --size;
    return example.substr(0, size);
}

/// A template whose last word differs from text to text has lost what stands behind that word: a closing bracket.
std::string with_closed_brackets(std::string text)
{
    const auto opened = std::ranges::count(text, '(') - std::ranges::count(text, ')');
    if (opened > 0 && text.ends_with("<*>"))
        text.append(static_cast<std::size_t>(opened), ')');
    return text;
}

}  // namespace

void reason_collector::add(kept_text& into, std::string_view example, std::uint64_t failed_files)
{
    example = cut(example);
    if (into.failed_files == 0 || example < into.example)
        into.example = example;
    into.failed_files += failed_files;
}

std::uint32_t reason_collector::add(std::string_view document, std::string_view error)
{
    mask_error(error, document, masked_);
    const auto [at, is_new] = texts_.try_emplace(masked_);
    if (is_new) {
        at->second.number = static_cast<std::uint32_t>(joined_.size());
        joined_.push_back(at->second.number);
    }
    const auto number = at->second.number;
    add(at->second, error, 1);
    ++failed_files_;
    if (is_new && texts_.size() > most_texts)
        condense();
    return number;
}

std::uint32_t reason_collector::kept_number(std::uint32_t number) const noexcept
{
    while (joined_[number] != number)
        number = joined_[number];
    return number;
}

reason_collector::found_reasons reason_collector::find() const
{
    std::vector<std::string> masked;
    std::vector<const kept_text*> kept;
    for (const auto& [text, each] : texts_) {
        masked.push_back(text);
        kept.push_back(&each);
    }
    const auto templates = find_templates(masked);
    std::vector<error_reason> unsorted(templates.templates.size());
    for (std::size_t i = 0; i < masked.size(); ++i) {
        auto& reason = unsorted[templates.of_text[i]];
        if (reason.failed_files == 0 || kept[i]->example < reason.example)
            reason.example = kept[i]->example;
        reason.failed_files += kept[i]->failed_files;
    }
    for (std::size_t i = 0; i < unsorted.size(); ++i) {
        unsorted[i].text = with_closed_brackets(shown(joined(templates.templates[i])));
        unsorted[i].family = family_of(unsorted[i].example);
    }
    std::vector<std::uint32_t> order(unsorted.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, std::ranges::less{}, [&](std::uint32_t i) {
        return std::tuple{-static_cast<std::int64_t>(unsorted[i].failed_files), std::string_view{unsorted[i].text}};
    });

    found_reasons result{{}, std::vector<std::uint32_t>(joined_.size())};
    std::vector<std::uint32_t> place(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        place[order[i]] = i;
        result.reasons.push_back(std::move(unsorted[order[i]]));
    }
    for (std::size_t i = 0; i < masked.size(); ++i)
        result.of_number[kept[i]->number] = place[templates.of_text[i]];
    for (std::uint32_t number = 0; number < joined_.size(); ++number)
        result.of_number[number] = result.of_number[kept_number(number)];
    return result;
}

void reason_collector::condense()
{
    std::vector<std::string> masked;
    for (const auto& [text, each] : texts_)
        masked.push_back(text);
    const auto found = find_templates(masked);
    std::vector<std::pair<std::string, kept_text>> condensed(found.templates.size());
    for (std::size_t i = 0; i < masked.size(); ++i) {
        const auto& each = texts_[masked[i]];
        auto& into = condensed[found.of_text[i]].second;
        if (into.failed_files == 0)
            into.number = each.number;
        joined_[each.number] = into.number;
        add(into, each.example, each.failed_files);
    }
    for (std::size_t i = 0; i < condensed.size(); ++i)
        condensed[i].first = joined(found.templates[i]);
    std::ranges::sort(condensed, std::ranges::less{}, [](const auto& each) {
        return std::tuple{-static_cast<std::int64_t>(each.second.failed_files), std::string_view{each.first}};
    });
    texts_.clear();
    for (auto& [text, each] : condensed) {
        if (texts_.size() >= most_templates)
            text = "(other reasons: " + std::string{to_string(family_of(each.example))} + ")";
        auto& into = texts_[text];
        if (into.failed_files == 0)
            into.number = each.number;
        joined_[each.number] = into.number;
        add(into, each.example, each.failed_files);
    }
}

}  // namespace jobaudit::grouping
