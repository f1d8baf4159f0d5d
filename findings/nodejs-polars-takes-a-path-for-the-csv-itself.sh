#!/usr/bin/env bash
# nodejs-polars 0.18.0: readCSV takes a path whose name ends in anything but .csv or .tsv for the text to be read, without a word.
#
# Observed: readCSV("results.txt") of a file of three rows gives a frame of no rows, whose one column is called "results.txt"; likewise
# "results.csv.gz". The same file called results.csv gives its three rows, and a compressed one under that name is refused with an error.
# Whoever compresses a CSV, and changes the name in the program that reads it, gets an empty table in place of an error.
# Source: bin/io.js, readCSV: `inline = !isPath(pathOrBody, [".tsv", ".csv"])`; what is inline is read as text.
#
# Needs node, npm and gzip. Exits 0 while this holds.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
npm install --silent --no-audit --no-fund nodejs-polars@0.18.0
printf 'job,files\na,1\nb,2\nc,3\n' >results.csv
cp results.csv results.txt
gzip -c results.csv >results.csv.gz

cat >read.mjs <<'JAVASCRIPT'
import polars from 'nodejs-polars';

const seen = ['results.csv', 'results.txt', 'results.csv.gz'].map(name => {
    const frame = polars.readCSV(name);
    console.log(`${name}: ${frame.height} rows, columns ${JSON.stringify(frame.columns)}`);
    return [frame.height, frame.columns.join()];
});
const expected = [[3, 'job,files'], [0, 'results.txt'], [0, 'results.csv.gz']];
const ok = JSON.stringify(seen) === JSON.stringify(expected);
console.log(ok ? 'as observed' : 'this has changed');
process.exit(ok ? 0 : 1);
JAVASCRIPT
node read.mjs
