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

constexpr std::size_t longest_repeated = 2048;
constexpr std::size_t most_repeated = 1024;

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

void reason_collector::kept_text::add(std::string_view error, std::uint64_t files)
{
    error = cut(error);
    if (failed_files == 0 || error < example)
        example = error;
    failed_files += files;
}

reason_collector::kept_text& reason_collector::keep(const std::string& masked)
{
    auto& kept = texts_[masked];
    kept.number = static_cast<std::uint32_t>(kept_.size());
    kept_.push_back(&kept);
    return kept;
}

// Most errors come more often than once, word by word: to find that out takes a tenth of the time of masking.
std::uint32_t reason_collector::add(std::string_view document, std::string_view error)
{
    if (error.size() > longest_repeated || names_document(error, document))
        return number_of(document, error);
    repeated_.resize(most_repeated);
    auto& before = repeated_[std::hash<std::string_view>{}(error) % most_repeated];
    if (!before.error.empty() && before.error == error) {
        add_known(before.number, error);
        return before.number;
    }
    before.number = number_of(document, error);
    before.error = error;
    return before.number;
}

std::uint32_t reason_collector::number_of(std::string_view document, std::string_view error)
{
    mask_error(error, document, masked_);
    ++failed_files_;
    if (const auto known = texts_.find(masked_); known != texts_.end()) {
        known->second.add(error, 1);
        return known->second.number;
    }
    auto& kept = keep(masked_);
    kept.add(error, 1);
    const auto number = kept.number;
    if (texts_.size() > most_texts)
        condense();
    return number;
}

void reason_collector::restore(std::string_view masked)
{
    masked_ = masked;
    if (const auto known = texts_.find(masked_); known != texts_.end()) {
        kept_.push_back(&known->second);
        return;
    }
    (void)keep(masked_);
    if (texts_.size() > most_texts)
        condense();
}

void reason_collector::add_known(std::uint32_t number, std::string_view error)
{
    ++failed_files_;
    kept_[number]->add(error, 1);
}

reason_collector::found_reasons reason_collector::find() const
{
    std::vector<std::string> masked;
    std::vector<const kept_text*> kept;
    for (const auto& [text, each] : texts_) {
        if (each.failed_files == 0)
            continue;
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

    found_reasons result{{}, std::vector<std::uint32_t>(kept_.size())};
    std::vector<std::uint32_t> place(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        place[order[i]] = i;
        result.reasons.push_back(std::move(unsorted[order[i]]));
    }
    for (std::size_t i = 0; i < masked.size(); ++i)
        result.of_number[kept[i]->number] = place[templates.of_text[i]];
    for (std::size_t number = 0; number < kept_.size(); ++number)
        result.of_number[number] = result.of_number[kept_[number]->number];
    return result;
}

void reason_collector::condense()
{
    const auto before = std::exchange(texts_, {});
    std::vector<std::string> masked;
    for (const auto& [text, each] : before)
        masked.push_back(text);
    const auto found = find_templates(masked);
    std::vector<kept_text> condensed(found.templates.size());
    std::vector<bool> has_text(condensed.size());
    std::unordered_map<const kept_text*, std::size_t> place;
    for (std::size_t i = 0; i < masked.size(); ++i) {
        const auto& each = before.at(masked[i]);
        const auto template_number = found.of_text[i];
        auto& into = condensed[template_number];
        if (!has_text[template_number] || each.number < into.number)
            into.number = each.number;
        has_text[template_number] = true;
        if (each.failed_files > 0)
            into.add(each.example, each.failed_files);
        place.emplace(&each, template_number);
    }
    const auto texts = keep_commonest(condensed, found.templates);
    for (auto& kept : kept_)
        kept = texts[place.at(kept)];
}

std::vector<reason_collector::kept_text*> reason_collector::keep_commonest(const std::vector<kept_text>& condensed,
                                                                           const std::vector<error_template>& templates)
{
    std::vector<std::string> texts(condensed.size());
    std::ranges::transform(templates, texts.begin(), joined);
    std::vector<std::size_t> order(condensed.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, std::ranges::less{}, [&](std::size_t i) {
        return std::tuple{-static_cast<std::int64_t>(condensed[i].failed_files), std::string_view{texts[i]}};
    });
    std::vector<kept_text*> kept(condensed.size());
    for (const auto i : order) {
        const auto& each = condensed[i];
        const auto [at, is_new] =
            texts_.try_emplace(texts_.size() < most_templates
                                   ? texts[i]
                                   : "(other reasons: " + std::string{to_string(family_of(each.example))} + ")");
        auto& into = at->second;
        if (is_new || each.number < into.number)
            into.number = each.number;
        if (each.failed_files > 0)
            into.add(each.example, each.failed_files);
        kept[i] = &into;
    }
    return kept;
}

}  // namespace jobaudit::grouping
