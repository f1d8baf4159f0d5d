#!/usr/bin/env bash
# honest_tests.sh ROOT: no test sleeps, none asserts what cannot fail, and no coroutine is left to itself.
set -euo pipefail
cd "$1"

declare -i broken=0

forbid()
{
    local pattern=$1 reason=$2
    shift 2
    if grep -rnE --include='*.hpp' --include='*.cpp' "$pattern" "$@"; then
        echo "$reason" >&2
        broken+=1
    fi
}

forbid '\bsleep_(for|until)\b|\b(usleep|nanosleep)\b|::sleep[[:space:]]*\(|\bsleep[[:space:]]*\([0-9]' 'A test waits for what it needs, it does not sleep.' tests
forbid 'BOOST_(TEST|CHECK|REQUIRE|TEST_REQUIRE)\((true|1)\)' 'A test that cannot fail says nothing.' tests
forbid '\bdetached\b' 'No coroutine outlives its owner: nothing is spawned with asio::detached.' include src

exit $((broken > 0))
