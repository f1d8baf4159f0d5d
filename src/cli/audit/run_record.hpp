#pragma once

#include "cli/options/arguments.hpp"

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

/// As one JSON object.
[[nodiscard]] std::string run_json(const run_record& record);

}  // namespace jobaudit::cli
