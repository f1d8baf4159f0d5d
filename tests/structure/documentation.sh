#!/usr/bin/env bash
# documentation.sh ROOT: Doxygen has nothing to say against the public headers, where each public member is described; each asynchronous
# operation is described by the same six paragraphs.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$1"

if ! command -v doxygen >/dev/null; then
    echo "skipped: there is no doxygen"
    exit 77
fi

output=$(mktemp -d)
trap 'rm -rf "$output"' EXIT
(cat "$here/Doxyfile" && echo "OUTPUT_DIRECTORY = $output") | doxygen - >"$output/said" 2>&1 || {
    cat "$output/said" >&2
    exit 1
}
if [[ -s $output/said ]]; then
    cat "$output/said" >&2
    exit 1
fi

# An overload may leave it at what differs from the one above.
find include -name '*.hpp' -exec awk '
    function complain(what) { print FILENAME ":" FNR ": " what " of " operation > "/dev/stderr"; broken = 1 }
    /^ *\/\/\// { text = text "\n" $0; next }
    /^ *template/ { next }
    match($0, /^ *auto async_[a-z_]+\(/) {
        operation = $2
        sub(/\(.*/, "", operation)
        if (text !~ /^\n *\/\/\/ The same with/) {
            count = split("Completion Errors Cancellation Executor_and_thread_safety Lifetime", paragraphs, " ")
            for (i = 1; i <= count; ++i) {
                gsub("_", " ", paragraphs[i])
                if (!index(text, "\n    ///\n    /// " paragraphs[i] ": ")) complain("no paragraph \"" paragraphs[i] ": …\"")
            }
        }
    }
    { text = "" }
    END { exit broken }
' {} +
