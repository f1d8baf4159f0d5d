#include "cli/report/report_arguments.hpp"

#include "store/sqlite/sqlite_outcomes.hpp"

#include <filesystem>
#include <system_error>
#include <vector>

namespace jobaudit::cli {
namespace {

constexpr std::uint64_t most_rows = 10'000;
constexpr std::uint64_t most_runs = 1'000'000'000;

constexpr auto report_examples = R"(Examples:
  jobaudit report results.ndjson
  jobaudit report audit.db --run 3
  jobaudit report results.ndjson --html report.html
  jobaudit report results.ndjson --documents > again.txt
  jobaudit report results.ndjson --csv > failed-files.csv
)";

constexpr auto diff_examples = R"(Examples:
  jobaudit diff yesterday.ndjson today.ndjson
  jobaudit diff audit.db
)";

void add_top(option_set& options, std::uint64_t& into)
{
    options.number("--top", into, 1, most_rows, "Rows of each table");
}

bool is_one_file(const std::string& one, const std::string& other)
{
    std::error_code there_is_none;
    return std::filesystem::equivalent(one, other, there_is_none);
}

}  // namespace

parsed<report_arguments> parse_report(std::span<const std::string> arguments)
{
    option_set options{"jobaudit report", "Tells from the results of an audit which documents fail, and why.",
                       report_examples};
    report_arguments into;
    std::vector<std::string> files;
    std::uint64_t run = 0;
    bool json = false;
    bool csv = false;
    bool documents = false;
    options.arguments("FILE", files, "The results of `jobaudit audit`; -: standard input");
    options.number("--run", run, 0, most_runs, "Of a database: the number of the run; 0: the latest");
    options.text("--html", into.page, "PATH",
                 "Write the report as one HTML file, to be searched and sorted in a browser; -: standard output");
    options.flag("--json", json, "Print all figures as one JSON object");
    options.flag("--csv", csv, "Print each failed file with its reason, and each job without a list, as CSV");
    options.flag("--documents", documents, "Print the documents that failed, to run them again; one a line");
    add_top(options, into.top);

    if (auto end = options.parse(arguments))
        return *std::move(end);
    if (files.size() != 1)
        return options.usage_error(files.empty() ? "which results? Name the FILE that an audit wrote with -o"
                                                 : "one FILE at a time: give one of them");
    const bool html = !into.page.empty();
    if (int{html} + int{json} + int{csv} + int{documents} > 1)
        return options.usage_error("--html, --json, --csv and --documents are different outputs: give one of them");
    into.file = files.front();
    into.run = static_cast<store::run_choice>(run);
    if (is_one_file(into.page, into.file) || is_one_file(into.page, into.file + ".sums"))
        return options.usage_error("--html names the file \"" + into.page +
                                   "\" of the results themselves: give the page its own");
    into.form = html        ? report_form::html
                : json      ? report_form::json
                : csv       ? report_form::csv
                : documents ? report_form::documents
                            : report_form::text;
    return into;
}

parsed<diff_arguments> parse_diff(std::span<const std::string> arguments)
{
    option_set options{"jobaudit diff",
                       "Compares the results of two audits: which documents fail now and did not, which still fail, "
                       "and which no longer do.",
                       diff_examples};
    diff_arguments into;
    std::uint64_t older_run = 0;
    std::uint64_t newer_run = 0;
    options.argument(
        "OLD", into.older,
        "The results of the older audit; or a database alone: then its latest run is compared with the one "
        "before");
    options.argument("NEW", into.newer, "The results of the newer audit");
    options.number("--older-run", older_run, 0, most_runs, "Of a database: the number of the older run; 0: the latest");
    options.number("--newer-run", newer_run, 0, most_runs, "The same of the newer run");
    options.flag("--json", into.json, "Print it as one JSON object, with all documents");
    add_top(options, into.top);

    if (auto end = options.parse(arguments))
        return *std::move(end);
    into.older_run = static_cast<store::run_choice>(older_run);
    into.newer_run = static_cast<store::run_choice>(newer_run);
    if (into.newer.empty() && store::is_sqlite_file(into.older)) {
        into.newer = into.older;
        into.older_run = older_run == 0 ? store::finished_run_before_latest : into.older_run;
    }
    if (into.older.empty() || into.newer.empty())
        return options.usage_error("two audits are compared: give the OLD results and the NEW ones");
    if (into.older == "-" && into.newer == "-")
        return options.usage_error("standard input holds one of them: give the other as a file");
    return into;
}

}  // namespace jobaudit::cli
