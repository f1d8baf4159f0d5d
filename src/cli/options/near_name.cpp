#include "cli/options/near_name.hpp"

#include <algorithm>
#include <vector>

namespace jobaudit::cli {
namespace {

constexpr std::size_t longest_word = 40;
constexpr std::size_t least_of_a_beginning = 3;

std::string_view without_dashes(std::string_view name) noexcept
{
    return name.substr(std::min(name.find_first_not_of('-'), name.size()));
}

/// The optimal string alignment distance: single letters are inserted, deleted or substituted, neighbours swapped.
std::size_t distance(std::string_view one, std::string_view other)
{
    const auto columns = other.size() + 1;
    std::vector<std::size_t> table((one.size() + 1) * columns);
    const auto at = [&](std::size_t i, std::size_t j) -> std::size_t& { return table[i * columns + j]; };
    for (std::size_t i = 0; i <= one.size(); ++i) {
        for (std::size_t j = 0; j <= other.size(); ++j) {
            if (i == 0 || j == 0) {
                at(i, j) = i + j;
                continue;
            }
            const std::size_t differs = one[i - 1] == other[j - 1] ? 0 : 1;
            at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + differs});
            if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
        }
    }
    return table.back();
}

}  // namespace

std::string near_name(std::string_view word, std::span<const std::string> names)
{
    const auto given = without_dashes(word);
    if (given.empty() || given.size() > longest_word)
        return {};
    const auto beginning = std::ranges::find_if(
        names, [given](const std::string& name) { return without_dashes(name).starts_with(given); });
    if (given.size() >= least_of_a_beginning && beginning != names.end())
        return *beginning;

    std::string nearest;
    auto least = std::max<std::size_t>(1, given.size() / 3) + 1;
    for (const auto& name : names) {
        // A name of one letter is near to every other.
        const auto differs = without_dashes(name).size() < 2 ? least : distance(given, without_dashes(name));
        if (differs < least) {
            least = differs;
            nearest = name;
        }
    }
    return nearest;
}

std::string suggestion(std::string_view word, std::span<const std::string> names)
{
    const auto near = near_name(word, names);
    return near.empty() ? std::string{} : ": did you mean " + near + '?';
}

}  // namespace jobaudit::cli
