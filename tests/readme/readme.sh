#!/usr/bin/env bash
# readme.sh ROOT PROGRAM: every command in a `sh` block of the README works as it stands there, against an emulator in place of the platform, and its
# C++ blocks are examples that are built and run.
set -euo pipefail
root=$1 program=$2

scratch=$(mktemp -d)
trap 'kill "${emulator-}" 2>/dev/null || true; rm -rf "$scratch"' EXIT
mkdir "$scratch/bin"
ln -s "$program" "$scratch/bin/jobaudit"
export PATH=$scratch/bin:$PATH
cd "$scratch"

# block LANGUAGE: the text of all blocks of that language.
block()
{
    awk -v fence='```' -v language="$1" '
        $0 == fence language { inside = 1; next }
        $0 == fence { inside = 0 }
        inside' "$root/README.md"
}

# emulate OPTION…: in the background, until it listens.
emulate()
{
    : >said
    jobaudit emulate --port 0 --jobs 300 --cert-out platform.pem "$@" >said 2>log &
    emulator=$!
    until grep -q '^listening on ' said; do
        kill -0 "$emulator" || { cat log; exit 1; }
    done
    UNSTRUCTURED_API_URL=$(sed -n 's/^listening on //p' said)
}

# A document of an emulator fails once. Here one fails in each of a few jobs, as those do that nobody sees to.
emulate --jobs-out jobs.txt
kill "$emulator"
wait "$emulator" || true
jq -nR '[inputs][:8] | map({key: ., value: {body: {failed_files: [{document: "contracts/2024.pdf", error: "PDF is encrypted"}]}}}) | from_entries' \
    <jobs.txt >script.json
emulate --script script.json
export UNSTRUCTURED_API_URL UNSTRUCTURED_API_KEY=the-key SSL_CERT_FILE=$scratch/platform.pem
# Yesterday, some of the jobs had not been created.
jobaudit audit --all --until 10d -o audit.db --quiet

block sh | sed '/# skip$/d' >commands
[[ $(grep -c '^jobaudit ' commands) -ge 7 ]] || { echo "the README shows fewer commands than it did: $(cat commands)"; exit 1; }
echo 'kill %1' >>commands
bash -eu -x commands >out 2>err || { cat out err; echo "the README's commands do not work"; exit 1; }
for results in results paced pipelined nightly again; do
    [[ $(grep -c '"outcome":"ok"' "$results.ndjson") == 300 ]] || { echo "$results.ndjson does not hold 300 jobs"; cat err; exit 1; }
done
[[ $(grep -c '"outcome":"ok"' all.ndjson) -gt 290 ]] || { echo "all.ndjson does not hold the jobs of the list"; cat err; exit 1; }
[[ $(zcat results.ndjson.gz | grep -c '"outcome":"ok"') == 300 ]] || { echo "results.ndjson.gz does not hold 300 jobs"; cat err; exit 1; }
[[ $(grep -c ',ok,200,' results.csv) -ge 300 ]] || { echo "results.csv does not hold 300 jobs"; cat err; exit 1; }
[[ -s invoices.ndjson && -s invoices.txt ]] || { echo "the workflow's jobs are missing"; cat err; exit 1; }
grep -q '<title>Failed files: results.ndjson</title>' report.html || { echo "there is no report.html"; exit 1; }
[[ $(grep -c '^sqlite3 ' commands) -ge 4 ]] || { echo "the README asks the database less than it did"; exit 1; }
while read -r command; do
    [[ $(bash -c "$command" | wc -l) -ge 5 ]] || { echo "no answer: $command"; exit 1; }
done < <(grep '^sqlite3 ' commands)
grep -Eq '^│ 8 +│ 8 +│ contracts/2024.pdf ' out || { echo "the document that fails most is not said"; cat out; exit 1; }
grep -Eq '^ +[1-9][0-9,]*  fail now and did not$' out || { echo "diff finds nothing new"; cat out; exit 1; }
[[ $(sqlite3 audit.db 'SELECT group_concat(finished) FROM runs') == 1,1,1 ]] || { echo "audit.db does not hold three audits"; exit 1; }
[[ -s summary.json ]] || { echo "there is no summary.json"; exit 1; }

# The examples' functions stand in the README as they stand in the files.
block cpp >shown.cpp
{
    awk '/^asio::awaitable/ { inside = 1 } inside; /^}/ { inside = 0 }' "$root/tests/embedding/fetch_and_audit.cpp"
    awk '/^int main/ { inside = 1 } inside; /^}/ { inside = 0 }' "$root/tests/embedding/emulated_platform.cpp"
} >example.cpp
if ! diff shown.cpp example.cpp; then
    echo "the README's C++ and that of tests/embedding differ as above"
    exit 1
fi
