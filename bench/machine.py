"""What the figures were measured on, and with which versions."""

import json
import os
import platform
import shutil
import subprocess
from pathlib import Path

# Debian's packages that stand behind the server and the rows.
_PACKAGES = ("nginx-light", "libssl3*", "libboost1.*-dev", "g++", "wrk", "nghttp2-client", "libcurl4", "libsimdjson-dev",
             "golang-go", "rustc", "librust-reqwest-dev", "python3", "python3-aiohttp", "python3-httpx", "nodejs", "libc6")


def machine() -> dict[str, str]:
    return {
        "processor": _from_file("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": str(os.cpu_count()),
        "memory": f"{int((_from_file('/proc/meminfo', 'MemTotal') or '0').split()[0]) / 1024 / 1024:.0f} GB",
        "kernel": platform.release(),
        "system": _from_file("/etc/os-release", "PRETTY_NAME", "=").strip('"') or platform.system(),
    }


def versions(repository: Path) -> dict[str, str]:
    found = {"jobaudit": _output(["git", "-C", str(repository), "describe", "--always", "--dirty"]) or "unknown"}
    for package in _PACKAGES:
        for line in _output(["dpkg-query", "--show", r"--showformat=${Package} ${Version}\n", package]).splitlines():
            name, _, version = line.partition(" ")
            if version:
                found[name] = version
    for program, arguments in (("node", ["--version"]), ("cargo", ["--version"])):
        version = _output([program, *arguments])
        if version:
            found[program] = version
    undici = repository / "bench" / "peers" / "node" / "package.json"
    return {**found, **json.loads(undici.read_text())["dependencies"]}


def cores() -> list[int]:
    return sorted(os.sched_getaffinity(0))


def _from_file(path: str, key: str, separator: str = ":") -> str:
    for line in Path(path).read_text().splitlines() if Path(path).exists() else ():
        name, _, value = line.partition(separator)
        if name.strip() == key:
            return value.strip()
    return ""


def _output(command: list[str]) -> str:
    if not shutil.which(command[0]):
        return ""
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""
