#pragma once

#include "grouping/error_family.hpp"
#include "store/output/outcome_source.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace jobaudit::report {

/// What became of a document between two audits.
enum class fate : std::uint8_t {
    appeared,        ///< fails now, and did not
    remained,        ///< fails now as before
    recovered,       ///< failed, and no longer does
    unknown_before,  ///< fails now, and may have before: the older audit lacks what would say so
    unknown_now      ///< failed, and may still: the newer audit lacks what would say so
};
inline constexpr std::size_t fate_count = 5;

/// So many documents met each fate.
struct document_changes {
    std::uint64_t appeared = 0;
    std::uint64_t remained = 0;
    std::uint64_t recovered = 0;
    std::uint64_t unknown_before = 0;
    std::uint64_t unknown_now = 0;

    [[nodiscard]] std::uint64_t all() const noexcept
    {
        return appeared + remained + recovered + unknown_before + unknown_now;
    }
};

struct changes_of_reason {
    std::string text;
    grouping::error_family family = grouping::error_family::unknown;
    document_changes documents;
};

struct changes_of_workflow {
    std::string id;
    std::string name;
    document_changes documents;
};

struct changed_document {
    std::string name;
    std::uint32_t reason = 0;  ///< index in failure_diff::reasons; of its last failure
};

/// How the failures of a newer audit differ from those of an older one.
///
/// A document is the same in both by its name and its job's workflow; by its name alone where one of the audits names
/// no workflows. Where a job has no list, its failed files are not known: a document that failed in it, or, where the
/// other audit does not have that job, in any job of its workflow, is neither new nor recovered. So are all whose jobs
/// an audit lacks that has not finished.
struct failure_diff {
    document_changes documents;
    std::vector<changes_of_reason> reasons;      ///< the one with the most documents that fail now first
    std::vector<changes_of_workflow> workflows;  ///< likewise
    /// Of each fate, in the order in which the documents came first, in the older audit and then in the newer one.
    std::array<std::vector<changed_document>, fate_count> lists;
    std::uint64_t older_jobs = 0;
    std::uint64_t newer_jobs = 0;
    std::uint64_t older_without_list = 0;  ///< jobs of the older audit
    std::uint64_t newer_without_list = 0;  ///< jobs of the newer audit

    [[nodiscard]] std::vector<changed_document>& of(fate what) { return lists[static_cast<std::size_t>(what)]; }
    [[nodiscard]] const std::vector<changed_document>& of(fate what) const
    {
        return lists[static_cast<std::size_t>(what)];
    }
};

/// Compares two outputs. Memory grows with the number of different documents. Throws what reading throws, and
/// store::output_error for want of room for temporary files.
[[nodiscard]] failure_diff compare(const store::outcome_source& older, const store::outcome_source& newer);

}  // namespace jobaudit::report
