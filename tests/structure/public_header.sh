#!/usr/bin/env bash
# public_header.sh ROOT HEADER COMPILER…: HEADER compiles by itself, twice in a row, and reaches nothing that users of the library need not see.
set -euo pipefail
root=$1 header=$2
shift 2

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

printf '#include <%s>\n#include <%s>\nint main() {}\n' "$header" "$header" >"$scratch/alone.cpp"
"$@" -I"$root/include" -fsyntax-only -MD -MF "$scratch/reached" "$scratch/alone.cpp"

# Asio's own classes for sockets and TLS, Beast, OpenSSL, and the library's inside.
forbidden='/boost/beast/|/openssl/|/boost/asio/(ssl|ip|local)/|/boost/beast\.hpp|/boost/asio\.hpp|/src/(protocol|policy|net|client)/'
if tr ' ' '\n' <"$scratch/reached" | grep -E "$forbidden"; then
    echo "$header includes the files above: a public header names neither Beast nor OpenSSL nor sockets." >&2
    exit 1
fi
