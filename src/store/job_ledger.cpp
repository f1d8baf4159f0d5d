#include "store/job_ledger.hpp"

#include <numeric>

namespace jobaudit::store {

namespace {

// States of a table's entry beside new_state.
constexpr std::uint8_t given_state = 2;
constexpr std::uint8_t ended_state = 3;
constexpr std::uint8_t ended_and_given_state = 4;
constexpr std::uint8_t taken_back_state = 5;  // a later line says that it has not ended after all

// FNV-1a with 128 bits (draft-eastlake-fnv, section 5).
job_id name_of(std::string_view text) noexcept
{
    __extension__ using uint128 = unsigned __int128;
    constexpr uint128 prime = (uint128{1} << 88) + 0x13b;
    uint128 hash = (uint128{0x6c62272e07bb0142} << 64) | 0x62b821756295c58d;
    for (const char each : text) {
        hash ^= static_cast<unsigned char>(each);
        hash *= prime;
    }

    job_id::bytes_type bytes{};
    for (std::uint8_t& each : bytes) {
        each = static_cast<std::uint8_t>(hash);
        hash >>= 8;
    }
    return job_id{bytes};
}

}  // namespace

bool job_ledger::record(job_id_table& into, const job_id& name)
{
    auto [inserted, state] = into.insert(name);
    if (inserted)
        state = ended_state;
    return inserted;
}

void job_ledger::record(const job_id& job, outcome_kind kind, std::uint64_t failed_files)
{
    if (!has_ended(kind)) {
        if (jobs_.find(job) != nullptr)
            repeats_.try_emplace(job);
    } else if (!record(jobs_, job)) {
        repeats_.try_emplace(job);
    } else {
        ++ended_[static_cast<std::size_t>(kind)];
        failed_files_ += failed_files;
    }
}

void job_ledger::record_repeat(const job_id& job, outcome_kind kind, std::uint64_t failed_files)
{
    const auto found = repeats_.find(job);
    if (found == repeats_.end())
        return;
    auto& lines = found->second;
    lines.last = {kind, failed_files};
    if (!lines.counted && has_ended(kind))
        lines.counted = lines.last;
}

void job_ledger::settle_repeats()
{
    for (const auto& [job, lines] : repeats_) {
        --ended_[static_cast<std::size_t>(lines.counted->kind)];
        failed_files_ -= lines.counted->failed_files;
        if (has_ended(lines.last.kind)) {
            ++ended_[static_cast<std::size_t>(lines.last.kind)];
            failed_files_ += lines.last.failed_files;
        } else {
            jobs_.insert(job).state = taken_back_state;
        }
    }
    repeats_.clear();
}

void job_ledger::record_invalid(std::string_view text)
{
    if (record(invalid_, name_of(text)))
        ++ended_[static_cast<std::size_t>(outcome_kind::invalid_job_id)];
}

job_ledger::standing job_ledger::take(job_id_table& from, const job_id& name)
{
    auto [inserted, state] = from.insert(name);
    if (inserted || state == taken_back_state) {
        state = given_state;
        return standing::fresh;
    }
    if (state == ended_state) {
        state = ended_and_given_state;
        return standing::ended;
    }
    return standing::duplicate;
}

job_ledger::standing job_ledger::take(const job_id& job) { return take(jobs_, job); }

job_ledger::standing job_ledger::take_invalid(std::string_view text) { return take(invalid_, name_of(text)); }

std::uint64_t job_ledger::ended_count() const noexcept
{
    return std::accumulate(ended_.begin(), ended_.end(), std::uint64_t{0});
}

}  // namespace jobaudit::store
