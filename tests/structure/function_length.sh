#!/usr/bin/env bash
# function_length.sh ROOT: no function of include/ and src/ has a body of more than 50 lines. It leans on the layout of clang-format: the
# braces of a long body stand at the indentation of its head, the first alone in its line.
set -euo pipefail
cd "$1"

find include src -name '*.[ch]pp' -exec awk '
    FNR == 1 { depth = 0 }
    match($0, /^ *\{$/) {
        opened[++depth] = FNR
        indentation[depth] = RLENGTH
        head[depth] = previous
    }
    match($0, /^ *\}/) && depth > 0 && RLENGTH == indentation[depth] {
        lines = FNR - opened[depth] - 1
        if (lines > 50 && head[depth] !~ /^ *(class|struct|namespace|enum|union)/ && head[depth] !~ /^    [:,] /) {
            print FILENAME ":" opened[depth] ": " lines " lines"
            found = 1
        }
        --depth
    }
    { previous = $0 }
    END { exit found }
' {} + || {
    echo "The functions above are longer than 50 lines: give their parts names." >&2
    exit 1
}
