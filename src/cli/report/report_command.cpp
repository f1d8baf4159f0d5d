#include "cli/report/report_command.hpp"

#include "cli/exit_code.hpp"
#include "cli/failure.hpp"
#include "cli/options/quantities.hpp"
#include "cli/process/standard_streams.hpp"
#include "cli/process/whole_file.hpp"
#include "cli/report/report_csv.hpp"
#include "cli/report/report_html.hpp"
#include "cli/report/report_json.hpp"
#include "cli/report/report_text.hpp"
#include "cli/terminal/terminal.hpp"
#include "cli/terminal/terminal_text.hpp"
#include "protocol/control_characters.hpp"
#include "report/kept_report.hpp"
#include "report/report_builder.hpp"
#include "store/inherited_descriptor.hpp"
#include "store/output/outcome_source.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <string>
#include <string_view>

#include <unistd.h>

namespace jobaudit::cli {
namespace {

/// The names as they are, for another program; on a terminal without what could play tricks there.
void print_documents(const report::document_counts& documents)
{
    constexpr std::size_t written_at_once = 64 * 1024;
    const bool is_shown = is_terminal(STDOUT_FILENO);
    std::string text;
    std::uint64_t unprintable = 0;
    documents.for_each([&](std::string_view name) {
        if (name.find('\n') != std::string_view::npos) {
            ++unprintable;
            return;
        }
        text += is_shown ? printable(name) : std::string{name};
        text += '\n';
        if (text.size() >= written_at_once) {
            print(text);
            text.clear();
        }
    });
    print(text);
    if (unprintable > 0)
        tell("jobaudit: " + counted(unprintable, "document is", "documents are") +
             " left out, as a line break is part of the name: --csv has all of them\n");
}

/// For another program as they are; on a terminal without what could play tricks there, in lines.
void print_rows(std::string_view rows)
{
    if (!is_terminal(STDOUT_FILENO)) {
        print(rows);
        return;
    }
    std::string shown;
    while (!rows.empty()) {
        const auto line = rows.substr(0, rows.find('\n'));
        rows.remove_prefix(std::min(rows.size(), line.size() + 1));
        shown += printable(line.substr(0, line.find_last_not_of('\r') + 1)) + '\n';
    }
    print(shown);
}

void write_page(const report::failure_report& report, const std::string& name, const std::string& path)
{
    const auto page = report_html(report, name);
    if (const auto wrong = write_whole_file(path, page))
        throw failure{exit_code::output_failed, "--html: " + wrong->message};
    if (!store::inherited_descriptor(path))
        tell("jobaudit: the report is in \"" + printable(path) + "\" (" +
             to_text(std::uint64_t{page.size() / 1000 + 1}) + " KB): open it in a browser\n");
}

report::failure_report count(const store::outcome_source& file, report::report_builder& builder)
{
    file.read(builder);
    auto report = builder.finish();
    report.note = file.note();
    report.run_summary = file.summary();
    return report;
}

/// The figures alone: those that were kept, or counted where there are none.
report::failure_report figures_of(const store::outcome_source& file, report::report_builder& builder)
{
    if (const auto kept = file.figures(); !kept.empty())
        if (auto report = report::report_of(kept)) {
            report->note = file.note();
            report->run_summary = file.summary();
            return *std::move(report);
        }
    return count(file, builder);
}

/// Whether more of the results is wanted than the figures.
bool wants_all(report_form form) noexcept { return form == report_form::csv || form == report_form::documents; }

}  // namespace

void check_report_page(const std::string& path)
{
    if (const auto wrong = check_whole_file(path))
        throw failure{exit_code::output_failed, "--html: " + wrong->message};
}

void write_report_page(const std::string& results, const std::string& title, const std::string& path)
{
    const auto file = store::open_outcomes(results);
    report::report_builder builder;
    write_page(figures_of(*file, builder), title, path);
}

int run_report(const report_arguments& arguments)
{
    if (arguments.form == report_form::html)
        check_report_page(arguments.page);
    const auto opened = store::open_outcomes(arguments.file, arguments.run);
    const auto& file = *opened;
    report::report_builder builder{{.documents = std::max<std::size_t>(10'000, arguments.top)}};
    const auto report = wants_all(arguments.form) ? count(file, builder) : figures_of(file, builder);
    if (!report.note.empty() && arguments.form != report_form::text)
        tell("jobaudit: " + report.note + '\n');

    switch (arguments.form) {
    case report_form::text:
        print(report_text(report, file.name(), arguments.top, text_width(STDOUT_FILENO)));
        break;
    case report_form::html:
        write_page(report, file.name(), arguments.page);
        break;
    case report_form::json:
        print(protocol::with_escaped_controls(boost::json::serialize(report_json(report, file.name()))) + '\n');
        break;
    case report_form::csv:
        write_report_csv(file, builder, report, print_rows);
        break;
    case report_form::documents:
        print_documents(builder.documents());
        break;
    }
    return to_int(exit_code::complete);
}

}  // namespace jobaudit::cli
