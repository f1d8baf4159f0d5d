#pragma once

#include "grouping/error_family.hpp"
#include "grouping/error_template.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace jobaudit::grouping {

/// Why files failed: what their errors' texts have in common.
struct error_reason {
    std::string text;  ///< the template, with `<*>` for what differs; one line, of valid UTF-8 where the texts are
    error_family family = error_family::unknown;
    std::uint64_t failed_files = 0;
    std::string example;  ///< one of the texts, its first `longest_example` bytes: the first in byte order
};

/// Groups the errors of any number of files by reason, in flat memory: at most some 22 MB,
/// and eight bytes for each of the different masked texts that came.
///
/// The order in which the files come makes no difference, as long as no more than `most_texts` different masked texts
/// come; beyond that they are condensed to their templates meanwhile, which depends on what had come by then.
///
/// Not thread-safe.
class reason_collector {
public:
    static constexpr std::size_t most_texts = 10'000;
    static constexpr std::size_t longest_example = 500;

    reason_collector() = default;
    reason_collector(reason_collector&&) = default;
    reason_collector& operator=(reason_collector&&) = default;
    ~reason_collector() = default;

    /// Gives the number of what the error has in common with others, for found_reasons::of_number: the first of its
    /// kind gets the next one, from 0 on. Throws std::bad_alloc.
    std::uint32_t add(std::string_view document, std::string_view error);

    /// What the last error that was added is after masking (mask_error).
    [[nodiscard]] const std::string& masked() const noexcept { return masked_; }

    /// How many numbers were given.
    [[nodiscard]] std::size_t numbers() const noexcept { return kept_.size(); }

    /// Gives the next number to a masked text that another collector gave that number, in the order of its numbers.
    void restore(std::string_view masked);

    /// Adds an error whose number is known.
    void add_known(std::uint32_t number, std::string_view error);

    /// Failed files added so far.
    [[nodiscard]] std::uint64_t failed_files() const noexcept { return failed_files_; }

    struct found_reasons {
        std::vector<error_reason> reasons;     ///< the commonest first; of equally many by text
        std::vector<std::uint32_t> of_number;  ///< for each number that add() gave, the index of its reason
    };
    [[nodiscard]] found_reasons find() const;

private:
    struct kept_text {
        std::uint32_t number = 0;  // the first of those that it stands for
        std::uint64_t failed_files = 0;
        std::string example;

        void add(std::string_view error, std::uint64_t files);
    };

    /// An error that came before, whose text names no document.
    struct repeated_error {
        std::string error;
        std::uint32_t number = 0;
    };

    [[nodiscard]] std::uint32_t number_of(std::string_view document, std::string_view error);
    kept_text& keep(const std::string& masked);
    void condense();
    [[nodiscard]] std::vector<kept_text*> keep_commonest(const std::vector<kept_text>& condensed,
                                                         const std::vector<error_template>& templates);

    std::unordered_map<std::string, kept_text> texts_;  // by masked text; their nodes stay where they are
    std::vector<kept_text*> kept_;          // for each number, its text, or the one that this was condensed into
    std::vector<repeated_error> repeated_;  // by the hash of the error
    std::string masked_;
    std::uint64_t failed_files_ = 0;
};

}  // namespace jobaudit::grouping
