#include "cli/audit/audit_report.hpp"
#include "store/output/ndjson_line.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

namespace jobaudit::cli {
namespace {

void append_name(std::string& json, std::string_view name)
{
    if (!json.ends_with('{'))
        json += ',';
    json += '"';
    json += name;
    json += "\":";
}

void append(std::string& json, std::string_view name, std::uint64_t number)
{
    append_name(json, name);
    json += std::to_string(number);
}

void append(std::string& json, std::string_view name, double number)
{
    std::array<char, 64> buffer{};
    const auto size = std::snprintf(buffer.data(), buffer.size(), "%.3f", number);
    append_name(json, name);
    json.append(buffer.data(), static_cast<std::size_t>(size));
}

constexpr std::size_t shown_reasons = 5;

/// The commonest, counted in a sample where `reasons_sampled` is below the failed files of the run.
void append_reasons(std::string& json, const report::estimated_reasons& found)
{
    append(json, "reasons_sampled", found.sampled);
    append_name(json, "reasons");
    json += '[';
    for (std::size_t i = 0; i < std::min(found.reasons.size(), shown_reasons); ++i) {
        json += i == 0 ? "{\"reason\":" : ",{\"reason\":";
        store::append_json_string(json, found.reasons[i].text);
        json += ",\"family\":\"" + std::string{to_string(found.reasons[i].family)} +
                "\",\"failed_files\":" + std::to_string(found.reasons[i].failed_files) + '}';
    }
    json += ']';
}

/// Jobs of the platform's list that nobody asked for, and why.
void append_left_out(std::string& json, const left_out_counts& jobs)
{
    append_name(json, "left_out");
    json += '{';
    append(json, "not_begun", jobs.not_begun);
    append(json, "by_status", jobs.by_status);
    append(json, "by_workflow", jobs.by_workflow);
    append(json, "by_time", jobs.by_time);
    json += '}';
}

double seconds(std::chrono::nanoseconds duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

std::string summary_json(const audit_report& report, const run_record& run)
{
    std::string json{'{'};
    append(json, "jobs", report.jobs);
    append_name(json, "outcomes");
    json += '{';
    for (std::size_t i = 0; i < report.outcomes.size(); ++i)
        if (report.outcomes[i] > 0)
            append(json, to_string(static_cast<outcome_kind>(i)), report.outcomes[i]);
    json += '}';
    append(json, "resumed", report.resumed);
    append(json, "failed_files", report.failed_files);
    append(json, "requests", report.requests);
    append(json, "retries", report.retries);
    append(json, "connections", report.connections);
    append(json, "elapsed_s", seconds(report.elapsed));
    append(json, "requests_per_s", report.requests_per_second());
    append(json, "waited_for_server_s", seconds(report.waited_for_server));
    append(json, "refusals", report.refusals);
    append(json, "limit_per_s", report.limit_a_second);
    append(json, "limit_at_a_time", std::uint64_t{report.limit_at_a_time});
    append_reasons(json, report.reasons);
    if (report.left_out)
        append_left_out(json, *report.left_out);
    append_name(json, "not_covered");
    if (report.not_covered.empty())
        json += "null";
    else
        store::append_json_string(json, report.not_covered);
    append(json, "schema", std::uint64_t{store::schema});
    append_name(json, "run");
    json += run_json(run);
    return json += "}\n";
}

}  // namespace jobaudit::cli
