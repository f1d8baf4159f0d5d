// jobaudit's library: one batch into a streaming sink that builds the records.

#include "failed_files_sax.hpp"
#include "peer_job.hpp"

#include <jobaudit/jobaudit.hpp>

#include <boost/asio.hpp>

#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

namespace asio = boost::asio;

class record_writer final : public jobaudit::job_writer {
public:
    explicit record_writer(bench::peer_result& result) : result_{&result} {}

    void begin(const jobaudit::job_id&) override { start(); }
    void discard() override { start(); }

    void append(std::span<const jobaudit::failed_file_view> views) override
    {
        for (const auto& view : views) {
            record_.document = view.document;
            record_.error = view.error;
            ++records_;
            bytes_ += view.document.size() + view.error.size();
        }
    }

    void commit(jobaudit::outcome&& ended) override
    {
        if (ended.kind != jobaudit::outcome_kind::ok)
            throw std::runtime_error{ended.message};
        result_->add(ended.http_status, records_, bytes_, ended.elapsed);
        start();
    }

private:
    void start()
    {
        records_ = 0;
        bytes_ = 0;
    }

    bench::peer_result* result_;
    bench::failed_file record_;
    std::size_t records_ = 0;
    std::size_t bytes_ = 0;
};

class record_sink final : public jobaudit::streaming_sink {
public:
    explicit record_sink(bench::peer_result& result) : result_{&result} {}

    std::unique_ptr<jobaudit::job_writer> make_writer() override { return std::make_unique<record_writer>(*result_); }

private:
    bench::peer_result* result_;
};

asio::awaitable<void> audit(const bench::peer_job& job, bench::peer_result& result)
{
    std::vector<jobaudit::job_id> ids;
    for (const auto& id : job.ids)
        ids.push_back(jobaudit::job_id::parse(id).value());

    jobaudit::client_options options;
    options.url = job.url;
    options.credentials.key = bench::key;
    options.tls.ca_file = job.ca_file;
    jobaudit::client client{co_await asio::this_coro::executor, options};

    record_sink sink{result};
    jobaudit::audit_options how;
    how.concurrency = static_cast<unsigned>(job.connections);
    const auto all = co_await client.async_audit(std::move(ids), sink, how, asio::use_awaitable);
    co_await client.async_close(asio::use_awaitable);
    if (all.count(jobaudit::outcome_kind::ok) != job.ids.size())
        throw std::runtime_error{"not every job was fetched"};
}

}  // namespace

int main(int argc, char** argv)
try {
    const auto job = bench::read_command_line(argc, argv);
    bench::peer_result result{job};
    asio::io_context context{1};
    asio::co_spawn(context, audit(job, result), [](std::exception_ptr failed) {
        if (failed)
            std::rethrow_exception(failed);
    });
    context.run();
    result.print();
} catch (const std::exception& failure) {
    std::fprintf(stderr, "library: %s\n", failure.what());
    return 1;
}
