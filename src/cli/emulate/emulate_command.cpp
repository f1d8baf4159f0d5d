#include "cli/emulate/emulate_command.hpp"

#include "cli/audit/resume_command.hpp"
#include "cli/emulate/emulator_files.hpp"
#include "cli/failure.hpp"
#include "cli/options/api_key.hpp"
#include "cli/process/descriptor_limit.hpp"
#include "cli/process/standard_streams.hpp"
#include "cli/process/whole_file.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <chrono>
#include <csignal>
#include <string>

namespace jobaudit::cli {
namespace {

constexpr unsigned expected_connections = 1000;

emulator::emulator_options emulator_options_of(const emulate_arguments& arguments)
{
    auto options = arguments.emulator;
    options.newest_job = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    if (arguments.api_key_file.empty())
        return options;
    auto key = read_api_key(arguments.api_key_file, nullptr);
    if (!key)
        throw failure{exit_code::usage, "--api-key-file: " + key.error().message};
    options.api_key = std::move(key->text);
    return options;
}

void write_files(const emulate_arguments& arguments, const emulator::emulator& server)
{
    if (!arguments.certificate_file.empty())
        if (const auto wrong = write_whole_file(arguments.certificate_file, server.certificate_pem()))
            throw failure{exit_code::output_failed, "--cert-out: " + wrong->message};
    if (!arguments.jobs_file.empty())
        write_job_ids(arguments.jobs_file, server);
    if (!arguments.truth_file.empty())
        write_truth(arguments.truth_file, server);
}

std::string hint(const emulate_arguments& arguments, const emulator::emulator& server)
{
    std::string command = "  jobaudit audit --url " + server.url();
    if (arguments.emulator.tls)
        command +=
            " --ca-file " + (arguments.certificate_file.empty() ? "CA.PEM" : shell_quoted(arguments.certificate_file));
    if (!arguments.api_key_file.empty())
        command += " --api-key-file " + shell_quoted(arguments.api_key_file);
    else
        command.insert(2, "UNSTRUCTURED_API_KEY=any ");
    command += " --jobs " + (arguments.jobs_file.empty() ? "JOBS.TXT" : shell_quoted(arguments.jobs_file));

    std::string text = "To audit it:\n" + command + "\n";
    if (arguments.emulator.tls && arguments.certificate_file.empty())
        text += "(--cert-out CA.PEM writes the certificate that this needs)\n";
    if (arguments.jobs_file.empty())
        text += "(--jobs-out JOBS.TXT writes the job IDs; " + server.url() + "/__jobs lists them)\n";
    return text + "Its figures: " + server.url() + "/__stats. Ctrl-C ends it.\n";
}

}  // namespace

int run_emulate(const emulate_arguments& arguments)
{
    boost::asio::io_context context{1};
    boost::asio::signal_set signals{context, SIGINT, SIGTERM};
    raise_descriptor_limit(expected_connections, arguments.emulator.threads);

    emulator::emulator server{emulator_options_of(arguments)};
    write_files(arguments, server);
    tell(hint(arguments, server));
    print("listening on " + server.url() + '\n');

    signals.async_wait([](const boost::system::error_code&, int) {});
    context.run();
    server.stop();
    return to_int(exit_code::complete);
}

}  // namespace jobaudit::cli
