#include "report/document_table.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace jobaudit::report {

std::uint32_t document_table::add(std::string_view name)
{
    const std::uint64_t hash = XXH3_64bits(name.data(), name.size());
    const auto [at, is_new] = numbers_.try_emplace(hash, static_cast<std::uint32_t>(numbers_.size()));
    if (is_new)
        names_.add(name);
    return at->second;
}

void document_table::for_each(const std::function<void(std::uint32_t, std::string_view)>& take) const
{
    std::uint32_t number = 0;
    names_.for_each([&](std::string_view name) { take(number++, name); });
}

}  // namespace jobaudit::report
