#include "store/sqlite/sqlite_schema.hpp"

#include <array>
#include <string_view>

namespace jobaudit::store {

namespace {

struct named_sql {
    const char* name;
    const char* sql;
};

// `joba` in ASCII.
constexpr std::int64_t application_id = 0x6A6F6261;
constexpr std::int64_t version = 1;

constexpr std::array tables{
    named_sql{"runs", R"(CREATE TABLE runs (
  run INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL,
  version TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  finished INTEGER NOT NULL,
  options TEXT NOT NULL,
  summary TEXT,
  jobs INTEGER NOT NULL,
  failed_files INTEGER NOT NULL,
  first_job INTEGER NOT NULL,
  first_failed_file INTEGER NOT NULL,
  first_error_text INTEGER NOT NULL,
  jobs_checksum INTEGER NOT NULL,
  checksum INTEGER NOT NULL
) STRICT)"},
    named_sql{"jobs", R"(CREATE TABLE jobs (
  job INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs,
  job_id TEXT NOT NULL,
  outcome TEXT NOT NULL,
  http_status INTEGER,
  attempts INTEGER NOT NULL,
  elapsed_ms REAL NOT NULL,
  failed_files INTEGER NOT NULL,
  message TEXT NOT NULL,
  validation TEXT,
  workflow_id TEXT,
  workflow_name TEXT,
  job_status TEXT,
  created_at TEXT,
  runtime TEXT,
  checksum INTEGER NOT NULL
) STRICT)"},
    named_sql{"failed_files", R"(CREATE TABLE failed_files (
  failed_file INTEGER PRIMARY KEY,
  job INTEGER NOT NULL REFERENCES jobs,
  document TEXT NOT NULL,
  error TEXT NOT NULL,
  error_text INTEGER NOT NULL REFERENCES error_texts
) STRICT)"},
    named_sql{"error_texts", R"(CREATE TABLE error_texts (
  error_text INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs,
  masked TEXT NOT NULL,
  reason INTEGER REFERENCES reasons,
  checksum INTEGER NOT NULL
) STRICT)"},
    named_sql{"figures", R"(CREATE TABLE figures (
  run INTEGER PRIMARY KEY REFERENCES runs,
  figures TEXT NOT NULL,
  checksum INTEGER NOT NULL
) STRICT)"},
    named_sql{"reasons", R"(CREATE TABLE reasons (
  reason INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs,
  text TEXT NOT NULL,
  family TEXT NOT NULL,
  example TEXT NOT NULL,
  help TEXT NOT NULL
) STRICT)"},
};

// All but latest_run are of the latest run. An error whose reason is not known yet, as its run goes on or was killed,
// is named by its masked text. Reasons come from the run's figures where it has some: to count the documents of each
// takes minutes where millions failed.
constexpr std::array views{
    named_sql{"latest_run", R"(CREATE VIEW latest_run AS
SELECT * FROM runs ORDER BY run DESC LIMIT 1)"},
    named_sql{"failures", R"(CREATE VIEW failures AS
SELECT jobs.job_id, failed_files.document, failed_files.error,
  coalesce(reasons.text, replace(error_texts.masked, char(1), '<*>')) AS reason, reasons.family,
  jobs.workflow_id, jobs.workflow_name, jobs.job_status, jobs.created_at, failed_files.job, failed_files.failed_file
FROM failed_files
JOIN jobs ON jobs.job = failed_files.job
JOIN error_texts ON error_texts.error_text = failed_files.error_text
LEFT JOIN reasons ON reasons.reason = error_texts.reason
WHERE failed_files.failed_file >= (SELECT first_failed_file FROM latest_run))"},
    named_sql{"failures_by_reason", R"(CREATE VIEW failures_by_reason AS
SELECT json_extract(each.value, '$.text') AS reason, json_extract(each.value, '$.family') AS family,
  json_extract(each.value, '$.failed_files') AS failed_files,
  round(100.0 * json_extract(each.value, '$.failed_files') / (SELECT failed_files FROM latest_run), 1) AS percent,
  json_extract(each.value, '$.jobs') AS jobs, json_extract(each.value, '$.documents') AS documents,
  json_extract(each.value, '$.example') AS example
FROM latest_run CROSS JOIN figures ON figures.run = latest_run.run
JOIN json_each(figures.figures, '$.reasons') AS each
UNION ALL
SELECT coalesce(reasons.text, replace(error_texts.masked, char(1), '<*>')), reasons.family, count(*),
  round(100.0 * count(*) / (SELECT failed_files FROM latest_run), 1), count(DISTINCT failed_files.job),
  count(DISTINCT failed_files.document), coalesce(reasons.example, min(failed_files.error))
FROM (SELECT first_failed_file FROM latest_run WHERE run NOT IN (SELECT run FROM figures)) AS uncounted
CROSS JOIN failed_files ON failed_files.failed_file >= uncounted.first_failed_file
JOIN error_texts ON error_texts.error_text = failed_files.error_text
LEFT JOIN reasons ON reasons.reason = error_texts.reason
GROUP BY 1 ORDER BY failed_files DESC, reason)"},
    named_sql{"failures_by_workflow", R"(CREATE VIEW failures_by_workflow AS
SELECT workflow_name, workflow_id, count(*) AS jobs, sum(outcome <> 'ok') AS jobs_not_fetched,
  sum(failed_files > 0) AS jobs_with_failures, sum(failed_files) AS failed_files
FROM jobs WHERE job >= (SELECT first_job FROM latest_run)
GROUP BY workflow_id, workflow_name ORDER BY failed_files DESC, workflow_name, workflow_id)"},
    named_sql{"failures_by_day", R"(CREATE VIEW failures_by_day AS
SELECT substr(created_at, 1, 10) AS day, count(*) AS jobs, sum(outcome <> 'ok') AS jobs_not_fetched,
  sum(failed_files > 0) AS jobs_with_failures, sum(failed_files) AS failed_files
FROM jobs WHERE job >= (SELECT first_job FROM latest_run)
GROUP BY 1 ORDER BY 1)"},
    named_sql{"documents", R"(CREATE VIEW documents AS
SELECT failed_files.document, count(*) AS failures, count(DISTINCT failed_files.job) AS jobs,
  max(failed_files.failed_file) AS last_failed_file, failed_files.error AS last_error
FROM failed_files WHERE failed_files.failed_file >= (SELECT first_failed_file FROM latest_run)
GROUP BY failed_files.document ORDER BY failures DESC, failed_files.document)"},
    named_sql{"jobs_not_fetched", R"(CREATE VIEW jobs_not_fetched AS
SELECT job_id, outcome, http_status, attempts, message, workflow_id, workflow_name, job_status, created_at
FROM jobs WHERE job >= (SELECT first_job FROM latest_run) AND outcome <> 'ok')"},
};

