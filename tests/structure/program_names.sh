#!/usr/bin/env bash
# program_names.sh ROOT: no text of the library names an option or an environment variable of the program; who embeds it has neither.
set -euo pipefail
cd "$1"

folders=()
for folder in include src/protocol src/policy src/net src/client; do
    if [[ -e $folder ]]; then
        folders+=("$folder")
    fi
done

if grep -rnE '"[^"]*(--[a-z]|UNSTRUCTURED_)[^"]*"' "${folders[@]}"; then
    echo "The library speaks of fields and error codes; the program turns them into its options: src/cli/advice.cpp." >&2
    exit 1
fi
