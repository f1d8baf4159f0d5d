#include "fixed_body.hpp"
#include "protocol/failed_files_reader.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <string_view>

namespace protocol = jobaudit::protocol;

namespace {

// As much as a TLS record brings.
constexpr std::size_t piece_size = 16 * 1024;

struct length_consumer final : protocol::record_consumer {
    void on_records(std::span<const jobaudit::failed_file_view> records) override
    {
        for (const auto& record : records)
            bytes += record.document.size() + record.error.size();
    }

    std::size_t bytes = 0;
};

void failed_files_reader(benchmark::State& state)
{
    const auto body = bench::fixed_body(static_cast<std::size_t>(state.range(0)));
    protocol::failed_files_reader reader;
    length_consumer consumer;
    for (auto _ : state) {
        reader.begin(consumer);
        for (std::string_view rest = body; !rest.empty(); rest.remove_prefix(std::min(piece_size, rest.size())))
            if (reader.write(rest.substr(0, piece_size)))
                state.SkipWithError("the body was refused");
        if (reader.finish())
            state.SkipWithError("the body was refused");
        benchmark::DoNotOptimize(consumer.bytes);
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}
BENCHMARK(failed_files_reader)->Arg(3)->Arg(100)->Arg(5000);

}  // namespace
