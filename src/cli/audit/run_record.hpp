#pragma once

#include "cli/options/arguments.hpp"
#include "store/output/audit_output.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace jobaudit::cli {

/// Which run made some results, and how: what somebody needs to know of it later. It holds no secret.
struct run_record {
    std::string id;       ///< a random UUID
    std::string version;  ///< of the program
    std::chrono::system_clock::time_point started;
    std::chrono::system_clock::time_point ended;
    std::vector<std::pair<std::string, std::string>> options;  ///< by the names of the command line, without dashes
};

/// The record of a run that begins now. `url`: the address that is asked.
[[nodiscard]] run_record begin_record(const audit_arguments& arguments, const std::string& url);

/// The record of a run that begins now, with no options yet.
[[nodiscard]] run_record begin_record();

/// What an output is told of it.
[[nodiscard]] store::run_description description_of(const run_record& record);

/// RFC 3339, in UTC.
[[nodiscard]] std::string date_and_time(std::chrono::system_clock::time_point when);

/// All of it as one JSON object.
[[nodiscard]] std::string run_json(const run_record& record);

}  // namespace jobaudit::cli
