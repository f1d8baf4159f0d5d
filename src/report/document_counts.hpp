#pragma once

#include "report/failure_report.hpp"
#include "report/name_list.hpp"
#include "store/output/spill_file.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace jobaudit::report {

/// Counts how often each document failed, in flat memory: names and the hashes of names lie in temporary files, the
/// latter divided into parts by their hash, each of which is counted by itself.
///
/// Two documents are the same where 64 bits of XXH3 over their names are: of ten million documents two are taken for
/// one with a chance of 3 in a million.
///
/// Not thread-safe.
class document_counts {
public:
    document_counts();

    /// One more failure of a document; `error` is a number of what failed (reason_collector). Throws
    /// store::output_error where there is no room for temporary files.
    void add(std::string_view name, std::uint32_t error);

    struct found {
        std::uint64_t documents = 0;                     ///< different ones
        std::vector<std::uint64_t> documents_of_reason;  ///< those that failed for it at least once
        std::vector<document_figures> worst;             ///< those that failed most first; of equally many by name
    };

    /// Counts all that came; at most `most` of the worst documents. `reason_of_error` gives the reason of each number.
    /// Throws store::output_error where a temporary file can't be read back.
    [[nodiscard]] found count(std::span<const std::uint32_t> reason_of_error, std::size_t reasons, std::size_t most);

    /// After count(): passes on the name of each document, in the order of their first failures. Throws as count does.
    void for_each(const std::function<void(std::string_view name)>& take) const;

private:
    /// A failure. Its number counts them all.
    struct failure {
        std::uint64_t name_hash;
        std::uint32_t number;
        std::uint32_t error;
    };
    static constexpr std::size_t part_count = 256;
    static constexpr std::size_t failures_in_block = 256;

    struct part {
        std::vector<failure> begun;         // the block that is not in the file yet
        std::vector<std::uint32_t> blocks;  // numbers of those in the file
    };

    class counting;

    [[nodiscard]] std::vector<failure> failures_of(const part& one) const;
    void name(std::vector<document_figures>& documents, std::span<const std::uint32_t> numbers) const;

    std::array<part, part_count> parts_;
    store::spill_file blocks_;
    std::uint32_t blocks_in_file_ = 0;
    name_list names_;  // of each failure
    std::uint32_t failures_ = 0;
    std::vector<bool> is_first_;  // by the number of a failure: its document had not failed before
};

}  // namespace jobaudit::report
