#include "store/input/id_column.hpp"

#include "store/ascii_case.hpp"

#include <array>

namespace jobaudit::store {

namespace {

constexpr std::array<std::string_view, id_column::names> known_names{"jobid", "id", "uuid"};
constexpr std::string_view word_separators = "_- ";

// Whether two names have the same letters and digits: people write job_id, jobId, job-id and Job ID.
bool is_same_name(std::string_view one, std::string_view other) noexcept
{
    const auto skip = [](std::string_view& name) {
        name.remove_prefix(std::min(name.find_first_not_of(word_separators), name.size()));
    };
    for (skip(one), skip(other); !one.empty() && !other.empty(); skip(one), skip(other)) {
        if (lower(one.front()) != lower(other.front()))
            return false;
        one.remove_prefix(1);
        other.remove_prefix(1);
    }
    return one.empty() && other.empty();
}

}  // namespace

std::optional<std::size_t> id_column::rank(std::string_view name) const noexcept
{
    if (asked_.empty()) {
        for (std::size_t i = 0; i < known_names.size(); ++i)
            if (is_same_name(name, known_names[i]))
                return i;
        return std::nullopt;
    }
    if (name == asked_)
        return 0;
    return is_same_name(name, asked_) ? std::optional<std::size_t>{1} : std::nullopt;
}

}  // namespace jobaudit::store
