#include "body_kinds.hpp"
#include "protocol/failed_files_reader.hpp"
#include "store/output/ndjson_line.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace protocol = jobaudit::protocol;
namespace store = jobaudit::store;

namespace {

constexpr std::size_t records_in_body = 5000;
// As much as the program reads at once.
constexpr std::size_t piece_size = 64 * 1024;

/// What the program does with a record.
struct to_line final : protocol::record_consumer {
    void on_records(std::span<const jobaudit::failed_file_view> records) override
    {
        store::append_failed_files(line, records);
    }

    [[nodiscard]] bool needs_texts() const noexcept override { return false; }

    void clear() { line.clear(); }

    std::string line;
};

/// What a user of the library does who keeps the records.
struct to_owned_records final : protocol::record_consumer {
    void on_records(std::span<const jobaudit::failed_file_view> records) override
    {
        for (const auto& record : records)
            owned.push_back({std::string{record.document}, std::string{record.error}});
    }

    void clear() { owned.clear(); }

    std::vector<jobaudit::failed_file> owned;
};

template <class Consumer>
void read_body(benchmark::State& state, const std::string& body)
{
    protocol::failed_files_reader reader;
    Consumer consumer;
    for (auto _ : state) {
        consumer.clear();
        reader.begin(consumer);
        for (std::string_view rest = body; !rest.empty(); rest.remove_prefix(std::min(piece_size, rest.size())))
            if (reader.write(rest.substr(0, piece_size)))
                state.SkipWithError("the body was refused");
        if (reader.finish() || reader.records() != records_in_body)
            state.SkipWithError("the body was refused");
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}

void add(const std::string& name, const std::string& body)
{
    benchmark::RegisterBenchmark(("body_to_line/" + name).c_str(), read_body<to_line>, body);
    benchmark::RegisterBenchmark(("body_to_owned_records/" + name).c_str(), read_body<to_owned_records>, body);
}

[[maybe_unused]] const bool added = [] {
    for (const auto& kind : bench::body_kinds)
        add(kind.name, bench::body_of_kind(kind, records_in_body));
    add("mixture", bench::body_of_all_kinds(records_in_body));
    return true;
}();

}  // namespace
