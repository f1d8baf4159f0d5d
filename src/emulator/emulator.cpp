#include <jobaudit/emulator/emulator.hpp>

#include "emulator/content.hpp"
#include "emulator/control_api.hpp"
#include "emulator/platform_api.hpp"
#include "emulator/server.hpp"
#include "emulator/statistics_recorder.hpp"
#include "emulator/tls_server_context.hpp"

#include <fstream>
#include <iterator>
#include <utility>

namespace jobaudit::emulator {

namespace {

script load_script(const emulator_options& options)
{
    if (options.script_file.empty())
        return options.script;
    std::ifstream file{options.script_file, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    if (!file)
        throw emulator_error{"cannot read the script " + options.script_file.string() +
                             ": give the path of a readable file"};
    return parse_script(text);
}

content_options content_options_of(const emulator_options& options)
{
    const double usual_share = options.faults == fault_profile::none ? 0 : 0.01;
    return {.seed = options.seed,
            .jobs = options.jobs,
            .accept_any_id = options.accept_any_id,
            .share_missing = options.share_missing.value_or(usual_share),
            .records_per_job = options.records_per_job,
            .newest_job = options.newest_job,
            .some_unknown_values = options.faults != fault_profile::none};
}

certificate certificate_of(const emulator_options& options)
{
    return options.tls ? make_certificate(options.certificate) : certificate{};
}

tls_server_context context_of(const emulator_options& options, const certificate& own)
{
    if (!options.tls)
        return {};
    try {
        return make_tls_server_context(own, options.require_client_ca);
    } catch (const std::runtime_error& problem) {
        throw emulator_error{problem.what()};
    }
}

}  // namespace

class emulator::implementation {
public:
    explicit implementation(const emulator_options& options)
        : content_{content_options_of(options)}
        , recorder_{content_.jobs()}
        , platform_{options, load_script(options), content_, recorder_}
        , control_{content_, recorder_}
        , certificate_{certificate_of(options)}
        , tls_{context_of(options, certificate_)}
        , server_{{.address = options.address, .port = options.port, .threads = options.threads},
                  services{platform_, control_, recorder_, tls_.get()}}
    {}

    content content_;
    statistics_recorder recorder_;
    platform_api platform_;
    control_api control_;
    certificate certificate_;
    tls_server_context tls_;
    // The last member: its threads use the others.
    server server_;
};

emulator::emulator(emulator_options options) : implementation_{std::make_unique<implementation>(options)} {}

emulator::~emulator() = default;

std::uint16_t emulator::port() const noexcept { return implementation_->server_.port(); }

std::string emulator::url() const
{
    return (implementation_->tls_ ? "https://" : "http://") + implementation_->server_.authority();
}

const std::string& emulator::certificate_pem() const noexcept { return implementation_->certificate_.certificate_pem; }

std::uint64_t emulator::jobs() const noexcept { return implementation_->content_.jobs().size(); }

job_id emulator::job(std::uint64_t index) const noexcept { return implementation_->content_.jobs().job(index); }

job_truth emulator::truth(const job_id& job) const
{
    const auto facts = implementation_->content_.facts(job);
    return {job, facts.kind, implementation_->content_.failed_files(facts)};
}

statistics emulator::stats() const { return implementation_->recorder_.snapshot(); }

std::uint64_t emulator::requests_of(const job_id& job) const { return implementation_->recorder_.requests_of(job); }

void emulator::reset_stats() { implementation_->recorder_.reset(); }

void emulator::stop() { implementation_->server_.stop(); }

}  // namespace jobaudit::emulator
