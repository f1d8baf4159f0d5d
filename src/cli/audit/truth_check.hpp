#pragma once

#include <jobaudit/emulator/emulator.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace jobaudit::cli {

/// How an output compares with what the emulator knows.
struct truth_check {
    std::uint64_t jobs = 0;                ///< that there are
    std::uint64_t right = 0;               ///< whose last line says what is so
    std::vector<std::string> differences;  ///< the first of them, for a person
    std::uint64_t other_differences = 0;   ///< not in the list

    [[nodiscard]] bool is_right() const noexcept { return right == jobs && differences.empty(); }
};

/// Reads an output and compares what it says of each job last with the truth: NDJSON with a parser of its own, a
/// database or a compressed file as a report does. Throws failure when the file can't be read.
[[nodiscard]] truth_check check_truth(const std::string& path, const emulator::emulator& server);

}  // namespace jobaudit::cli
