#include "report/name_list.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace jobaudit::report {

namespace {

constexpr std::size_t pending_limit = 64 * 1024;

}  // namespace

name_list::name_list() : written_{"/var/tmp", "a report of so many documents needs: make room there"} {}

void name_list::add(std::string_view name)
{
    const auto size = static_cast<std::uint32_t>(name.size());
    std::array<char, sizeof size> encoded{};
    std::memcpy(encoded.data(), &size, encoded.size());
    pending_.append(encoded.data(), encoded.size());
    pending_ += name;
    if (pending_.size() >= pending_limit) {
        written_.append(pending_);
        pending_.clear();
    }
}

void name_list::for_each(const std::function<void(std::string_view)>& take) const
{
    std::string begun;
    const auto take_names = [&](std::string_view piece) {
        begun += piece;
        std::string_view rest{begun};
        std::uint32_t size = 0;
        while (rest.size() >= sizeof size) {
            std::memcpy(&size, rest.data(), sizeof size);
            if (rest.size() - sizeof size < size)
                break;
            take(rest.substr(sizeof size, size));
            rest.remove_prefix(sizeof size + size);
        }
        begun.erase(0, begun.size() - rest.size());
    };
    written_.read(take_names);
    take_names(pending_);
}

}  // namespace jobaudit::report
