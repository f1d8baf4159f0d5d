#include <jobaudit/emulator/emulator.hpp>
#include <jobaudit/jobaudit.hpp>

#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

namespace asio = boost::asio;

int main()
{
    jobaudit::emulator::emulator platform{{.tls = false, .faults = jobaudit::emulator::fault_profile::rough}};
    asio::thread_pool threads{4};
    jobaudit::client client{threads, {.url = platform.url(), .credentials = {.key = "any"}}};

    const auto job = platform.job(7);
    const auto result = client.async_fetch(job, asio::use_future).get();
    client.async_close(asio::use_future).get();
    const auto truth = platform.truth(job);
    return result.kind == truth.kind && result.failed_files == truth.failed_files ? 0 : 1;
}
