#!/usr/bin/env bash
# floors.sh ROOT: each folder of src/ includes only itself and what lies below it, own headers are written "folder/name.hpp", public headers include
# public ones alone.
set -euo pipefail
cd "$1"

declare -A below=(
    [protocol]=""
    [policy]="protocol"
    [net]="protocol policy"
    [client]="net protocol policy"
    [grouping]=""
    [store]="grouping protocol policy"
    [report]="store grouping protocol policy"
    [emulator]="net protocol policy"
    [cli]="client store grouping report emulator net protocol policy"
)
declare -i seen=0 broken=0

complain()
{
    echo "$1" >&2
    broken+=1
}

# Lines `file:line:header` of the includes with quotes below a folder.
quoted_includes()
{
    grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' --include='*.hpp' --include='*.cpp' "$1" |
        sed -E 's/^([^:]+:[0-9]+):[^"]*"([^"]*)".*/\1:\2/' || true
}

for folder in src/*/; do
    floor=$(basename "$folder")
    if [[ -z ${below[$floor]+placed} ]]; then
        complain "src/$floor has no place in this test's table of floors: give it one."
        continue
    fi
    while IFS=: read -r file line header; do
        seen+=1
        target=${header%%/*}
        if [[ ! -f src/$header ]]; then
            complain "$file:$line: \"$header\" does not lie in src/: own headers are written \"folder/name.hpp\"."
        elif [[ " $floor ${below[$floor]} " != *" $target "* ]]; then
            complain "$file:$line: $floor must not know $target; it may include: $floor ${below[$floor]}"
        fi
    done < <(quoted_includes "$folder")
done

while IFS=: read -r file line header; do
    complain "$file:$line: \"$header\": public headers include only <jobaudit/…> and what is installed elsewhere."
done < <(quoted_includes include)

if ((seen == 0)); then
    complain "no include was found under $1/src"
fi
exit $((broken > 0))
