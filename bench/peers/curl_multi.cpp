// libcurl's multi interface, HTTP/1.1 or (`--http2 STREAMS`) HTTP/2, feeding Boost.JSON's event parser, or simdjson's
// On-Demand parser.

#include "failed_files_parser.hpp"
#include "peer_job.hpp"

#include <curl/curl.h>

#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace {

using clock = bench::peer_result::clock;

struct headers {
    headers() : list{curl_slist_append(nullptr, (std::string{bench::key_header} + ": " + bench::key).c_str())} {}
    headers(const headers&) = delete;
    headers& operator=(const headers&) = delete;
    ~headers() { curl_slist_free_all(list); }

    curl_slist* list;
};

/// One easy handle, used again for job after job.
class transfer {
public:
    transfer(const bench::peer_job& job, const headers& sent, bool http2) : job_{&job}
    {
        set(CURLOPT_HTTP_VERSION, http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1);
        set(CURLOPT_PIPEWAIT, http2 ? 1L : 0L);
        set(CURLOPT_HTTPHEADER, sent.list);
        set(CURLOPT_CAINFO, job.ca_file.c_str());
        set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_3));
        set(CURLOPT_TLS13_CIPHERS, "TLS_AES_128_GCM_SHA256");
        set(CURLOPT_BUFFERSIZE, 64L * 1024);
        set(CURLOPT_WRITEFUNCTION, &transfer::receive);
        set(CURLOPT_WRITEDATA, this);
        set(CURLOPT_PRIVATE, this);
    }

    [[nodiscard]] CURL* handle() const noexcept { return handle_.get(); }

    void begin(std::size_t job)
    {
        set(CURLOPT_URL, (job_->url + job_->path(job)).c_str());
        records_.begin();
        bytes_ = 0;
        started_ = clock::now();
    }

    void end(CURLcode code, bench::peer_result& result)
    {
        if (code != CURLE_OK)
            throw std::runtime_error{curl_easy_strerror(code)};
        long status = 0;
        curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &status);
        result.add(static_cast<int>(status), records_.end(), bytes_, clock::now() - started_);
    }

private:
    template <class Value>
    void set(CURLoption option, Value value)
    {
        if (const auto code = curl_easy_setopt(handle(), option, value); code != CURLE_OK)
            throw std::runtime_error{curl_easy_strerror(code)};
    }

    static std::size_t receive(char* data, std::size_t, std::size_t size, void* self) noexcept
    {
        auto& me = *static_cast<transfer*>(self);
        try {
            me.records_.feed(data, size);
        } catch (const std::exception&) {
            return 0;
        }
        me.bytes_ += size;
        return size;
    }

    const bench::peer_job* job_;
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle_{curl_easy_init(), &curl_easy_cleanup};
    bench::failed_files_parser records_;
    std::size_t bytes_ = 0;
    clock::time_point started_;
};

class multi {
public:
    multi(const bench::peer_job& job, long streams)
    {
        const auto connections = static_cast<long>(job.connections);
        curl_multi_setopt(handle_.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, connections);
        curl_multi_setopt(handle_.get(), CURLMOPT_MAXCONNECTS, connections);
        curl_multi_setopt(handle_.get(), CURLMOPT_PIPELINING, streams ? CURLPIPE_MULTIPLEX : CURLPIPE_NOTHING);
        if (streams)
            curl_multi_setopt(handle_.get(), CURLMOPT_MAX_CONCURRENT_STREAMS, streams);
    }

    void run(const bench::peer_job& job, std::vector<std::unique_ptr<transfer>>& transfers, bench::peer_result& result)
    {
        std::size_t next = 0;
        std::size_t in_flight = 0;
        const auto start = [&](transfer& one) {
            one.begin(next++);
            curl_multi_add_handle(handle_.get(), one.handle());
            ++in_flight;
        };
        for (auto& one : transfers)
            if (next < job.ids.size())
                start(*one);
        while (in_flight) {
            int running = 0;
            curl_multi_perform(handle_.get(), &running);
            int left = 0;
            while (CURLMsg* message = curl_multi_info_read(handle_.get(), &left)) {
                CURL* const ended = message->easy_handle;
                const auto code = message->data.result;
                curl_multi_remove_handle(handle_.get(), ended);
                --in_flight;
                transfer* one = nullptr;
                curl_easy_getinfo(ended, CURLINFO_PRIVATE, &one);
                one->end(code, result);
                if (next < job.ids.size())
                    start(*one);
            }
            if (in_flight)
                curl_multi_poll(handle_.get(), nullptr, 0, 1000, nullptr);
        }
    }

private:
    std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> handle_{curl_multi_init(), &curl_multi_cleanup};
};

}  // namespace

int main(int argc, char** argv)
try {
    const auto job = bench::read_command_line(argc, argv);
    long streams = 0;
    for (int i = 1; i + 1 < argc; i += 2)
        if (std::string{argv[i]} == "--http2")
            streams = std::stol(argv[i + 1]);

    curl_global_init(CURL_GLOBAL_DEFAULT);
    const headers sent;
    std::vector<std::unique_ptr<transfer>> transfers;
    const std::size_t in_flight = job.connections * static_cast<std::size_t>(streams ? streams : 1);
    for (std::size_t i = 0; i < in_flight; ++i)
        transfers.push_back(std::make_unique<transfer>(job, sent, streams != 0));

    multi all{job, streams};
    bench::peer_result result{job};
    all.run(job, transfers, result);
    result.print();
} catch (const std::exception& failure) {
    std::fprintf(stderr, "curl_multi: %s\n", failure.what());
    return 1;
}
