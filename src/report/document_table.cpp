#include "report/document_table.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <cstring>

namespace jobaudit::report {

namespace {

constexpr std::size_t pending_limit = 64 * 1024;

std::uint64_t hash_of(std::string_view name) noexcept { return XXH3_64bits(name.data(), name.size()); }

}  // namespace

document_table::document_table() : names_{"/var/tmp", "a report of so many documents needs: make room there"} {}

std::uint32_t document_table::add(std::string_view name)
{
    const auto [at, is_new] = numbers_.try_emplace(hash_of(name), static_cast<std::uint32_t>(failures_.size()));
    if (!is_new) {
        ++failures_[at->second];
        return at->second;
    }
    failures_.push_back(1);
    std::array<char, sizeof(std::uint32_t)> size{};
    const auto bytes = static_cast<std::uint32_t>(name.size());
    std::memcpy(size.data(), &bytes, size.size());
    pending_.append(size.data(), size.size());
    pending_ += name;
    if (pending_.size() >= pending_limit) {
        names_.append(pending_);
        pending_.clear();
    }
    return at->second;
}

const std::uint32_t* document_table::find(std::string_view name) const noexcept
{
    const auto at = numbers_.find(hash_of(name));
    return at == numbers_.end() ? nullptr : &at->second;
}

void document_table::for_each(const std::function<void(std::uint32_t, std::string_view)>& take) const
{
    std::uint32_t number = 0;
    std::string begun;
    const auto take_names = [&](std::string_view piece) {
        begun += piece;
        std::string_view rest{begun};
        std::uint32_t bytes = 0;
        while (rest.size() >= sizeof bytes) {
            std::memcpy(&bytes, rest.data(), sizeof bytes);
            if (rest.size() - sizeof bytes < bytes)
                break;
            take(number++, rest.substr(sizeof bytes, bytes));
            rest.remove_prefix(sizeof bytes + bytes);
        }
        begun.erase(0, begun.size() - rest.size());
    };
    names_.read(take_names);
    take_names(pending_);
}

}  // namespace jobaudit::report
