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

jobaudit emulate --port 0 --jobs 300 --cert-out platform.pem --jobs-out jobs.txt >said 2>log &
emulator=$!
until grep -q '^listening on ' said; do
    kill -0 "$emulator" || { cat log; exit 1; }
done
UNSTRUCTURED_API_URL=$(sed -n 's/^listening on //p' said)
export UNSTRUCTURED_API_URL UNSTRUCTURED_API_KEY=the-key SSL_CERT_FILE=$scratch/platform.pem

block sh | sed '/# skip$/d' >commands
[[ $(grep -c '^jobaudit ' commands) -ge 7 ]] || { echo "the README shows fewer commands than it did: $(cat commands)"; exit 1; }
echo 'kill %1' >>commands
bash -eu -x commands >out 2>err || { cat out err; echo "the README's commands do not work"; exit 1; }
for results in results paced pipelined nightly again; do
    [[ $(grep -c '"outcome":"ok"' "$results.ndjson") == 300 ]] || { echo "$results.ndjson does not hold 300 jobs"; cat err; exit 1; }
done
[[ $(grep -c '"outcome":"ok"' all.ndjson) -gt 290 ]] || { echo "all.ndjson does not hold the jobs of the list"; cat err; exit 1; }
[[ -s invoices.ndjson && -s invoices.txt ]] || { echo "the workflow's jobs are missing"; cat err; exit 1; }
grep -q '<title>Failed files: results.ndjson</title>' report.html || { echo "there is no report.html"; exit 1; }
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
