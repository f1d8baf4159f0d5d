#include "cli/report/report_json.hpp"

#include "protocol/utf8.hpp"
#include "store/output/ndjson_line.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <string_view>

namespace jobaudit::cli {
namespace {

namespace json = boost::json;
using report::failure_report;

json::value text_of(std::string_view text) { return json::string{text.data(), text.size()}; }

json::value text_or_null(std::string_view text) { return text.empty() ? json::value{} : text_of(text); }

json::value reason_of(const failure_report& report, std::uint32_t reason)
{
    return reason == report::no_reason ? json::value{} : text_of(report.reasons[reason].text);
}

template <class Rows, class Make>
json::array array_of(const Rows& rows, Make make)
{
    json::array all;
    all.reserve(rows.size());
    for (const auto& each : rows)
        all.push_back(make(each));
    return all;
}

json::object group_object(const failure_report& report, const report::job_group& group)
{
    return {{"jobs", group.jobs},
            {"jobs_without_list", group.jobs_without_list},
            {"jobs_with_failures", group.jobs_with_failures},
            {"failed_files", group.failed_files},
            {"commonest_reason", reason_of(report, group.commonest_reason)}};
}

json::object outcomes_object(const failure_report& report)
{
    json::object outcomes;
    for (std::size_t i = 0; i < report.outcomes.size(); ++i)
        if (report.outcomes[i] > 0)
            outcomes[to_string(static_cast<outcome_kind>(i))] = report.outcomes[i];
    return outcomes;
}

json::array reasons_array(const failure_report& report)
{
    return array_of(report.reasons, [](const report::reason_figures& each) {
        return json::object{{"reason", text_of(each.text)},
                            {"family", to_string(each.family)},
                            {"failed_files", each.failed_files},
                            {"jobs", each.jobs},
                            {"documents", each.documents},
                            {"example", text_of(each.example)},
                            {"help", text_of(usual_help(each.family))}};
    });
}

json::array groups_array(const failure_report& report, const std::vector<report::job_group>& groups, bool are_workflows)
{
    return array_of(groups, [&](const report::job_group& each) {
        json::object object;
        if (are_workflows) {
            object["workflow_id"] = text_or_null(each.id);
            object["workflow_name"] = text_or_null(each.name);
        } else {
            object["day"] = text_or_null(each.name);
        }
        for (auto& member : group_object(report, each))
            object[member.key()] = member.value();
        return object;
    });
}

json::array documents_array(const failure_report& report)
{
    return array_of(report.worst, [&](const report::document_figures& each) {
        return json::object{{"document", text_of(each.name)},
                            {"failed_files", each.failed_files},
                            {"reason", reason_of(report, each.reason)}};
    });
}

json::array without_list_array(const failure_report& report)
{
    return array_of(report.no_list, [](const report::job_without_list& each) {
        return json::object{{"job_id", text_of(each.job)},
                            {"outcome", to_string(each.kind)},
                            {"http_status", each.http_status == 0 ? json::value{} : json::value(each.http_status)},
                            {"message", text_of(each.message)}};
    });
}

}  // namespace

json::object report_json(const failure_report& report, const std::string& name)
{
    json::object all{{"file", text_of(name)},
                     {"schema", store::schema},
                     {"jobs", report.jobs},
                     {"outcomes", outcomes_object(report)},
                     {"jobs_with_failures", report.jobs_with_failures},
                     {"failed_files", report.failed_files},
                     {"documents", report.documents},
                     {"attempts", report.attempts},
                     {"jobs_retried", report.jobs_retried},
                     {"elapsed_ms",
                      {{"median", report.times.median},
                       {"p90", report.times.p90},
                       {"p99", report.times.p99},
                       {"longest", report.times.longest}}},
                     {"note", text_of(report.note)}};
    all["reasons"] = reasons_array(report);
    all["families"] = array_of(report.families, [](const report::family_figures& each) {
        return json::object{
            {"family", to_string(each.family)}, {"failed_files", each.failed_files}, {"reasons", each.reasons}};
    });
    all["workflows"] = groups_array(report, report.workflows, true);
    all["days"] = groups_array(report, report.days, false);
    all["file_types"] = array_of(report.types, [](const report::file_type_figures& each) {
        return json::object{{"extension", text_of(each.extension)}, {"failed_files", each.failed_files}};
    });
    all["documents_that_fail_most"] = documents_array(report);
    all["jobs_without_list"] = without_list_array(report);
    boost::system::error_code no_summary;
    auto summary = json::parse(report.run_summary, no_summary);
    all["summary"] = no_summary ? json::value{} : std::move(summary);
    return all;
}

}  // namespace jobaudit::cli
