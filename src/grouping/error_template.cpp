#include "grouping/error_template.hpp"

#include "grouping/error_mask.hpp"
#include "grouping/error_words.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace jobaudit::grouping {

namespace {

// So many words that differ in one place, and nothing else, show that any word may stand there.
constexpr std::size_t many_words = 4;
// Texts that differ in several places belong together where so much of them is the same.
constexpr double enough_in_common = 0.6;
// Pairs are compared one by one: of more texts than that with the same fixed words, the first.
constexpr std::size_t most_compared = 200;

// They belong to the word before them.
constexpr character_set separators{" ,:;!?()[]{}'\"`<>="};
constexpr std::string_view marks = ". ,:;!?()[]{}'\"`<>=";

constexpr bool is_letter_or_variable(char c) noexcept { return is_word(c) || c == variable; }

std::string_view core_of(std::string_view word) noexcept
{
    const auto first = word.find_first_not_of(marks);
    return first == std::string_view::npos ? std::string_view{}
                                           : word.substr(first, word.find_last_not_of(marks) - first + 1);
}

using word_number = std::uint32_t;
constexpr word_number any_word = 0;

/// The different words of all texts, by number; number 0 is the variable.
class vocabulary {
public:
    [[nodiscard]] word_number number_of(std::string_view word)
    {
        const auto [at, is_new] = numbers_.try_emplace(std::string{word}, static_cast<word_number>(words_.size()));
        if (is_new)
            words_.push_back({at->first, is_fixed(word), is_like_a_name(word)});
        return at->second;
    }

    [[nodiscard]] const std::string& spelled(word_number word) const { return words_[word].spelled; }
    [[nodiscard]] bool fixed(word_number word) const { return words_[word].is_fixed; }
    /// Whether another word may stand in its place.
    [[nodiscard]] bool may_differ(word_number word) const
    {
        return words_[word].is_like_a_name && !words_[word].is_fixed;
    }

private:
    struct entry {
        std::string spelled;
        bool is_fixed = false;
        bool is_like_a_name = true;
    };

    std::vector<entry> words_{{std::string(1, variable)}};
    std::unordered_map<std::string, word_number> numbers_{{std::string(1, variable), any_word}};
};

/// Texts of one template: those that came together so far.
struct cluster {
    std::vector<word_number> words;
    std::vector<std::size_t> texts;
};

void join(cluster& into, const cluster& other)
{
    into.texts.insert(into.texts.end(), other.texts.begin(), other.texts.end());
}

/// The clusters that are alike but for the word in one place.
struct alike {
    std::size_t place = 0;
    std::vector<std::size_t> clusters;
};

constexpr std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) noexcept
{
    hash = (hash ^ value) * 0x9e3779b97f4a7c15U;
    return hash ^ (hash >> 29U);
}

// A number for the words but the one in each place, and for the place.
std::vector<std::uint64_t> numbers_without_one(const std::vector<word_number>& words)
{
    std::vector<std::uint64_t> result(words.size());
    std::uint64_t hash = words.size();
    for (std::size_t i = 0; i < words.size(); ++i) {
        result[i] = mixed(hash, ~i);
        hash = mixed(hash, words[i]);
    }
    hash = 0;
    for (std::size_t i = words.size(); i-- > 0;) {
        result[i] = mixed(result[i], hash);
        hash = mixed(hash, words[i]);
    }
    return result;
}

bool stands_for_any(const std::string& word) noexcept { return word.size() == 1 && word.front() == variable; }
bool stands_for_any(word_number word) noexcept { return word == any_word; }

// Whether the text is the template's, where a variable stands for one word or more.
template <class Word>
bool fits(const std::vector<Word>& words, const std::vector<Word>& text) noexcept
{
    std::size_t at = 0;
    std::size_t in_text = 0;
    std::size_t variable_at = words.size();
    std::size_t tried = 0;
    while (in_text < text.size()) {
        if (at < words.size() && stands_for_any(words[at])) {
            variable_at = at++;
            tried = ++in_text;
        } else if (at < words.size() && words[at] == text[in_text]) {
            ++at;
            ++in_text;
        } else if (variable_at < words.size()) {
            at = variable_at + 1;
            in_text = ++tried;
        } else {
            return false;
        }
    }
    return at == words.size();
}

/// Joins the texts that have the same fixed words.
class joining {
public:
    joining(const vocabulary& known, std::vector<cluster>& all) noexcept : known_{known}, all_{all} {}

