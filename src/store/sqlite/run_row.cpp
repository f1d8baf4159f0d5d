#include "store/sqlite/run_row.hpp"

#include "store/sqlite/row_checksum.hpp"

#include <bit>
#include <string_view>

namespace jobaudit::store {

namespace {

constexpr auto columns = "run, run_id, version, started_at, ended_at, finished, options, summary, jobs, failed_files, "
                         "first_job, first_failed_file, first_error_text, jobs_checksum, checksum";

std::int64_t checksum_of(const run_row& run)
{
    row_checksum sum;
    sum.add(run.run);
    for (const auto* text : {&run.description.id, &run.description.version, &run.description.started_at, &run.ended_at,
                             &run.description.options, &run.summary})
        sum.add(std::string_view{*text});
    for (const auto number : {std::int64_t{run.is_finished}, run.jobs, run.failed_files, run.first_job,
                              run.first_failed_file, run.first_error_text})
        sum.add(number);
    sum.add(std::bit_cast<std::int64_t>(run.jobs_checksum));
    return sum.take();
}

/// Binds figures to what they were counted from.
std::int64_t checksum_of(const run_row& run, std::string_view figures)
{
    row_checksum sum;
    for (const auto number : {run.run, run.jobs, run.failed_files, std::bit_cast<std::int64_t>(run.jobs_checksum)})
        sum.add(number);
    sum.add(figures);
    return sum.take();
}

}  // namespace

std::int64_t next_number(sqlite_database& database, const char* table, const char* column)
{
    return database.integer(std::string{"SELECT max("} + column + ") FROM " + table) + 1;
}

void write_figures(sqlite_database& database, const run_row& run, const std::string& figures)
{
    database.prepare("INSERT OR REPLACE INTO figures VALUES (?1, ?2, ?3)")
        .bind(1, run.run)
        .bind(2, std::string_view{figures})
        .bind(3, checksum_of(run, figures))
        .run();
}

std::string find_figures(sqlite_database& database, const run_row& run)
{
    auto find = database.prepare("SELECT figures, checksum FROM figures WHERE run = ?1");
    find.bind(1, run.run);
    if (!find.step() || find.integer(1) != checksum_of(run, find.text(0)))
        return {};
    return std::string{find.text(0)};
}

std::optional<run_row> find_run(sqlite_database& database, std::int64_t number)
{
    auto find = database.prepare(std::string{"SELECT "} + columns +
                                 " FROM runs WHERE ?1 IN (0, run) ORDER BY run DESC LIMIT 1");
    find.bind(1, number);
    if (!find.step())
        return std::nullopt;
    run_row run;
    run.run = find.integer(0);
    run.description = {std::string{find.text(1)}, std::string{find.text(2)}, std::string{find.text(3)},
                       std::string{find.text(6)}};
    run.ended_at = find.text(4);
    run.is_finished = find.integer(5) == 1;
    run.summary = find.text(7);
    run.jobs = find.integer(8);
    run.failed_files = find.integer(9);
    run.first_job = find.integer(10);
    run.first_failed_file = find.integer(11);
    run.first_error_text = find.integer(12);
    run.jobs_checksum = std::bit_cast<std::uint64_t>(find.integer(13));
    if (find.integer(14) != checksum_of(run))
        throw damaged_database{"run " + std::to_string(run.run) + " is not as it was written"};
    return run;
}

void write_run(sqlite_database& database, const run_row& run)
{
    auto write = database.prepare(std::string{"INSERT OR REPLACE INTO runs ("} + columns +
                                  ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)");
    write.bind(1, run.run)
        .bind(2, std::string_view{run.description.id})
        .bind(3, std::string_view{run.description.version})
        .bind(4, std::string_view{run.description.started_at})
        .bind_known(5, run.ended_at)
        .bind(6, std::int64_t{run.is_finished})
        .bind(7, std::string_view{run.description.options})
        .bind_known(8, run.summary)
        .bind(9, run.jobs)
        .bind(10, run.failed_files)
        .bind(11, run.first_job)
        .bind(12, run.first_failed_file)
        .bind(13, run.first_error_text)
        .bind(14, std::bit_cast<std::int64_t>(run.jobs_checksum))
        .bind(15, checksum_of(run))
        .run();
}

}  // namespace jobaudit::store