constexpr std::array indices{
    named_sql{"jobs_by_id", "CREATE INDEX jobs_by_id ON jobs (job_id, run)"},
    named_sql{"failed_files_by_job", "CREATE INDEX failed_files_by_job ON failed_files (job)"},
};

/// Whether the database holds `one` as it stands here.
bool holds(sqlite_statement& find, const named_sql& one)
{
    find.bind(1, std::string_view{one.name});
    const bool is_the_same = find.step() && find.text(0) == one.sql;
    find.reset();
    return is_the_same;
}

constexpr auto find_sql = "SELECT sql FROM sqlite_schema WHERE name = ?1";

// SQLite makes a view or an index anew wrongly where its row and its SQL differ in type or name, were it in case alone:
// it knows it by the one, and finds the row that is to go by the other.
constexpr auto misnamed_sql =
    "SELECT 1 FROM sqlite_schema WHERE substr(sql, 1, length(?1)) = ?1 COLLATE NOCASE AND NOT "
    "(type = lower(type) AND substr(sql, 1, length(?1)) = 'CREATE ' || upper(type) || ' ' || name || ' ')";

bool is_misnamed(sqlite_statement& find, const named_sql& one)
{
    const std::string_view name{one.name};
    const std::string_view sql{one.sql};
    find.bind(1, sql.substr(0, sql.find(name) + name.size() + 1));
    const bool is_there = find.step();
    find.reset();
    return is_there;
}

}  // namespace

database_kind kind_of(sqlite_database& database)
{
    if (database.integer("PRAGMA application_id") == application_id)
        return database.integer("PRAGMA user_version") == version ? database_kind::audits : database_kind::newer;
    return database.integer("SELECT count(*) FROM sqlite_schema") == 0 ? database_kind::empty : database_kind::foreign;
}

void create_schema(sqlite_database& database)
{
    database.run("BEGIN IMMEDIATE");
    for (const auto& each : tables)
        database.run(each.sql);
    for (const auto& each : views)
        database.run(each.sql);
    database.run(("PRAGMA application_id = " + std::to_string(application_id)).c_str());
    database.run(("PRAGMA user_version = " + std::to_string(version)).c_str());
    database.run("COMMIT");
}

std::string changed_table(sqlite_database& database)
{
    auto find = database.prepare(find_sql);
    for (const auto& each : tables)
        if (!holds(find, each))
            return each.name;
    auto misnamed = database.prepare(misnamed_sql);
    for (const auto& each : views)
        if (is_misnamed(misnamed, each))
            return each.name;
    for (const auto& each : indices)
        if (is_misnamed(misnamed, each))
            return each.name;
    return {};
}

std::string restore_views(sqlite_database& database)
{
    std::string restored;
    for (const auto& each : views) {
        auto find = database.prepare(find_sql);
        if (holds(find, each))
            continue;
        database.run(("DROP VIEW IF EXISTS " + std::string{each.name}).c_str());
        database.run(each.sql);
        restored += (restored.empty() ? "" : ", ") + std::string{each.name};
    }
    return restored;
}

void drop_indices(sqlite_database& database)
{
    for (const auto& each : indices)
        database.run(("DROP INDEX IF EXISTS " + std::string{each.name}).c_str());
}

void create_indices(sqlite_database& database)
{
    auto find = database.prepare(find_sql);
    for (const auto& each : indices)
        if (!holds(find, each))
            database.run(each.sql);
}

}  // namespace jobaudit::store
