#include "cli/emulate/demo_command.hpp"

#include "cli/audit/audit_report.hpp"
#include "cli/audit/audit_session.hpp"
#include "cli/audit/file_input.hpp"
#include "cli/audit/truth_check.hpp"
#include "cli/emulate/emulator_files.hpp"
#include "cli/emulate/temporary_folder.hpp"
#include "cli/failure.hpp"
#include "cli/options/quantities.hpp"
#include "cli/process/standard_streams.hpp"
#include "cli/process/whole_file.hpp"
#include "cli/report/report_command.hpp"
#include "cli/terminal/terminal.hpp"
#include "store/open_mode.hpp"
#include "store/output/open_output.hpp"

#include <string>
#include <utility>

#include <unistd.h>

namespace jobaudit::cli {
namespace {

emulator::emulator_options emulator_options_of(const demo_arguments& arguments)
{
    emulator::emulator_options options;
    options.jobs = arguments.jobs;
    options.seed = arguments.seed;
    options.api_key = "demo";
    options.faults = emulator::fault_profile::rough;
    return options;
}

client_options client_options_of(const emulator::emulator& server, const std::string& ca_file)
{
    client_options options;
    options.url = server.url();
    options.credentials.key = "demo";
    options.tls.ca_file = ca_file;
    return options;
}

audit_options limits()
{
    audit_options options;
    options.attempts = 8;
    options.timeout = std::chrono::seconds{10};
    // The server is this machine: it needs no long rest.
    options.backoff_base = std::chrono::milliseconds{50};
    options.backoff_limit = std::chrono::seconds{2};
    return options;
}

std::string verdict(const truth_check& check)
{
    std::string text;
    for (const auto& difference : check.differences)
        text += difference + '\n';
    if (check.other_differences > 0)
        text += "and " + to_text(check.other_differences) + " more differences\n";
    return text + to_text(check.right) + " of " + to_text(check.jobs) + " jobs right\n";
}

}  // namespace

int run_demo(const demo_arguments& arguments)
{
    if (!arguments.page.empty())
        check_report_page(arguments.page);
    emulator::emulator server{emulator_options_of(arguments)};
    const temporary_folder folder;
    const auto ca_file = folder.file("ca.pem");
    const auto jobs_file = folder.file("jobs.txt");
    if (const auto wrong = write_whole_file(ca_file, server.certificate_pem()))
        throw failure{exit_code::output_failed, wrong->message};
    write_job_ids(jobs_file, server);

    audit_session session{client_options_of(server, ca_file), arguments.progress, log_level::error};
    store::job_ledger ledger;
    const auto results = arguments.output.empty() ? folder.file("results.ndjson") : arguments.output;
    file_input input{std::vector<std::string>{}, std::vector{jobs_file}, std::string{}, ledger,
                     [](const store::invalid_line&) {}};
    const auto opened = store::open_output(results, store::open_mode::fresh, ledger, store::sync_policy::never);
    auto& output = *opened;
    for (const auto& said : {output.note(), output.warning()})
        if (!said.empty())
            session.message("jobaudit: " + said);
    session.message("auditing " + counted(server.jobs(), "job", "jobs") + " of " + server.url() +
                    ", a server in this process that breaks about every fifth request");

    auto run = begin_record();
    run.options = {{"url", server.url()}, {"output", arguments.output}};
    output.begin(description_of(run));
    const auto result = session.run(input, output, ledger, limits());
    auto report = make_report(result.batch, input.counts(), ledger, result.unread);
    report.reasons = result.reasons;
    if (result.signal || report.is_unfinished())
        output.close();
    else
        output.finish();
    run.ended = std::chrono::system_clock::now();
    output.keep_end({date_and_time(run.ended), summary_json(report, run), {}});
    tell(summary_text(report, text_width(STDERR_FILENO)));
    if (result.signal)
        return exit_code_of_signal(*result.signal);

    if (!arguments.page.empty())
        write_report_page(results, arguments.output.empty() ? "jobaudit demo" : results, arguments.page);
    const auto check = check_truth(results, server);
    print(verdict(check));
    return to_int(check.is_right() ? exit_code::complete : exit_code::incomplete);
}

}  // namespace jobaudit::cli
