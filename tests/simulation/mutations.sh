#!/usr/bin/env bash
# mutations.sh ROOT OBJECTS LIBRARY COMPILER FLAG…: the simulation catches each mutation of mutations.txt. That it is green without any is for
# simulation.worlds and simulation.fetches to say. OBJECTS are those of simulate, separated by semicolons; FLAG… are the libraries that it is
# linked with.
set -euo pipefail
unset CDPATH
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export root=$1 objects=$2 library=$3 compiler=$4 libraries=${*:5}
export worlds=25000

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export scratch

# Any of the folders may have a blank in its name; of a flag none has.
compile()
{
    "$compiler" -std=c++20 -O1 "-I$root/include" "-I$root/src" "-I$root/tests/simulation" "$@"
}
export -f compile

# Writes each mutated source and its object's name; a text that does not occur exactly once ends it.
python3 "$here/mutate.py" "$root" "$here/mutations.txt" "$scratch" >"$scratch/names"

# judge NAME FILE WORK…: builds simulate with that one file mutated, and plays worlds of each work until one breaks a promise.
judge()
{
    local name=$1 file=$2 work
    build_mutated "$name" "$file" || return 255
    for work in "${@:3}"; do
        play_mutated "$name" "$work" || return 1
    done
    rm -r "${scratch:?}/$name"
}

build_mutated()
{
    local name=$1 file=$2 all=() parts=() object
    compile -c "$scratch/$name/$(basename "$file")" -o "$scratch/$name/mutated.o" 2>"$scratch/$name/said" || { cat "$scratch/$name/said" >&2; return 1; }
    IFS=';' read -ra all <<<"$objects"
    for object in "${all[@]}"; do
        if [[ $file != tests/simulation/* || $(basename "$object") != "$(basename "$file")".o ]]; then
            parts+=("$object")
        fi
    done
    # shellcheck disable=SC2086
    compile "$scratch/$name/mutated.o" "${parts[@]}" "$library" $libraries -o "$scratch/$name/simulate"
}

play_mutated()
{
    local name=$1 work=$2 verdict=0 how=()
    # A world of fetches takes several times as long.
    if [[ $work == fetches ]]; then
        how=(--fetches)
        local worlds=12000
    fi
    timeout 300 "$scratch/$name/simulate" --worlds "$worlds" --no-shrinking "${how[@]}" >"$scratch/$name/said" || verdict=$?
    # What breaks no promise may make a batch slow.
    if ((verdict == 0)) && [[ $work == audits ]]; then
        timeout 300 "$scratch/$name/simulate" --efficiency --worlds 1 >"$scratch/$name/slow" || verdict=$?
        sed -n '/<- above/{s/^/World 0: BROKEN: /;p;q}' "$scratch/$name/slow" >"$scratch/$name/said"
    fi
    if ((verdict != 1)); then
        echo "NOT CAUGHT: $name by $work in $worlds worlds, nor by their efficiency (exit $verdict)"
        return 1
    fi
    printf '%-38s %s: %s\n' "$name" "$work" "$(sed -nE '1s/^World ([0-9]+): BROKEN: (.*)$/world \1: \2/p' "$scratch/$name/said")"
}
export -f judge build_mutated play_mutated

xargs -P 2 -L 1 bash -c 'set -euo pipefail; judge "$@"' judge <"$scratch/names"
echo "$(wc -l <"$scratch/names") mutations, each caught"