    void run()
    {
        while (join_alike()) {
        }
        join_many();
        join_similar();
        while (join_alike()) {
        }
    }

private:
    [[nodiscard]] bool belong_together(const alike& group) const
    {
        const auto is_name = [&](std::size_t which) { return known_.may_differ(all_[which].words[group.place]); };
        return group.clusters.size() >= many_words || std::ranges::any_of(group.clusters, is_name);
    }

    [[nodiscard]] std::vector<alike> alike_but_for_a_word() const
    {
        std::map<std::uint64_t, alike> found;
        for (std::size_t i = 0; i < all_.size(); ++i) {
            const auto numbers = numbers_without_one(all_[i].words);
            for (std::size_t place = 0; place < numbers.size(); ++place) {
                if (numbers.size() == 1 || known_.fixed(all_[i].words[place]))
                    continue;
                auto& group = found[numbers[place]];
                group.place = place;
                group.clusters.push_back(i);
            }
        }
        std::vector<alike> result;
        for (auto& [number, group] : found)
            if (group.clusters.size() > 1 && belong_together(group))
                result.push_back(std::move(group));
        std::ranges::stable_sort(result, std::ranges::greater{},
                                 [](const alike& group) { return group.clusters.size(); });
        return result;
    }

    // Whether any came together.
    bool join_alike()
    {
        bool has_joined = false;
        std::vector<bool> is_gone(all_.size());
        for (auto& group : alike_but_for_a_word()) {
            std::erase_if(group.clusters, [&](std::size_t which) { return is_gone[which]; });
            if (group.clusters.size() < 2 || !belong_together(group))
                continue;
            auto& into = all_[group.clusters.front()];
            into.words[group.place] = any_word;
            for (std::size_t i = 1; i < group.clusters.size(); ++i) {
                join(into, all_[group.clusters[i]]);
                is_gone[group.clusters[i]] = true;
            }
            has_joined = true;
        }
        std::size_t at = 0;
        std::erase_if(all_, [&](const cluster&) { return is_gone[at++]; });
        return has_joined;
    }

    // Each joins the first before it that has enough in common.
    void join_similar()
    {
        std::vector<cluster> kept;
        for (auto& each : all_)
            if (!joins_one_of(kept, each))
                kept.push_back(std::move(each));
        all_ = std::move(kept);
    }

    bool joins_one_of(std::vector<cluster>& kept, const cluster& each) const
    {
        for (std::size_t i = 0; i < std::min(kept.size(), most_compared); ++i) {
            auto merged = common_template(kept[i].words, each.words);
            if (merged.empty())
                continue;
            kept[i].words = std::move(merged);
            join(kept[i], each);
            return true;
        }
        return false;
    }

    // Where plain words differ too, it takes many texts to show that any may stand there.
    void join_many()
    {
        for (std::size_t i = 0; i < std::min(all_.size(), most_compared); ++i)
            for (std::size_t j = i + 1; j < std::min(all_.size(), most_compared); ++j) {
                auto merged = common_template(all_[i].words, all_[j].words, differing::any_words);
                if (!merged.empty() && join_if_many(i, merged))
                    j = i;
            }
    }

    bool join_if_many(std::size_t into, std::vector<word_number>& words)
    {
        const auto is_one = [&words](const cluster& each) { return fits(words, each.words); };
        if (static_cast<std::size_t>(std::ranges::count_if(all_, is_one)) < many_words)
            return false;
        cluster joined{words, {}};
        std::vector<cluster> kept;
        for (std::size_t i = 0; i < all_.size(); ++i) {
            if (i == into)
                kept.emplace_back();
            if (is_one(all_[i]))
                join(joined, all_[i]);
            else if (i != into)
                kept.push_back(std::move(all_[i]));
        }
        kept[into] = std::move(joined);
        all_ = std::move(kept);
        return true;
    }

    enum class differing { names, any_words };

    // The words in common, with a variable for what stands between them; empty where too little is common, or where
    // something else differs than may.
    [[nodiscard]] std::vector<word_number> common_template(const std::vector<word_number>& one,
                                                           const std::vector<word_number>& other,
                                                           differing may_differ = differing::names) const
    {
        common_words common{one, other};
        std::vector<word_number> result;
        const auto enough = enough_in_common * static_cast<double>(std::max(one.size(), other.size()));
        if (static_cast<double>(common.count()) < enough)
            return result;
        bool may = true;
        common.walk([&](word_number word, bool is_common) {
            may = may &&
                  (is_common || (may_differ == differing::any_words ? !known_.fixed(word) : known_.may_differ(word)));
            const auto kept = is_common ? word : any_word;
            if (kept != any_word || result.empty() || result.back() != any_word)
                result.push_back(kept);
        });
        if (!may)
            result.clear();
        return result;
    }

