#include "cli/report/run_facts.hpp"

#include "cli/options/quantities.hpp"
#include "cli/report/figures_text.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace jobaudit::cli {
namespace {

namespace json = boost::json;

/// A member of an object, whose absence is an empty value: the summaries of other versions hold others.
const json::value* find(const json::value* within, std::string_view name)
{
    const auto* object = within != nullptr ? within->if_object() : nullptr;
    return object != nullptr ? object->if_contains({name.data(), name.size()}) : nullptr;
}

double number(const json::value* within, std::string_view name)
{
    const auto* value = find(within, name);
    boost::system::error_code error;
    const auto found = value != nullptr ? value->to_number<double>(error) : 0;
    return error ? 0 : found;
}

std::uint64_t count(const json::value* within, std::string_view name)
{
    return static_cast<std::uint64_t>(std::max(0.0, number(within, name)));
}

std::string text(const json::value* within, std::string_view name)
{
    const auto* value = find(within, name);
    const auto* found = value != nullptr ? value->if_string() : nullptr;
    return found != nullptr ? std::string{found->data(), found->size()} : std::string{};
}

/// `12 by their status, 3 by their time`.
std::string left_out(const json::value* summary)
{
    const auto* jobs = find(summary, "left_out");
    std::string all;
    for (const auto& [name, words] : {std::pair{"not_begun", "that had not begun"}, std::pair{"by_status", "by status"},
                                      std::pair{"by_workflow", "by workflow"}, std::pair{"by_time", "by time"}})
        if (const auto left = count(jobs, name); left > 0)
            all += (all.empty() ? "" : ", ") + to_text(left) + ' ' + words;
    return all;
}

/// `about 200 requests a second, 10 at a time`.
std::string limit(const json::value* summary)
{
    std::string found;
    if (const auto rate = number(summary, "limit_per_s"); rate > 0)
        found += "about " + to_text(static_cast<std::uint64_t>(std::llround(rate))) + " requests a second";
    if (const auto at_a_time = count(summary, "limit_at_a_time"); at_a_time > 0)
        found += (found.empty() ? "" : ", ") + to_text(at_a_time) + " at a time";
    return found;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> run_facts(const report::failure_report& report)
{
    boost::system::error_code error;
    const auto parsed = json::parse(report.run_summary, error);
    if (error)
        return {};
    const auto* summary = &parsed;
    const auto* run = find(summary, "run");
    std::vector<std::pair<std::string, std::string>> all;
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty() && value != "0")
            all.emplace_back(name, value);
    };
    add("Run", text(run, "id"));
    if (const auto version = text(run, "version"); !version.empty())
        add("Made by", "jobaudit " + version);
    add("Began", text(run, "started"));
    add("Ended", text(run, "ended"));
    add("Server", text(find(run, "options"), "url"));
    add("Requests", to_text(count(summary, "requests")));
    add("Of them retries", to_text(count(summary, "retries")));
    add("Requests a second", to_text(count(summary, "requests_per_s")));
    add("Connections", to_text(count(summary, "connections")));
    add("Requests that were refused", to_text(count(summary, "refusals")));
    if (const auto waited = number(summary, "waited_for_server_s"); waited > 0)
        add("Waited for the server", milliseconds(waited * 1000));
    add("The server takes", limit(summary));
    add("Jobs of earlier runs", to_text(count(summary, "resumed")));
    add("Jobs of the list that were left out", left_out(summary));
    add("Not covered", text(summary, "not_covered"));
    add("Jobs that were not tried",
        to_text(count(find(summary, "outcomes"), "not_tried") + count(find(summary, "outcomes"), "canceled")));
    return all;
}

}  // namespace jobaudit::cli
