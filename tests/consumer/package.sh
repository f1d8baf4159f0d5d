#!/usr/bin/env bash
# package.sh CMAKE BUILD_DIR COMPILER CXXFLAGS: installs the build to a folder of its own, moves that folder, then builds and runs project/ against it:
# through find_package and through pkg-config, with the static and with the shared library. Nothing of how the build was hardened reaches others.
set -euo pipefail
cmake=$1 build=$2 compiler=$3
read -ra flags <<<"$4"
unset CDPATH
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/project" && pwd)

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
prefix=$scratch/moved

"$cmake" --install "$build" --prefix "$scratch/installed" >"$scratch/log" || { cat "$scratch/log"; exit 1; }
mv "$scratch/installed" "$prefix"
libdir=$(dirname "$(find "$prefix" -name libjobaudit.a)")

if grep -rnE 'FORTIFY|stack-|cf-protection|relro|z,now' "$libdir/cmake/jobaudit" "$libdir/pkgconfig"; then
    echo "expected: how this build was hardened is nothing that a consumer inherits" >&2
    exit 1
fi

"$cmake" -S "$project" -B "$scratch/source" -G Ninja --log-level=WARNING -DJOBAUDIT_SOURCE="$project/../../.." \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_EXPORT_COMPILE_COMMANDS=ON -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="$4"
if grep -nE 'FORTIFY|stack-|cf-protection' "$scratch/source/compile_commands.json"; then
    echo "expected: a project that adds this one to its own has flags of its own" >&2
    exit 1
fi

# expect FORM PROGRAM: it is linked with the library in that form, and learns that nobody listens.
expect()
{
    local form=$1 program=$2 linked=static said
    if readelf -d "$program" | grep -q 'NEEDED.*libjobaudit\.so'; then
        linked=shared
    fi
    said=$("$program")
    echo "$program ($linked): $said"
    if [[ $linked != "$form" || $said != *": connect: "* ]]; then
        echo "expected: the $form library, and an outcome \"connect\"" >&2
        exit 1
    fi
}

for form in static shared; do
    "$cmake" -S "$project" -B "$scratch/$form" -G Ninja --log-level=WARNING -DJOBAUDIT_FORM=$form \
        -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="$4"
    "$cmake" --build "$scratch/$form"
    expect $form "$scratch/$form/consumer"
    "$scratch/$form/emulated"
done

export PKG_CONFIG_PATH=$libdir/pkgconfig
read -ra compile_flags <<<"$(pkg-config --cflags jobaudit)"
read -ra shared_flags <<<"$(pkg-config --libs jobaudit)"
read -ra static_flags <<<"$(pkg-config --static --libs jobaudit)"
if said=$("$compiler" -std=c++20 "${flags[@]}" "${compile_flags[@]}" -fno-rtti -fsyntax-only "$project/main.cpp" 2>&1) ||
    [[ $said != *"jobaudit needs run-time type information"* ]]; then
    echo "expected: no program without run-time type information, and the reason: $said" >&2
    exit 1
fi
"$compiler" -std=c++20 "${flags[@]}" "${compile_flags[@]}" -c "$project/main.cpp" -o "$scratch/main.o"
"$compiler" "${flags[@]}" "$scratch/main.o" "${shared_flags[@]}" -Wl,-rpath,"$libdir" -o "$scratch/with_pkg_config"
expect shared "$scratch/with_pkg_config"

# The linker prefers the shared library where both lie.
rm "$libdir"/libjobaudit.so*
"$compiler" "${flags[@]}" "$scratch/main.o" "${static_flags[@]}" -o "$scratch/with_pkg_config"
expect static "$scratch/with_pkg_config"
