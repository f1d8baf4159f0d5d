#!/usr/bin/env bash
# small_audit_under_valgrind.sh PROGRAM: an audit of a few faulty jobs reads nothing that it has not written, and leaks nothing.
set -euo pipefail
program=$1
if ! command -v valgrind >/dev/null; then
    echo "not run: valgrind is not installed"
    exit 77
fi

folder=$(mktemp -d)
emulator=
trap '[[ -z $emulator ]] || kill "$emulator" 2>/dev/null || true; rm -rf "$folder"' EXIT
mkfifo "$folder/said"
"$program" emulate --port 0 --jobs 20 --faults rough --cert-out "$folder/ca.pem" --jobs-out "$folder/jobs.txt" \
    >"$folder/said" 2>&1 &
emulator=$!
exec {said}<"$folder/said"
url=
while read -r -u "$said" line; do
    if [[ $line =~ https://127\.0\.0\.1:[0-9]+ ]]; then
        url=${BASH_REMATCH[0]}
        break
    fi
done
[[ -n $url ]] || { echo "the emulator did not start" >&2; exit 1; }

export UNSTRUCTURED_API_KEY=any
for round in first resumed; do
    valgrind --quiet --leak-check=full --errors-for-leak-kinds=definite,possible --error-exitcode=99 \
        "$program" audit --url "$url" --ca-file "$folder/ca.pem" --jobs "$folder/jobs.txt" -o "$folder/results.ndjson" \
        --resume --concurrency 4 --attempts 10 --progress never
    echo "the $round audit is clean"
done
[[ $(wc -l <"$folder/results.ndjson") -ge 20 ]]
