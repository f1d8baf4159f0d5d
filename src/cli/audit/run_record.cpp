#include "cli/audit/run_record.hpp"

#include "store/output/ndjson_line.hpp"

#include <jobaudit/job_id.hpp>
#include <jobaudit/version.hpp>

#include <array>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <random>
#include <string_view>

namespace jobaudit::cli {
namespace {

/// RFC 9562, version 4.
std::string random_id()
{
    std::random_device device;
    job_id::bytes_type bytes{};
    for (auto& each : bytes)
        each = static_cast<std::uint8_t>(device());
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0FU) | 0x40U);
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3FU) | 0x80U);
    return job_id{bytes}.to_string();
}

std::string number(double value)
{
    std::array<char, 32> text{};
    return {text.data(), static_cast<std::size_t>(std::snprintf(text.data(), text.size(), "%g", value))};
}

std::string seconds(std::chrono::nanoseconds duration)
{
    return number(std::chrono::duration<double>(duration).count()) + "s";
}

void append_text(std::string& json, std::string_view name, std::string_view text)
{
    json += json.ends_with('{') ? "" : ",";
    store::append_json_string(json, name);
    json += ':';
    store::append_json_string(json, text);
}

std::string options_json(const run_record& record)
{
    std::string json{'{'};
    for (const auto& [name, value] : record.options)
        append_text(json, name, value);
    return json += '}';
}

/// Which jobs of the platform's list were wanted.
void add_selection(run_record& record, const audit_arguments& arguments)
{
    const auto& selection = arguments.selection.given();
    std::string status;
    for (const auto& each : selection.status)
        (status += status.empty() ? "" : ", ") += each;
    record.options.emplace_back("all", arguments.all ? "true" : "false");
    record.options.emplace_back("status", status);
    record.options.emplace_back("workflow", selection.workflow);
    record.options.emplace_back("since", selection.since);
    record.options.emplace_back("until", selection.until);
}

}  // namespace

run_record begin_record() { return {random_id(), JOBAUDIT_VERSION_STRING, std::chrono::system_clock::now(), {}, {}}; }

run_record begin_record(const audit_arguments& arguments, const std::string& url)
{
    const auto& limits = arguments.limits;
    auto record = begin_record();
    record.options = {
        {"url", url},
        {"output", arguments.output},
        {"resume", arguments.resume ? "true" : "false"},
        {"concurrency", std::to_string(limits.concurrency)},
        {"pipeline", std::to_string(arguments.connection.pipeline)},
        {"threads", std::to_string(limits.threads)},
        {"rate", number(limits.rate)},
        {"burst", std::to_string(limits.burst)},
        {"adaptive", limits.adaptive ? "true" : "false"},
        {"attempts", std::to_string(limits.attempts)},
        {"timeout", seconds(limits.timeout)},
        {"job-timeout", seconds(limits.job_timeout)},
        {"max-wait", seconds(limits.max_wait)},
        {"deadline", seconds(limits.deadline)},
        {"outage-limit", seconds(limits.outage_limit)},
        {"max-body", std::to_string(arguments.connection.max_body)},
    };
    std::string files;
    for (const auto& file : arguments.jobs_files)
        (files += files.empty() ? "" : ", ") += file;
    record.options.emplace_back("jobs", files);
    record.options.emplace_back("column", arguments.column);
    add_selection(record, arguments);
    return record;
}

std::string date_and_time(std::chrono::system_clock::time_point when)
{
    const auto time = std::chrono::system_clock::to_time_t(when);
    std::tm parts{};
    std::array<char, 32> text{};
    if (::gmtime_r(&time, &parts) == nullptr)
        return {};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

store::run_description description_of(const run_record& record)
{
    return {record.id, record.version, date_and_time(record.started), options_json(record)};
}

std::string run_json(const run_record& record)
{
    std::string json{'{'};
    append_text(json, "id", record.id);
    append_text(json, "version", record.version);
    append_text(json, "started", date_and_time(record.started));
    append_text(json, "ended", date_and_time(record.ended));
    return json + ",\"options\":" + options_json(record) + '}';
}

}  // namespace jobaudit::cli
