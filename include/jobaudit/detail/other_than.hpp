#pragma once

#include <concepts>
#include <type_traits>

namespace jobaudit::detail {

/// Keeps the overload that takes a completion token alone from taking options for one.
template <class Type, class Other>
concept other_than = !std::same_as<std::remove_cvref_t<Type>, Other>;

}  // namespace jobaudit::detail
