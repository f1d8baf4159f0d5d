#!/usr/bin/env bash
# hardened.sh KIND FILE COMPILER: the program or shared library in FILE is hardened as cmake/hardening.cmake says, as far as an ELF file shows.
# FILE empty: says why this build is not.
set -euo pipefail
kind=$1 file=$2 compiler=$3
export LC_ALL=C

if [[ -z $file ]]; then
    echo "skipped: only Release and RelWithDebInfo of this project on its own, without sanitizers, are hardened"
    exit 77
fi

failed=0
require() {  # WHAT PATTERN TEXT
    if ! grep -qE -- "$2" <<<"$3"; then
        echo "$file: no $1"
        failed=1
    fi
}

header=$(readelf -hW "$file")
dynamic=$(readelf -dW "$file")
segments=$(readelf -lW "$file")
symbols=$(readelf --dyn-syms -W "$file")

require "position-independent code" 'Type: +DYN' "$header"
if [[ $kind == program ]]; then
    require "position-independent executable (PIE)" 'FLAGS_1.* PIE' "$dynamic"
fi
require "read-only relocations (RELRO)" 'GNU_RELRO' "$segments"
require "binding of all symbols at the start (BIND_NOW)" 'BIND_NOW|FLAGS_1.* NOW' "$dynamic"
require "stack without execution" 'GNU_STACK .* RW ' "$segments"
require "protector of the stack" ' __stack_chk_fail(@|$)' "$symbols"
require "call of a checked function (_FORTIFY_SOURCE)" ' __[a-z]+_chk(@|$)' "$(grep -v __stack_chk_fail <<<"$symbols")"

if grep -q 'Machine: .*X86-64' <<<"$header"; then
    require "shadow stack (CET)" 'x86 feature: .*SHSTK' "$(readelf -nW "$file")"
    # GCC touches each page of a large frame so, clang in a way that other code has too.
    if [[ $compiler == GNU ]]; then
        code=$(objdump -d --no-show-raw-insn "$file" | grep -E 'orq +\$0x0,') || true
        require "protection against stack clashes" 'orq +\$0x0,(0x[0-9a-f]+)?\(%rsp\)' "$code"
    fi
fi
exit $failed
