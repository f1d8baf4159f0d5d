#pragma once

#include "report/name_list.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace jobaudit::report {

/// Gives each different document a number, in the order in which they came. The names lie in a temporary file, so that
/// memory is some 20 bytes a document, however long their names are.
///
/// Two documents are the same where 64 bits of XXH3 over their names are: of ten million documents two are taken for
/// one with a chance of 3 in a million.
///
/// Not thread-safe. Members throw store::output_error where there is no room for the names.
class document_table {
public:
    /// The document's number, from 0 on.
    std::uint32_t add(std::string_view name);

    /// Passes on the name of each document, in the order of their numbers.
    void for_each(const std::function<void(std::uint32_t number, std::string_view name)>& take) const;

private:
    struct same_hash {
        using is_avalanching = void;
        std::size_t operator()(std::uint64_t hash) const noexcept { return hash; }
    };

    boost::unordered_flat_map<std::uint64_t, std::uint32_t, same_hash> numbers_;
    name_list names_;
};

}  // namespace jobaudit::report
