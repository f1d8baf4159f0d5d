#!/usr/bin/env bash
# rules_bite.sh COMPILER…: each structure test passes on a small sound tree, and fails when one file of it breaks its rule.
set -euo pipefail
unset CDPATH
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
compile=("$@")

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tree=$scratch/"a tree"
declare -i broken=0

plant()
{
    mkdir -p "$(dirname "$tree/$1")"
    printf '%s\n' "${@:2}" >"$tree/$1"
}

check()
{
    local rule=$1
    case $rule in
    public_header) bash "$here/public_header.sh" "$tree" jobaudit/face.hpp "${compile[@]}" ;;
    pure_headers) bash "$here/pure_headers.sh" "$tree" "${compile[@]}" ;;
    *) bash "$here/$rule.sh" "$tree" ;;
    esac
}

door=('| `src/protocol/` | bytes |' '| `src/policy/` | time |' '| `src/net/` | Asio |' '## Where to start' '- The pool: `tests/net/pool_test.cpp`'
    '(`sleep`, `clock`).' '## How to run one test' 'No test.')

paragraphs=('    /// Asks.')
for paragraph in Completion Errors Cancellation 'Executor and thread safety' Lifetime; do
    paragraphs+=('    ///' "    /// $paragraph: as they say.")
done
operation='    auto async_ask() { return 1; }'
face=('/// A face.' 'struct face {' '    std::string name; ///< its own' "${paragraphs[@]}" "$operation" '};')

sound_tree()
{
    rm -rf "$tree"
    plant include/jobaudit/face.hpp '#pragma once' '#include <string>' "${face[@]}"
    plant src/protocol/reader.hpp '#pragma once' '#include <jobaudit/face.hpp>'
    plant src/protocol/reader.cpp '#include "protocol/reader.hpp"' '// a runtime(0), a basio and std::snprintf() are no trouble'
    plant src/policy/backoff.cpp '#include "protocol/reader.hpp"'
    plant src/net/pool.cpp '#include "protocol/reader.hpp"' 'namespace net' '{' "$(seq -f '// %g' 60)" 'void count()' '{' "$(seq 50)" '}' '}'
    plant tests/net/pool_test.cpp 'world.sleep(until); // on a virtual clock'
    plant src/README.md "${door[@]}"
}

# bites RULE FILE LINE…: a sound tree passes, and with FILE as given it does not.
bites()
{
    local rule=$1
    sound_tree
    if ! check "$rule" >/dev/null 2>"$scratch/said"; then
        echo "$rule refuses a sound tree:" && cat "$scratch/said"
        broken+=1
    fi
    plant "${@:2}"
    if check "$rule" >/dev/null 2>&1; then
        echo "$rule lets this pass: ${*:2}"
        broken+=1
    fi
}

bites public_header include/jobaudit/face.hpp '#pragma once' 'struct face { std::string name; };'
bites public_header include/jobaudit/face.hpp 'struct face { int name; };'
bites public_header include/jobaudit/face.hpp '#pragma once' '#include <boost/beast/core/error.hpp>'
bites public_header include/jobaudit/face.hpp '#pragma once' '#include <openssl/opensslv.h>'
bites public_header include/jobaudit/face.hpp '#pragma once' '#include <boost/asio/ip/tcp.hpp>'
bites public_header include/jobaudit/face.hpp '#pragma once' 'inline int face(long name) { return name; }'

bites pure_floors src/policy/backoff.cpp '#include <boost/asio/buffer.hpp>'
bites pure_floors src/protocol/reader.cpp 'namespace asio = boost::asio;'
bites pure_floors src/policy/backoff.cpp 'auto now = std::chrono::steady_clock::now();'
bites pure_floors src/policy/backoff.cpp 'auto now = ::time(nullptr);'
bites pure_floors src/policy/backoff.cpp 'std::mt19937 random{std::random_device{}()};'
bites pure_floors src/protocol/reader.cpp '#include <fstream>'
bites pure_floors src/protocol/reader.cpp 'std::fprintf(stderr, "read");'

bites pure_headers src/protocol/reader.hpp '#include <boost/asio/buffer.hpp>'
bites pure_headers src/policy/wait.hpp 'std::string wait();'

bites floors src/protocol/reader.cpp '#include "net/pool.hpp"'
bites floors src/net/pool.hpp '#pragma once' '#include "client/audit.hpp"'
bites floors src/net/pool.cpp '#include "reader.hpp"'
bites floors src/attic/box.cpp '#include "protocol/reader.hpp"'
bites floors include/jobaudit/face.hpp '#include "protocol/reader.hpp"'

bites file_names src/net/string_utils.hpp ''
bites file_names tests/common/pool_test.cpp ''
bites file_names src/net/helpers.cpp ''
bites file_names src/client/pool_manager.hpp ''

bites floors src/protocol/reader.cpp '#include "policy/backoff.hpp"'

mapfile -t many < <(seq -f '    count(%g);' 51)
bites function_length src/net/pool.cpp 'void count()' '{' "${many[@]}" '}'
bites function_length include/jobaudit/face.hpp 'struct face {' '    void count()' '    {' "${many[@]}" '    }' '};'

bites program_names src/policy/backoff.cpp 'auto text = "wait longer with --max-wait";'
bites program_names src/net/pool.cpp 'throw failure{"set UNSTRUCTURED_API_KEY"};'

if command -v doxygen >/dev/null; then
    bites documentation include/jobaudit/face.hpp 'struct face { int name; };'
    bites documentation include/jobaudit/face.hpp '/// A face.' 'struct face {' '    int name;' '};'
    bites documentation include/jobaudit/face.hpp '/// A face, see \ref faces.' 'struct face {};'
    bites documentation include/jobaudit/face.hpp '/// A face.' 'struct face {' '    /// Asks.' "$operation" '};'
    bites documentation include/jobaudit/face.hpp '/// A face.' 'struct face {' "${paragraphs[@]/Lifetime/}" "$operation" '};'
fi

bites door src/client/audit.cpp ''
bites door src/README.md "${door[@]}" 'It is in `src/net/lake.cpp`.'
bites door src/README.md "${door[@]}" 'See `src/protocol/reader.hpp` (`writer`).'
bites door src/README.md "${door[@]}" '## Where to start' 'In `src/protocol/reader.hpp`.'
bites door src/README.md "${door[@]}" '    build/release/tests/net_test --run_test=pool'
bites door src/README.md "${door[@]}" $(seq 150)

bites honest_tests tests/net/pool_test.cpp 'std::this_thread::sleep_for(1ms);'
bites honest_tests tests/net/pool_test.cpp '    sleep(1);'
bites honest_tests tests/net/pool_test.cpp 'BOOST_TEST(true);'
bites honest_tests src/net/pool.cpp 'co_spawn(executor, run(), asio::detached);'

# A header that exists is refused for its floor, not for being absent.
sound_tree
plant src/net/pool.hpp '#pragma once'
plant src/protocol/reader.cpp '#include "net/pool.hpp"'
if check floors >/dev/null 2>"$scratch/said" || ! grep -q 'protocol must not know net' "$scratch/said"; then
    echo "floors does not say that protocol must not know net:" && cat "$scratch/said"
    broken+=1
fi

exit $((broken > 0))
