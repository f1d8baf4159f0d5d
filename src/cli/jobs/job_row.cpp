#include "cli/jobs/job_row.hpp"

#include "cli/options/quantities.hpp"
#include "cli/terminal/terminal_text.hpp"
#include "protocol/date_time.hpp"
#include "store/output/ndjson_line.hpp"

#include <array>
#include <ctime>

namespace jobaudit::cli {
namespace {

constexpr std::size_t status_width = 11;
constexpr std::size_t time_width = 19;
constexpr std::size_t runtime_width = 12;

std::string time_text(const std::string& created_at)
{
    const auto time = protocol::parse_date_time(created_at);
    if (!time)
        return printable(created_at);
    const auto seconds =
        static_cast<std::time_t>(std::chrono::floor<std::chrono::seconds>(time->time_since_epoch()).count());
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts)};
}

std::string runtime_text(const std::string& runtime)
{
    const auto duration = protocol::parse_iso_duration(runtime);
    return duration ? to_text(std::chrono::nanoseconds{*duration}) : printable(runtime);
}

void append_cell(std::string& row, const std::string& text, std::size_t width)
{
    constexpr std::size_t gap = 2;
    row += text;
    const auto taken = columns(text);
    row.append(gap + (taken < width ? width - taken : 0), ' ');
}

void append_field(std::string& out, std::string_view name, std::string_view value)
{
    out += ",\"";
    out += name;
    out += "\":";
    if (value.empty())
        out += "null";
    else
        store::append_json_string(out, value);
}

}  // namespace

const std::string_view job_row_heading =
    "job_id                                status       created (UTC)        runtime       workflow\n";

std::string job_row(const job_information& job)
{
    std::string row;
    append_cell(row, job.job.to_string(), job_id::text_size);
    append_cell(row, printable(job.status), status_width);
    append_cell(row, time_text(job.created_at), time_width);
    append_cell(row, runtime_text(job.runtime), runtime_width);
    row += printable(job.workflow_name.empty() ? job.workflow_id : job.workflow_name);
    row.erase(row.find_last_not_of(' ') + 1);
    return row + '\n';
}

void append_job_json(std::string& out, const job_information& job)
{
    out += "{\"id\":\"" + job.job.to_string() + '"';
    append_field(out, "workflow_id", job.workflow_id);
    append_field(out, "workflow_name", job.workflow_name);
    append_field(out, "status", job.status);
    append_field(out, "created_at", job.created_at);
    append_field(out, "runtime", job.runtime);
    out += "}\n";
}

}  // namespace jobaudit::cli
