#include <jobaudit/jobaudit.hpp>

#include <boost/asio/io_context.hpp>

#include <iostream>

int main()
{
    boost::asio::io_context context;
    // Nobody listens on port 1.
    jobaudit::client client{context, {.url = "http://127.0.0.1:1", .credentials = {.key = "a-key"}}};

    const auto job = jobaudit::job_id::parse("0b1f2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d").value();
    client.async_fetch(job, {.attempts = 1}, [&client](jobaudit::error_code, jobaudit::outcome result) {
        std::cout << result.job << ": " << result.kind << ": " << result.message << '\n';
        client.async_close([](jobaudit::error_code) {});
    });
    context.run();
}
