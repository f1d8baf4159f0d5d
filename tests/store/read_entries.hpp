#pragma once

#include "scratch_folder.hpp"
#include "store/input/job_file.hpp"
#include "store/numbered_job.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace jobaudit::test {

/// What a job_file finds in a text.
struct entries {
    std::vector<job_id> jobs;
    std::vector<std::string> invalid;  ///< `where: text`
};

inline entries entries_of(const std::string& content, const std::string& name = "jobs", const std::string& column = {})
{
    const scratch_folder folder;
    store::job_ledger ledger;
    entries result;
    const auto note = [&](const store::invalid_line& line) {
        result.invalid.push_back(std::string{line.where} + ": " + std::string{line.text});
    };
    store::job_file file{folder.write(name, content), ledger, note, {.column = column}};
    std::vector<job_id> block(16);
    while (const std::size_t count = file.read(block))
        result.jobs.insert(result.jobs.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(count));
    return result;
}

/// Why it finds none.
inline std::string refusal(const std::string& content, const std::string& name = "jobs", const std::string& column = {})
{
    return message_of<store::input_error>([&] { (void)entries_of(content, name, column); });
}

/// The text of a job of its own for each number.
inline std::string id(std::uint64_t number) { return numbered_job(number).to_string(); }

/// The jobs of the numbers from 1 on.
inline std::vector<job_id> numbered_jobs(std::uint64_t count)
{
    std::vector<job_id> jobs;
    for (std::uint64_t number = 1; number <= count; ++number)
        jobs.push_back(numbered_job(number));
    return jobs;
}

}  // namespace jobaudit::test
