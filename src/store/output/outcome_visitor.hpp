#pragma once

#include "store/output/outcome_line_reader.hpp"

#include <cstdint>
#include <string_view>

namespace jobaudit::store {

/// Hears of each job of an output, in the order in which they stand there.
class outcome_visitor : public outcome_line_visitor {
public:
    /// What errors have in common, where the output has grouped them already: the masked text of each number, from 0
    /// on, before the first job.
    virtual void on_error_text(std::string_view) {}

    /// A failed file whose error has the text of that number.
    virtual void on_grouped_file(std::string_view document, std::string_view error, std::uint32_t)
    {
        on_failed_file(document, error);
    }

    /// A job, behind its failed files.
    virtual void on_job(const outcome_line& job) = 0;

protected:
    ~outcome_visitor() = default;
};

}  // namespace jobaudit::store
