#pragma once

#include "grouping/error_family.hpp"
#include "store/output/outcome_source.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace jobaudit::report {

/// What became of documents between two audits.
struct document_changes {
    std::uint64_t appeared = 0;   ///< fail now, and did not
    std::uint64_t remained = 0;   ///< fail now as before
    std::uint64_t recovered = 0;  ///< failed, and no longer do
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

/// How the failures of a newer audit differ from those of an older one. A document is the same in both by its name, in
/// whatever job it failed.
struct failure_diff {
    document_changes documents;
    std::vector<changes_of_reason> reasons;      ///< the one with the most documents that fail now first
    std::vector<changes_of_workflow> workflows;  ///< likewise
    std::vector<changed_document> appeared;      ///< in the order of the newer audit
    std::vector<changed_document> remained;
    std::vector<changed_document> recovered;  ///< in the order of the older audit
    std::uint64_t older_jobs = 0;
    std::uint64_t newer_jobs = 0;
    std::uint64_t newer_without_list = 0;  ///< jobs of the newer audit: what failed in them is not known
};

/// Compares two outputs. Memory grows with the number of different documents. Throws what reading throws, and
/// store::output_error for want of room for temporary files.
[[nodiscard]] failure_diff compare(const store::outcome_source& older, const store::outcome_source& newer);

}  // namespace jobaudit::report