    /// The longest common subsequence of two texts' words.
    class common_words {
    public:
        common_words(const std::vector<word_number>& one, const std::vector<word_number>& other)
            : one_{one}, other_{other}, columns_{other.size() + 1}, lengths_((one.size() + 1) * columns_)
        {
            for (std::size_t i = one.size(); i-- > 0;)
                for (std::size_t j = other.size(); j-- > 0;)
                    length(i, j) =
                        one[i] == other[j] ? length(i + 1, j + 1) + 1 : std::max(length(i + 1, j), length(i, j + 1));
        }

        [[nodiscard]] std::size_t count() const { return lengths_.front(); }

        /// Calls `take(word, is_common)` for the words of both, in their order.
        template <class Take>
        void walk(Take take)
        {
            std::size_t i = 0;
            std::size_t j = 0;
            while (i < one_.size() || j < other_.size()) {
                if (i < one_.size() && j < other_.size() && one_[i] == other_[j]) {
                    take(one_[i++], true);
                    ++j;
                } else if (j == other_.size() || (i < one_.size() && length(i + 1, j) >= length(i, j + 1))) {
                    take(one_[i++], false);
                } else {
                    take(other_[j++], false);
                }
            }
        }

    private:
        std::size_t& length(std::size_t i, std::size_t j) { return lengths_[i * columns_ + j]; }

        const std::vector<word_number>& one_;
        const std::vector<word_number>& other_;
        std::size_t columns_;
        std::vector<std::size_t> lengths_;
    };

    const vocabulary& known_;
    std::vector<cluster>& all_;
};

}  // namespace

error_template words_of(std::string_view masked)
{
    error_template result;
    while (!masked.empty()) {
        const auto end = separators.size_within(masked, separators.size_before(masked));
        result.emplace_back(masked.substr(0, end));
        masked.remove_prefix(end);
    }
    return result;
}

std::string joined(const error_template& words)
{
    std::string result;
    for (const auto& word : words) {
        // A word that stands for any has lost what stood around it.
        if (!result.empty() && is_letter_or_variable(result.back()) && is_letter_or_variable(word.front()))
            result += ' ';
        result += word;
    }
    return result;
}

bool matches(const error_template& words, const error_template& text) noexcept { return fits(words, text); }

bool is_fixed(std::string_view word) noexcept
{
    const auto core = core_of(word);
    if (core.empty() || core.find(variable) != std::string_view::npos)
        return false;
    return tells_reasons_apart(core);
}

bool is_like_a_name(std::string_view word) noexcept
{
    const auto core = core_of(word);
    if (core.empty() || core.find(variable) != std::string_view::npos)
        return true;
    const auto inner = core.substr(1);
    return std::ranges::any_of(
               core, [](char c) { return is_digit(c) || c == '_' || c == '-' || c == '.' || c == '@' || c == '/'; }) ||
           std::ranges::any_of(inner, is_upper);
}

found_templates find_templates(const std::vector<std::string>& masked)
{
    std::vector<std::size_t> order(masked.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) -> const std::string& { return masked[i]; });

    vocabulary known;
    std::map<std::vector<word_number>, std::vector<cluster>> by_fixed_words;
    for (const auto i : order) {
        std::vector<word_number> words;
        std::vector<word_number> fixed;
        for (const auto& word : words_of(masked[i])) {
            words.push_back(known.number_of(word));
            if (known.fixed(words.back()))
                fixed.push_back(known.number_of(core_of(word)));
        }
        by_fixed_words[std::move(fixed)].push_back({std::move(words), {i}});
    }

    found_templates result;
    result.of_text.resize(masked.size());
    for (auto& [fixed, all] : by_fixed_words) {
        joining{known, all}.run();
        for (const auto& each : all) {
            for (const auto text : each.texts)
                result.of_text[text] = result.templates.size();
            auto& words = result.templates.emplace_back();
            for (const auto word : each.words)
                words.push_back(known.spelled(word));
        }
    }
    return result;
}

}  // namespace jobaudit::grouping
