#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// The key that every peer sends.
inline constexpr const char* key_header = "unstructured-api-key";
inline constexpr const char* key = "bench-key-0123456789";

/// What a peer is told on its command line:
/// `--url https://127.0.0.1:PORT --ca FILE --connections N --jobs FILE --records N`.
struct peer_job {
    std::string url;
    std::string host;
    std::string port;
    std::string ca_file;
    std::size_t connections = 0;
    std::vector<std::string> ids;
    std::size_t records_per_job = 0;

    [[nodiscard]] std::string path(std::size_t job) const { return "/api/v1/jobs/" + ids[job] + "/failed-files"; }
};

inline peer_job read_command_line(int argc, char** argv)
{
    std::map<std::string, std::string> given;
    for (int i = 1; i + 1 < argc; i += 2)
        given[argv[i]] = argv[i + 1];

    peer_job job;
    job.url = given.at("--url");
    const auto authority = job.url.substr(std::string_view{"https://"}.size());
    job.host = authority.substr(0, authority.find(':'));
    job.port = authority.substr(authority.find(':') + 1);
    job.ca_file = given.at("--ca");
    job.connections = std::stoul(given.at("--connections"));
    job.records_per_job = std::stoul(given.at("--records"));
    std::ifstream ids{given.at("--jobs")};
    for (std::string id; std::getline(ids, id);)
        job.ids.push_back(id);
    return job;
}

/// What a peer counted; says so in the one line that the comparison reads.
class peer_result {
public:
    using clock = std::chrono::steady_clock;

    explicit peer_result(const peer_job& job) : records_per_job_{job.records_per_job}
    {
        latencies_.reserve(job.ids.size());
    }

    /// Throws when the response is not what the server was told to answer.
    void add(int status, std::size_t records, std::size_t bytes, clock::duration latency)
    {
        if (status != 200 || records != records_per_job_)
            throw std::runtime_error{"status " + std::to_string(status) + " with " + std::to_string(records) +
                                     " records"};
        records_ += records;
        bytes_ += bytes;
        latencies_.push_back(std::chrono::duration<float, std::milli>{latency}.count());
    }

    void print()
    {
        const std::chrono::duration<double> elapsed = clock::now() - start_;
        std::printf("{\"requests\":%zu,\"records\":%zu,\"bytes\":%zu,\"elapsed_s\":%.6f,\"p50_ms\":%.4f,"
                    "\"p99_ms\":%.4f}\n",
                    latencies_.size(), records_, bytes_, elapsed.count(), percentile(50), percentile(99));
    }

private:
    double percentile(std::size_t percent)
    {
        if (latencies_.empty())
            return 0;
        const auto place = latencies_.begin() + static_cast<std::ptrdiff_t>((latencies_.size() - 1) * percent / 100);
        std::nth_element(latencies_.begin(), place, latencies_.end());
        return static_cast<double>(*place);
    }

    std::size_t records_per_job_;
    std::size_t records_ = 0;
    std::size_t bytes_ = 0;
    std::vector<float> latencies_;
    clock::time_point start_ = clock::now();
};

}  // namespace bench
