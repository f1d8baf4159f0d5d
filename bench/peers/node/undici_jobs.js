// Node's undici with JSON.parse.

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';

const text = { type: 'string' };
const { values: job } = parseArgs({ options: { url: text, ca: text, connections: text, jobs: text, records: text } });
const ids = readFileSync(job.jobs, 'utf8').trim().split('\n');
const connections = Number(job.connections);
const expected = Number(job.records);
const pool = new Pool(job.url, {
  connections,
  pipelining: 1,
  connect: { ca: readFileSync(job.ca), minVersion: 'TLSv1.3' },
});

const latencies = new Float64Array(ids.length);
let next = 0;
let records = 0;
let bytes = 0;

async function work() {
  while (next < ids.length) {
    const number = next++;
    const started = performance.now();
    const { statusCode, body } = await pool.request({
      method: 'GET',
      path: `/api/v1/jobs/${ids[number]}/failed-files`,
      headers: { 'unstructured-api-key': 'bench-key-0123456789', accept: 'application/json' },
    });
    const content = await body.text();
    const files = JSON.parse(content).failed_files;
    if (statusCode !== 200 || files.length !== expected) throw new Error(`status ${statusCode}, ${files.length} records`);
    records += files.length;
    bytes += content.length;
    latencies[number] = performance.now() - started;
  }
}

const started = performance.now();
await Promise.all(Array.from({ length: connections }, work));
const elapsed = (performance.now() - started) / 1000;
latencies.sort();
const percentile = (percent) => latencies[Math.floor(((ids.length - 1) * percent) / 100)];
console.log(JSON.stringify({
  requests: ids.length,
  records,
  bytes,
  elapsed_s: elapsed,
  p50_ms: percentile(50),
  p99_ms: percentile(99),
}));
await pool.close();
