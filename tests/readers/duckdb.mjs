// What DuckDB finds in an output, its columns' types guessed by itself.
import { DuckDBInstance } from "@duckdb/node-api";
import { print } from "./facts.mjs";

const connection = await (await DuckDBInstance.create()).connect();
const rows = async (query) => (await connection.runAndReadAll(query)).getRowObjects();

await connection.run("create table jobs as select * from read_json_auto('results.ndjson')");
const types = Object.fromEntries((await rows("describe jobs")).map((row) => [row.column_name, row.column_type]));
const wanted = { job_id: "UUID", outcome: "VARCHAR", http_status: "BIGINT", attempts: "BIGINT", elapsed_ms: "DOUBLE", message: "VARCHAR",
    failed_files: 'STRUCT("document" VARCHAR, "error" VARCHAR)[]' };
for (const [column, type] of Object.entries(wanted))
    if (types[column] !== type)
        throw new Error(`column ${column} has the type ${types[column]}, not ${type}`);

const [totals] = await rows(`select count(*) as jobs, count_if(message <> '') as messages,
    sum(coalesce(json_array_length(to_json(validation)), 0)) as validation, sum(coalesce(len(failed_files), 0)) as files from jobs`);
const [errors] = await rows("select sum(length(file.error)) as characters from (select unnest(failed_files) as file from jobs)");
const outcomes = await rows("select outcome, count(*) as jobs from jobs group by outcome");
print({ jobs: totals.jobs, messages: totals.messages, validation: totals.validation, "failed files": totals.files,
    "error characters": errors.characters,
    ...Object.fromEntries(outcomes.map((row) => [`outcome ${row.outcome}`, row.jobs])) });
