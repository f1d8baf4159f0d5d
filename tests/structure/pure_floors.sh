#!/usr/bin/env bash
# pure_floors.sh ROOT: src/protocol and src/policy name no Asio, read no clock, draw no randomness and do no I/O; time and randomness are parameters.
set -euo pipefail
cd "$1"

impure='\basio\b'
impure+='|_clock::now\b|\b(std::)?(time|clock|gettimeofday|clock_gettime|timespec_get)[[:space:]]*\((NULL|nullptr|0|&|\))'
impure+='|\bclock_(gettime|nanosleep)\b|\bgettimeofday\b|\btimespec_get\b'
impure+='|\brandom_device\b|\bs?rand[[:space:]]*\(|\bgetrandom\b'
impure+='|\bsleep_(for|until)\b|\b(u|nano)?sleep[[:space:]]*\('
impure+='|#[[:space:]]*include[[:space:]]*<(fstream|iostream|filesystem|thread|sys/socket\.h|unistd\.h|poll\.h|fcntl\.h)>'
impure+='|\b(fopen|f?printf|fputs|puts|fread|fwrite|popen|system)[[:space:]]*\('

if grep -rnE "$impure" src/protocol src/policy; then
    echo "src/protocol and src/policy do no I/O and take time and randomness as parameters: the lines above break that." >&2
    exit 1
fi
[[ -n $(find src/protocol src/policy -name '*.cpp') ]] || { echo "no sources found under $1/src" >&2; exit 1; }
