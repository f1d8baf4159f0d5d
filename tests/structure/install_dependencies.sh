#!/usr/bin/env bash
# install_dependencies.sh PROJECT: what scripts/install-dependencies asks of apt-get and dpkg, seen by stubs in their places.
set -euo pipefail
script=$1/scripts/install-dependencies
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

for program in sudo apt-get; do
    printf '#!/bin/sh\necho "$@" >>"%s/asked"\n' "$folder" >"$folder/$program"
done
# dpkg-query SAYS: answers so for each package.
answer()
{
    printf '#!/bin/sh\nprintf "%s"\n' "$1" >"$folder/dpkg-query"
    chmod 755 "$folder"/{sudo,apt-get,dpkg-query}
    : >"$folder/asked"
    PATH=$folder:$PATH "$script" build >/dev/null
}

if [[ $(. /etc/os-release && echo "$ID") != debian ]]; then
    echo "skipped: apt-get is asked on Debian alone"
    exit 77
fi

answer 'installed\ninstalled\n'
if [[ -s $folder/asked ]]; then
    echo "packages that are installed for two architectures were asked for:"
    cat "$folder/asked"
    exit 1
fi

answer 'config-files\n'
grep -q 'install .*--no-remove .*libssl-dev' "$folder/asked" || {
    echo "nothing was installed, or with leave to remove other packages:"
    cat "$folder/asked"
    exit 1
}
