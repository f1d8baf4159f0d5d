#include "store/input/no_job_error.hpp"

#include "protocol/verdict.hpp"
#include "store/input/input_error.hpp"
#include "store/input/job_file.hpp"

#include <algorithm>

namespace jobaudit::store {

namespace {

constexpr std::size_t shown_entries = 3;
constexpr std::size_t shown_of_entry = 80;

std::string first_of(const std::deque<job_entry>& entries)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(entries.size(), shown_entries); ++i)
        text += (i == 0 ? "line " : ", line ") + std::to_string(entries[i].number) + " \"" +
                protocol::printable_snippet(entries[i].invalid, shown_of_entry) + '"';
    return text;
}

}  // namespace

void throw_no_job(const std::string& file, const std::string& column, const std::deque<job_entry>& entries,
                  const std::string& other_fields)
{
    if (entries.empty())
        throw input_error{file + " holds no job ID: give one a line"};
    if (!other_fields.empty())
        throw column_error{file + " has no field " + (column.empty() ? "job_id, id or uuid" : '"' + column + '"') +
                           "; the fields of its first record are: " + other_fields};
    const bool is_all = entries.size() < job_file::read_ahead_limit;
    throw input_error{file + " holds no job ID" +
                      (is_all ? "" : " in its first " + std::to_string(entries.size()) + " entries") + ", but " +
                      first_of(entries) + ": give one UUID a line, or a table or JSON with a job_id"};
}

}  // namespace jobaudit::store
