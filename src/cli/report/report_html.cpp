#include "cli/report/report_html.hpp"

#include "cli/report/html_sections.hpp"
#include "cli/report/html_text.hpp"
#include "cli/report/page_parts.hpp"
#include "net/base64.hpp"

#include <jobaudit/version.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace jobaudit::cli {
namespace {

namespace json = boost::json;
using report::failure_report;

json::value text_value(std::string_view text) { return json::string{page_text(text)}; }

/// Only the reasons that a document refers to have a name there; the others' places are kept.
json::array reasons_array(const failure_report& report)
{
    json::array reasons(report.reasons.size());
    for (const auto& each : report.worst)
        if (each.reason != report::no_reason && reasons[each.reason].is_null())
            reasons[each.reason] = text_value(report.reasons[each.reason].text);
    return reasons;
}

/// What the page's script shows: rows in short, as there may be 10,000 of them.
json::object data_of(const failure_report& report)
{
    json::array documents;
    documents.reserve(report.worst.size());
    for (const auto& each : report.worst)
        documents.push_back(json::array{text_value(each.name), each.failed_files,
                                        each.reason == report::no_reason ? json::value{} : json::value(each.reason)});
    json::array jobs;
    jobs.reserve(report.no_list.size());
    for (const auto& each : report.no_list)
        jobs.push_back(json::array{text_value(each.job), to_string(each.kind),
                                   each.http_status == 0 ? json::value{} : json::value(each.http_status),
                                   text_value(each.message)});
    return {{"reasons", reasons_array(report)}, {"documents", std::move(documents)}, {"jobs", std::move(jobs)}};
}

/// As a Content Security Policy names an inline script or style (CSP level 3, "Hash Usage").
std::string hash_source(std::string_view text)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error{"OpenSSL cannot compute a SHA-256"};
    return "'sha256-" + net::base64({reinterpret_cast<const char*>(digest.data()), size}) + "'";
}

std::string navigation(const std::vector<html_section>& sections)
{
    std::string html = "<ul>\n";
    for (const auto& each : sections)
        html += "<li><a href=\"#" + std::string{each.id} + "\">" + html_text(each.title) + "</a></li>\n";
    return html + "</ul>";
}

std::string text_of(const std::vector<html_section>& sections)
{
    std::string html;
    for (const auto& each : sections) {
        const std::string id{each.id};
        html += "<section id=\"" + id + "\" aria-labelledby=\"" + id + "-title\"" +
                (each.is_narrow ? " class=\"half\"" : "") + ">\n<h2 id=\"" + id + "-title\">" + html_text(each.title) +
                "</h2>\n" + each.html + "</section>\n";
    }
    return html;
}

/// The page with each `{{name}}` replaced; what comes in its place is not looked at again.
std::string filled(std::string_view page, const std::map<std::string_view, std::string>& parts)
{
    std::string html;
    for (auto at = page.find("{{"); at != std::string_view::npos; at = page.find("{{")) {
        const auto end = page.find("}}", at);
        html += page.substr(0, at);
        html += parts.at(page.substr(at + 2, end - at - 2));
        page.remove_prefix(end + 2);
    }
    return html += page;
}

}  // namespace

std::string report_html(const failure_report& report, const std::string& name)
{
    const auto sections = html_sections(report);
    const auto policy = "default-src 'none'; img-src data:; style-src " + hash_source(page_css) + "; script-src " +
                        hash_source(page_js) + "; base-uri 'none'; form-action 'none'";
    return filled(page_html, {{"policy", policy},
                              {"file", html_text(name)},
                              {"style", std::string{page_css}},
                              {"head", html_head(report)},
                              {"navigation", navigation(sections)},
                              {"sections", text_of(sections)},
                              {"version", JOBAUDIT_VERSION_STRING},
                              {"data", json_in_html(data_of(report))},
                              {"script", std::string{page_js}}});
}

}  // namespace jobaudit::cli
