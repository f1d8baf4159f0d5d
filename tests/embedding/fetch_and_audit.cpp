#include <jobaudit/jobaudit.hpp>

#include <boost/asio.hpp>

#include <cstdlib>
#include <iostream>

namespace asio = boost::asio;

asio::awaitable<void> ask(std::string url, std::string key, std::vector<jobaudit::job_id> jobs)
{
    auto executor = co_await asio::this_coro::executor;
    jobaudit::client client{executor, {.url = url, .credentials = {.key = key}}};

    jobaudit::outcome one = co_await client.async_fetch(jobs.front(), asio::use_awaitable);
    std::cout << one.job << ": " << one.kind << ", " << one.failed_files.size() << " failed files\n";

    auto sink = [](jobaudit::outcome&& result) {
        for (const auto& file : result.failed_files)
            std::cout << result.job << ": " << file.document << ": " << file.error << '\n';
    };
    jobaudit::summary all =
        co_await client.async_audit(jobs, sink, {.concurrency = 16, .rate = 200}, asio::use_awaitable);
    std::cout << all.count(jobaudit::outcome_kind::ok) << " of " << all.jobs << " jobs fetched\n";
    co_await client.async_close(asio::use_awaitable);
}

int main(int argc, char** argv)
{
    std::vector<jobaudit::job_id> jobs;
    for (int i = 1; i < argc; ++i)
        jobs.push_back(jobaudit::job_id::parse(argv[i]).value());
    asio::io_context context{1};
    asio::co_spawn(context, ask(std::getenv("UNSTRUCTURED_API_URL"), std::getenv("UNSTRUCTURED_API_KEY"), jobs),
                   [](std::exception_ptr failed) {
                       if (failed)
                           std::rethrow_exception(failed);
                   });
    context.run();
}
