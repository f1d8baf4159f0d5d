#pragma once

#include "store/output/spill_file.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::report {

/// The documents that failed, each once, with how often; in the order in which they came. The names lie in a temporary
/// file, so that memory is some 24 bytes a document, however long their names are.
///
/// Two documents are the same where 64 bits of XXH3 over their names are: of ten million documents two are taken for
/// one with a chance of 3 in a million.
///
/// Not thread-safe.
class document_table {
public:
    document_table();

    /// Counts one more failure; gives the document's number, from 0 on. Throws store::output_error where there is no
    /// room for the names, and std::bad_alloc.
    std::uint32_t add(std::string_view name);

    /// The number of a document that has come; nothing for others.
    [[nodiscard]] const std::uint32_t* find(std::string_view name) const noexcept;

    [[nodiscard]] std::size_t size() const noexcept { return failures_.size(); }
    [[nodiscard]] std::uint32_t failures(std::uint32_t number) const noexcept { return failures_[number]; }

    /// Passes on the name of each document, in the order of their numbers. Throws as add does.
    void for_each(const std::function<void(std::uint32_t number, std::string_view name)>& take) const;

private:
    struct same_hash {
        using is_avalanching = void;
        std::size_t operator()(std::uint64_t hash) const noexcept { return hash; }
    };

    boost::unordered_flat_map<std::uint64_t, std::uint32_t, same_hash> numbers_;
    std::vector<std::uint32_t> failures_;
    store::spill_file names_;
    std::string pending_;  // names that are not in the file yet, each behind its size
};

}  // namespace jobaudit::report
