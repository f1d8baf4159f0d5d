// What Polars finds in an output, with a schema of the whole file.
import pl from "nodejs-polars";
import { print } from "./facts.mjs";

const jobs = pl.readJSON("results.ndjson", { format: "lines", inferSchemaLength: null });
const facts = { jobs: jobs.height, messages: 0, validation: 0, "failed files": 0, "error characters": 0 };
for (const message of jobs.getColumn("message"))
    facts.messages += message !== "";
for (const outcome of jobs.getColumn("outcome"))
    facts[`outcome ${outcome}`] = (facts[`outcome ${outcome}`] ?? 0) + 1;
for (const validation of jobs.getColumn("validation"))
    facts.validation += validation?.length ?? 0;
for (const files of jobs.getColumn("failed_files"))
    for (const file of files ?? []) {
        facts["failed files"] += 1;
        facts["error characters"] += [...file.error].length;
    }
print(facts);
