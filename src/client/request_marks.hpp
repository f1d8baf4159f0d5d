#pragma once

#include <jobaudit/job_id.hpp>
#include <jobaudit/observer.hpp>

#include <string>

namespace jobaudit::client_detail {

/// What the caller gave to one fetch, or to one batch, for its requests to bear.
struct request_marks {
    std::string field_lines{};  ///< of the request ID and of further header fields
    std::string request_id{};
    void* context = nullptr;

    [[nodiscard]] request_info of(const job_id& job) const noexcept { return {job, request_id, context}; }
};

}  // namespace jobaudit::client_detail
