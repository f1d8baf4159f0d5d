#!/usr/bin/env bash
# file_names.sh ROOT: a file's name says its one subject; the names that say none are not used.
set -euo pipefail
cd "$1"

vague='(^|[_.-])(utils?|utilit(y|ies)|helpers?|common|misc|managers?)([_.-]|$)'
folders=()
for folder in include src tests bench cmake scripts; do
    if [[ -e $folder ]]; then
        folders+=("$folder")
    fi
done

names=$(find "${folders[@]}" -printf '%f\t%p\n')
if awk -F'\t' -v vague="$vague" '$1 ~ vague { print $2; found = 1 } END { exit !found }' <<<"$names"; then
    echo "The names above say no subject: name each file after the concept that it holds." >&2
    exit 1
fi
