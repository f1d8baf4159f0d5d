#include "store/sqlite/run_reader.hpp"

#include "store/sqlite/row_checksum.hpp"

#include <bit>
#include <string>

namespace jobaudit::store {

namespace {

constexpr auto texts_sql =
    "SELECT error_text, run, masked, checksum FROM error_texts WHERE error_text >= ?1 AND run = ?2 "
    "ORDER BY error_text";
constexpr auto jobs_sql = "SELECT job, job_id, outcome, http_status, attempts, elapsed_ms, failed_files, message, "
                          "validation, workflow_id, workflow_name, job_status, created_at, runtime, checksum FROM jobs "
                          "WHERE job >= ?1 AND run = ?2 ORDER BY job";
constexpr auto files_sql = "SELECT job, document, error, error_text FROM failed_files WHERE failed_file >= ?1 "
                           "ORDER BY failed_file";

[[noreturn]] void refuse_job(std::int64_t job)
{
    throw damaged_database{"job " + std::to_string(job) +
                           " (the column \"job\" of its table jobs) is not as it was written"};
}

class reading {
public:
    reading(sqlite_database& database, const run_row& run, outcome_visitor& visitor)
        : database_{database}
        , run_{run}
        , visitor_{visitor}
        , jobs_{database.prepare(jobs_sql)}
        , files_{database.prepare(files_sql)}
    {
        jobs_.bind(1, run.first_job).bind(2, run.run);
        files_.bind(1, run.first_failed_file);
    }

    void read()
    {
        read_texts();
        while (jobs_.step())
            read_job();
        if (jobs_read_ != run_.jobs || files_read_ != run_.failed_files || sum_of_checksums_ != run_.jobs_checksum)
            throw damaged_database{"of the " + std::to_string(run_.jobs) + " jobs of run " + std::to_string(run_.run) +
                                   " some are missing, or are not as they were written"};
    }

private:
    void read_texts()
    {
        auto texts = database_.prepare(texts_sql);
        texts.bind(1, run_.first_error_text).bind(2, run_.run);
        for (; texts.step(); ++texts_read_) {
            sum_.add(texts.integer(0));
            sum_.add(texts.integer(1));
            sum_.add(texts.text(2));
            if (texts.integer(0) != run_.first_error_text + texts_read_ || sum_.take() != texts.integer(3))
                throw damaged_database{"the text " + std::to_string(texts.integer(0)) +
                                       " of its table error_texts is not as it was written"};
            visitor_.on_error_text(texts.text(2));
        }
    }

    void read_job()
    {
        const auto job = jobs_.integer(0);
        take_values();
        for (std::int64_t left = jobs_.integer(6); left > 0; --left)
            read_file(job);
        const auto checksum = sum_.take();
        if (checksum != jobs_.integer(14))
            refuse_job(job);
        sum_of_checksums_ += std::bit_cast<std::uint64_t>(checksum);
        ++jobs_read_;
        visitor_.on_job(line_);
    }

    /// The values of the job, in the order in which its checksum is made of them.
    void take_values()
    {
        sum_.add(jobs_.integer(0));
        sum_.add(run_.run);
        for (const int text : {1, 2})
            sum_.add(jobs_.text(text));
        for (const int number : {3, 4})
            sum_.add(jobs_.integer(number));
        sum_.add(jobs_.real(5));
        sum_.add(jobs_.integer(6));
        for (int text = 7; text <= 13; ++text)
            sum_.add(jobs_.text(text));

        const auto kind = parse_outcome_kind(jobs_.text(2));
        if (!kind || jobs_.integer(6) < 0)
            refuse_job(jobs_.integer(0));
        line_.row = static_cast<std::uint64_t>(jobs_.integer(0));
        line_.job = jobs_.text(1);
        line_.kind = *kind;
        line_.http_status = static_cast<int>(jobs_.integer(3));
        line_.attempts = static_cast<unsigned>(jobs_.integer(4));
        line_.elapsed_ms = jobs_.real(5);
        line_.failed_files = static_cast<std::uint64_t>(jobs_.integer(6));
        line_.message = jobs_.text(7);
        line_.workflow_id = jobs_.text(9);
        line_.workflow_name = jobs_.text(10);
        line_.job_status = jobs_.text(11);
        line_.created_at = jobs_.text(12);
        line_.runtime = jobs_.text(13);
    }

    void read_file(std::int64_t job)
    {
        if (!files_.step() || files_.integer(0) != job)
            refuse_job(job);
        const auto document = files_.text(1);
        const auto error = files_.text(2);
        const auto text = files_.integer(3);
        sum_.add(document);
        sum_.add(error);
        sum_.add(text);
        if (text < run_.first_error_text || text >= run_.first_error_text + texts_read_)
            refuse_job(job);
        ++files_read_;
        visitor_.on_grouped_file(document, error, static_cast<std::uint32_t>(text - run_.first_error_text));
    }

    sqlite_database& database_;
    const run_row& run_;
    outcome_visitor& visitor_;
    sqlite_statement jobs_;
    sqlite_statement files_;
    row_checksum sum_;
    outcome_line line_;
    std::int64_t texts_read_ = 0;
    std::int64_t jobs_read_ = 0;
    std::int64_t files_read_ = 0;
    std::uint64_t sum_of_checksums_ = 0;
};

}  // namespace

void read_run(sqlite_database& database, const run_row& run, outcome_visitor& visitor)
{
    reading{database, run, visitor}.read();
}

bool holds_all_rows(sqlite_database& database, const run_row& run)
{
    auto jobs = database.prepare("SELECT failed_files, checksum FROM jobs WHERE job >= ?1 AND run = ?2");
    jobs.bind(1, run.first_job).bind(2, run.run);
    std::int64_t count = 0;
    std::int64_t files = 0;
    std::uint64_t sum = 0;
    for (; jobs.step(); ++count) {
        files += jobs.integer(0);
        sum += std::bit_cast<std::uint64_t>(jobs.integer(1));
    }
    return count == run.jobs && files == run.failed_files && sum == run.jobs_checksum &&
           database.integer("SELECT count(*) FROM failed_files") ==
               database.integer("SELECT sum(failed_files) FROM runs");
}

}  // namespace jobaudit::store
