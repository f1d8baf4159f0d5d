#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace jobaudit::cli {

/// The arguments with `--jobs` before each of several files that stand behind one `--jobs`: the words that a shell
/// makes of `--jobs *.csv`. Only what exists and is no job ID is such a file.
[[nodiscard]] std::vector<std::string> with_jobs_before_each_file(std::span<const std::string> arguments);

/// What is wrong with the jobs that an audit is to have; nothing where all is well.
[[nodiscard]] std::optional<std::string> contradiction_of_jobs(const std::vector<std::string>& job_ids,
                                                               const std::vector<std::string>& files);

}  // namespace jobaudit::cli
