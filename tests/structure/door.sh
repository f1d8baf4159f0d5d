#!/usr/bin/env bash
# door.sh ROOT: src/README.md names every folder of src/; each path in it exists, each word in parentheses behind a path stands in that
# file, each test that it runs is there; and it stays short.
set -euo pipefail
cd "$1"

door=src/README.md
declare -i broken=0 named=0

complain()
{
    echo "$door: $1" >&2
    broken+=1
}

# The text without its blocks of commands, on one line: what belongs together may be broken anywhere.
prose()
{
    awk '/^```/ { inside = !inside; next } !inside' | tr '\n' ' ' | tr -s ' '
}

# Prints each path in backticks, with the words in parentheses behind it.
references()
{
    grep -oP '`[\w.-]+/[\w./-]*`( \(`[^`]+`(, `[^`]+`)*)?' || true
}

while read -r reference; do
    named+=1
    path=$(cut -d'`' -f2 <<<"$reference")
    if [[ ! -e $path ]]; then
        complain "there is no $path."
        continue
    fi
    while read -r word; do
        if [[ -n $word ]] && ! grep -qwF -e "$word" "$path"; then
            complain "\"$word\" does not stand in $path."
        fi
    done < <(grep -oP '`[^`]+`' <<<"$reference" | tail -n +2 | tr -d '`')
done < <(prose <"$door" | references)
((named > 0)) || complain "it names no path."

while read -r reference; do
    [[ $reference == *'('* ]] || complain "it does not say what to look for in $reference."
done < <(sed -n '/^## Where to start/,/^## How to run/p' "$door" | prose | references)

for folder in src/*/; do
    grep -qF "| \`$folder\` |" "$door" || complain "its table of floors lacks $folder."
done

while IFS=/ read -r floor suite test; do
    grep -rqF "TEST_SUITE($suite)" "tests/$floor" || complain "there is no suite $suite in tests/$floor."
    if [[ -n $test ]]; then
        grep -rqF "TEST_CASE($test)" "tests/$floor" || complain "there is no test $test in tests/$floor."
    fi
done < <(sed -nE 's,.*tests/(\w+)_test --run_test=([a-z0-9_/]+).*,\1/\2,p' "$door")

lines=$(wc -l <"$door")
((lines <= 150)) || complain "it has $lines lines; who comes in reads 150 at most."
exit $((broken > 0))
