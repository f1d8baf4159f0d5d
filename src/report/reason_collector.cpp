#include "report/reason_collector.hpp"

#include "report/error_mask.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace jobaudit::report {

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

}  // namespace

void reason_collector::add(kept_text& into, std::string_view example, std::uint64_t failed_files)
{
    example = cut(example);
    if (into.failed_files == 0 || example < into.example)
        into.example = example;
    into.failed_files += failed_files;
}

void reason_collector::add(std::string_view document, std::string_view error)
{
    mask_error(error, document, masked_);
    const auto [at, is_new] = texts_.try_emplace(masked_);
    add(at->second, error, 1);
    ++failed_files_;
    if (is_new && texts_.size() > most_texts)
        condense();
}

std::vector<error_reason> reason_collector::reasons() const
{
    std::vector<std::string> masked;
    std::vector<const kept_text*> kept;
    for (const auto& [text, each] : texts_) {
        masked.push_back(text);
        kept.push_back(&each);
    }
    const auto found = find_templates(masked);
    std::vector<error_reason> result(found.templates.size());
    for (std::size_t i = 0; i < masked.size(); ++i) {
        auto& reason = result[found.of_text[i]];
        if (reason.failed_files == 0 || kept[i]->example < reason.example)
            reason.example = kept[i]->example;
        reason.failed_files += kept[i]->failed_files;
    }
    for (std::size_t i = 0; i < result.size(); ++i) {
        result[i].text = shown(joined(found.templates[i]));
        result[i].family = family_of(result[i].example);
    }
    std::ranges::sort(result, std::ranges::less{}, [](const error_reason& reason) {
        return std::tuple{-static_cast<std::int64_t>(reason.failed_files), std::string_view{reason.text}};
    });
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
        add(condensed[found.of_text[i]].second, each.example, each.failed_files);
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
        add(texts_[text], each.example, each.failed_files);
    }
}

}  // namespace jobaudit::report
