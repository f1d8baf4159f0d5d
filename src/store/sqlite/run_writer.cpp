#include "store/sqlite/run_writer.hpp"

#include "store/sqlite/sqlite_schema.hpp"

#include <algorithm>
#include <bit>
#include <exception>
#include <utility>

namespace jobaudit::store {

namespace {

constexpr auto add_job_sql =
    "INSERT INTO jobs VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, "
    "?16)";
constexpr int checksum_column = 16;
constexpr std::size_t many_rows = 8;
constexpr std::size_t few_rows = 3;

std::string add_files_sql(std::size_t rows)
{
    std::string sql{"INSERT OR ROLLBACK INTO failed_files VALUES (?, ?, ?, ?, ?)"};
    for (; rows > 1; --rows)
        sql += ", (?, ?, ?, ?, ?)";
    return sql;
}

constexpr auto add_text_sql = "INSERT INTO error_texts VALUES (?1, ?2, ?3, NULL, ?4)";

const job_information& known_of(const ended_job& job)
{
    static const job_information nothing;
    return job.known ? *job.known : nothing;
}

}  // namespace

run_writer::run_writer(sqlite_database& database, run_row run, grouping::reason_collector errors,
                       outcome_visitor* visitor)
    : database_{database}
    , run_{std::move(run)}
    , errors_{std::move(errors)}
    , visitor_{visitor}
    , next_job_{std::max(run_.first_job, next_number(database, "jobs", "job"))}
    , next_file_{std::max(run_.first_failed_file, next_number(database, "failed_files", "failed_file"))}
    , add_job_{database.prepare(add_job_sql)}
    , add_file_{database.prepare(add_files_sql(1))}
    , add_few_files_{database.prepare(add_files_sql(few_rows))}
    , add_many_files_{database.prepare(add_files_sql(many_rows))}
    , add_text_{database.prepare(add_text_sql)}
{}

std::int64_t run_writer::text_of(std::string_view document, std::string_view error)
{
    const auto known = errors_.numbers();
    const auto text = run_.first_error_text + std::int64_t{errors_.add(document, error)};
    if (errors_.numbers() == known)
        return text;
    const std::string_view masked = errors_.masked();
    text_sum_.add(text);
    text_sum_.add(run_.run);
    text_sum_.add(masked);
    add_text_.bind(1, text).bind(2, run_.run).bind(3, masked).bind(4, text_sum_.take()).run();
    tell([&] { visitor_->on_error_text(masked); });
    return text;
}

void run_writer::add(const ended_job& job)
{
    const auto number = next_job_++;
    add_row(job, number);
    if (job.records)
        job.records->for_each([&](std::span<const failed_file_view> some) { add_files(number, some); });
    const auto checksum = sum_.take();
    add_job_.bind(checksum_column, checksum).run();
    ++run_.jobs;
    run_.failed_files += static_cast<std::int64_t>(job.failed_files());
    run_.jobs_checksum += std::bit_cast<std::uint64_t>(checksum);
    if (visitor_ != nullptr)
        tell_of(job, number);
}

// All but the checksum, which the values of its failed files follow into.
void run_writer::add_row(const ended_job& job, std::int64_t number)
{
    const auto& known = known_of(job);
    int column = 0;
    const auto put = [&](auto value) {
        add_job_.bind(++column, value);
        sum_.add(value);
    };
    const auto put_known = [&](std::string_view text) {
        add_job_.bind_known(++column, text);
        sum_.add(text);
    };
    put(number);
    put(run_.run);
    job_ = job.job();
    put(std::string_view{job_});
    put(to_string(job.kind));
    if (job.http_status != 0)
        add_job_.bind(++column, std::int64_t{job.http_status});
    else
        add_job_.bind_null(++column);
    sum_.add(std::int64_t{job.http_status});
    put(std::int64_t{job.attempts});
    put(job.elapsed_ms);
    put(static_cast<std::int64_t>(job.failed_files()));
    put(std::string_view{job.message});
    for (const auto* text :
         {&job.validation, &known.workflow_id, &known.workflow_name, &known.status, &known.created_at, &known.runtime})
        put_known(*text);
}

void run_writer::add_files(std::int64_t job, std::span<const failed_file_view> files)
{
    // A statement that adds several rows costs each of them less; with OR ROLLBACK, SQLite keeps no way back to before
    // it.
    while (!files.empty()) {
        auto& add = files.size() >= many_rows ? add_many_files_ : files.size() >= few_rows ? add_few_files_ : add_file_;
        const auto rows = files.size() >= many_rows ? many_rows : files.size() >= few_rows ? few_rows : 1;
        int parameter = 0;
        for (const auto& each : files.first(rows)) {
            const auto text = text_of(each.document, each.error);
            sum_.add(each.document);
            sum_.add(each.error);
            sum_.add(text);
            add.bind(parameter + 1, next_file_++).bind(parameter + 2, job).bind(parameter + 3, each.document);
            add.bind(parameter + 4, each.error).bind(parameter + 5, text);
            parameter += 5;
            tell([&] {
                visitor_->on_grouped_file(each.document, each.error,
                                          static_cast<std::uint32_t>(text - run_.first_error_text));
            });
        }
        add.run();
        files = files.subspan(rows);
    }
}

template <class Action>
void run_writer::tell(Action action) noexcept
{
    if (visitor_ == nullptr)
        return;
    try {
        action();
    } catch (const std::exception&) {
        visitor_ = nullptr;
    }
}

void run_writer::tell_of(const ended_job& job, std::int64_t number)
{
    tell([&] {
        told_.row = static_cast<std::uint64_t>(number);
        told_.job = job_;
        told_.kind = job.kind;
        told_.http_status = job.http_status;
        told_.attempts = job.attempts;
        told_.elapsed_ms = job.elapsed_ms;
        told_.failed_files = job.failed_files();
        told_.message = job.message;
        const auto& known = known_of(job);
        told_.workflow_id = known.workflow_id;
        told_.workflow_name = known.workflow_name;
        told_.job_status = known.status;
        told_.created_at = known.created_at;
        told_.runtime = known.runtime;
        visitor_->on_job(told_);
    });
}

std::int64_t run_writer::find(std::string_view job_id)
{
    create_indices(database_);
    auto find = database_.prepare("SELECT job FROM jobs WHERE job_id = ?1 AND run = ?2");
    find.bind(1, job_id).bind(2, run_.run);
    return find.step() ? find.integer(0) : 0;
}

void run_writer::drop(std::int64_t job)
{
    auto find = database_.prepare("SELECT failed_files, checksum FROM jobs WHERE job = ?1");
    find.bind(1, job);
    if (!find.step())
        return;
    visitor_ = nullptr;
    --run_.jobs;
    run_.failed_files -= find.integer(0);
    run_.jobs_checksum -= std::bit_cast<std::uint64_t>(find.integer(1));
    if (find.integer(0) > 0)
        database_.prepare("DELETE FROM failed_files WHERE job = ?1").bind(1, job).run();
    find.reset();
    database_.prepare("DELETE FROM jobs WHERE job = ?1").bind(1, job).run();
}

void run_writer::write_reasons()
{
    database_.prepare("DELETE FROM reasons WHERE run = ?1").bind(1, run_.run).run();
    const auto first = next_number(database_, "reasons", "reason");
    const auto found = errors_.find();
    auto add = database_.prepare("INSERT INTO reasons VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    auto next = first;
    for (const auto& each : found.reasons)
        add.bind(1, next++)
            .bind(2, run_.run)
            .bind(3, std::string_view{each.text})
            .bind(4, to_string(each.family))
            .bind(5, std::string_view{each.example})
            .bind(6, usual_help(each.family))
            .run();
    if (found.reasons.empty())
        return;
    auto set = database_.prepare("UPDATE error_texts SET reason = ?1 WHERE error_text = ?2");
    for (std::size_t number = 0; number < found.of_number.size(); ++number)
        set.bind(1, first + std::int64_t{found.of_number[number]})
            .bind(2, run_.first_error_text + static_cast<std::int64_t>(number))
            .run();
}

}  // namespace jobaudit::store
