#include "report/kept_report.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

// What Boost.JSON needs to know of the members, to write and read them by name.
namespace jobaudit {
BOOST_DESCRIBE_ENUM(outcome_kind, ok, invalid_job_id, unauthorized, payment_required, forbidden, not_found, validation,
                    rate_limited, server_error, http_error, timeout, dns, connect, tls, transport, protocol,
                    malformed_body, too_large, canceled, not_tried)
}
namespace jobaudit::grouping {
BOOST_DESCRIBE_ENUM(error_family, document, authorization, configuration, schema, network, quota, internal, unknown)
}
namespace jobaudit::report {

BOOST_DESCRIBE_STRUCT(reason_figures, (), (text, family, failed_files, jobs, documents, example))
BOOST_DESCRIBE_STRUCT(family_figures, (), (family, failed_files, reasons))
BOOST_DESCRIBE_STRUCT(job_group, (),
                      (id, name, jobs, jobs_without_list, jobs_with_failures, failed_files, commonest_reason))
BOOST_DESCRIBE_STRUCT(file_type_figures, (), (extension, failed_files))
BOOST_DESCRIBE_STRUCT(document_figures, (), (name, failed_files, reason))
BOOST_DESCRIBE_STRUCT(job_without_list, (), (job, kind, http_status, message))
BOOST_DESCRIBE_STRUCT(job_times, (), (median, p90, p99, longest))
BOOST_DESCRIBE_STRUCT(failure_report, (),
                      (jobs, outcomes, jobs_with_failures, failed_files, documents, attempts, jobs_retried, times,
                       reasons, families, workflows, days, types, worst, no_list, note))

std::string kept_text(const failure_report& report) { return boost::json::serialize(boost::json::value_from(report)); }

std::optional<failure_report> report_of(std::string_view kept)
{
    boost::system::error_code error;
    const auto value = boost::json::parse(kept, error);
    if (error)
        return std::nullopt;
    auto report = boost::json::try_value_to<failure_report>(value);
    return report ? std::optional{*std::move(report)} : std::nullopt;
}

}  // namespace jobaudit::report
