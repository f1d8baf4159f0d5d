#pragma once

#include "store/job_ledger.hpp"
#include "store/open_mode.hpp"
#include "store/output/open_output.hpp"
#include "store/output/outcome_source.hpp"
#include "store/sqlite/sqlite_database.hpp"
#include "store/written_outcome.hpp"

#include <jobaudit/outcome.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::test {

/// All that a visitor hears of the jobs, as text.
struct heard final : store::outcome_visitor {
    std::string text;

    void on_failed_file(std::string_view document, std::string_view error) override
    {
        (((text += document) += '=') += error) += ' ';
    }
    void on_job(const store::outcome_line& job) override
    {
        text += job.job + ' ' + std::string{to_string(job.kind)} + ' ' + std::to_string(job.http_status) + ' ' +
                std::to_string(job.attempts) + ' ' + std::to_string(job.elapsed_ms) + ' ' +
                std::to_string(job.failed_files) + ' ' + job.message + ' ' + job.workflow_id + ' ' + job.workflow_name +
                ' ' + job.job_status + ' ' + job.created_at + ' ' + job.runtime + '\n';
    }
};

inline std::string read(const std::string& path, store::run_choice run = 0)
{
    heard all;
    store::open_outcomes(path, run)->read(all);
    return all.text;
}

inline std::string text_of(const std::string& path, std::string_view sql)
{
    store::sqlite_database database{path, store::sqlite_database::access::read};
    return database.text(sql);
}

inline std::int64_t integer_of(const std::string& path, std::string_view sql)
{
    store::sqlite_database database{path, store::sqlite_database::access::read};
    return database.integer(sql);
}

inline outcome without_list(std::uint64_t job, outcome_kind kind)
{
    auto result = ok_outcome(job);
    result.kind = kind;
    result.http_status = 500;
    result.attempts = 5;
    result.message = "why";
    return result;
}

/// A run into `path` that takes these outcomes; says the ledger that it was given.
inline store::job_ledger run(const std::string& path, store::open_mode mode, const std::vector<outcome>& outcomes,
                             bool is_finished)
{
    store::job_ledger ledger;
    const auto output = store::open_output(path, mode, ledger, store::sync_policy::never);
    output->begin({"id", "1.0", "2026-11-30T00:00:00Z", "{}"});
    for (const auto& each : outcomes)
        output->write(each);
    is_finished ? output->finish() : output->close();
    output->keep_end({"2026-11-30T01:00:00Z", "{}", {}});
    return ledger;
}

/// One of each sort.
inline std::vector<outcome> different_outcomes()
{
    auto first = ok_outcome(1, {{"a \"quoted\"\n", std::string{"nul \0 inside", 12}}, {"", "PDF is encrypted"}});
    first.elapsed = std::chrono::microseconds{12'345};
    auto invalid = without_list(3, outcome_kind::validation);
    invalid.validation = {{{"path", std::int64_t{0}}, "m\"", "t"}};
    auto lost = without_list(4, outcome_kind::connect);
    lost.http_status = 0;
    return {first, ok_outcome(2), invalid, lost, without_list(5, outcome_kind::not_found)};
}

}  // namespace jobaudit::test
