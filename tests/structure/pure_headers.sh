#!/usr/bin/env bash
# pure_headers.sh ROOT COMPILER…: each header of src/protocol and src/policy compiles by itself, and reaches no Asio by a detour either.
set -euo pipefail
root=$1
shift

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
declare -i broken=0

for path in "$root"/src/protocol/*.hpp "$root"/src/policy/*.hpp; do
    [[ -e $path ]] || continue
    header=${path#"$root/src/"}
    printf '#include "%s"\nint main() {}\n' "$header" >"$scratch/alone.cpp"
    if ! "$@" -I"$root/include" -I"$root/src" -fsyntax-only -MD -MF "$scratch/reached" "$scratch/alone.cpp"; then
        broken+=1
    elif tr ' ' '\n' <"$scratch/reached" | grep '/boost/asio/'; then
        echo "$header includes the files above: src/protocol and src/policy know no Asio." >&2
        broken+=1
    fi
done
exit $((broken > 0))
