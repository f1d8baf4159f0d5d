#include "store/output/ndjson_line.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace store = jobaudit::store;

namespace {

jobaudit::outcome outcome_with(std::size_t files)
{
    jobaudit::outcome result;
    result.job = *jobaudit::job_id::parse("5e0c1f3a-2b7d-4e6f-8a9b-0c1d2e3f4a5b");
    result.kind = jobaudit::outcome_kind::ok;
    result.http_status = 200;
    result.attempts = 1;
    result.elapsed = std::chrono::microseconds{12'345};
    result.failed_file_count = files;
    for (std::size_t i = 0; i < files; ++i)
        result.failed_files.push_back(
            {"scans/incoming/file-" + std::to_string(10'000 + i) + ".pdf",
             "PdfReadError: EOF marker not found while reading the \"xref\" table, job part " +
                 std::to_string(10'000 + i)});
    return result;
}

void ndjson_line(benchmark::State& state)
{
    const auto outcome = outcome_with(static_cast<std::size_t>(state.range(0)));
    std::string line;
    for (auto _ : state) {
        line.clear();
        store::append_line(line, outcome);
        benchmark::DoNotOptimize(line.data());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(line.size()));
}
BENCHMARK(ndjson_line)->Arg(0)->Arg(3)->Arg(100)->Arg(5000);

}  // namespace
