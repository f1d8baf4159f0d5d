#pragma once

#include <jobaudit/outcome.hpp>

#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace jobaudit {

/// What became of asking for the list of jobs.
struct list_outcome {
    outcome_kind kind = outcome_kind::not_tried;  ///< `ok`: the list was whole
    int http_status = 0;                          ///< of the last attempt's response; 0 where there was none
    unsigned attempts = 0;                        ///< requests made that count against list_options::attempts
    std::chrono::nanoseconds elapsed{};           ///< from the first attempt's start to the end, all waits included
    std::uint64_t jobs = 0;                       ///< handed to the sink; where `kind` is not `ok`, not all there are
    std::uint64_t left_out = 0;                   ///< that the last list held, but in another status than asked for
    std::string message;  ///< for a person: printable, bounded (about 500 bytes), without secrets; empty for `ok`
    std::vector<validation_issue> validation;  ///< with outcome_kind::validation: what is wrong
    boost::system::error_code error;           ///< the cause, as of an outcome
    std::string request_id{};                  ///< list_options::request_id
};

}  // namespace jobaudit
