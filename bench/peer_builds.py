"""Builds the peers below the build folder, and says of one that cannot be had why."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

_PEERS = Path(__file__).resolve().parent / "peers"
_CRATES = Path("/usr/share/cargo/registry")


class Unavailable(Exception):
    """What a row says in place of figures."""


class PeerBuilds:
    """Each member gives the beginning of a command line, or raises Unavailable."""

    def __init__(self, build: Path):
        self._build = build

    def program(self) -> list[str]:
        return [self._built("jobaudit", self._build / "jobaudit")]

    def cpp(self, target: str) -> list[str]:
        return [self._built(target, self._build / "bench" / target)]

    def shared_object(self, target: str) -> str:
        return self._built(target, self._build / "bench" / f"lib{target}.so")

    def installed(self, program: str) -> list[str]:
        if not shutil.which(program):
            raise Unavailable(f"{program} is not installed")
        return [program]

    def go(self) -> list[str]:
        self.installed("go")
        binary = self._build / "peers" / "go_jobs"
        _run("Go's net/http", ["go", "build", "-o", str(binary), "."], _PEERS / "go", CGO_ENABLED="0",
             GOCACHE=str(self._build / "peers" / "go_cache"), GOTOOLCHAIN="local", GOFLAGS="-mod=mod")
        return [str(binary)]

    def rust(self) -> list[str]:
        self.installed("cargo")
        if not list(_CRATES.glob("reqwest-*")):
            raise Unavailable("Debian's package librust-reqwest-dev is not installed")
        folder = self._copied("rust")
        source = ["source.crates-io.replace-with='debian'", f"source.debian.directory='{_CRATES}'"]
        config = [part for line in source for part in ("--config", line)]
        _run("Rust's reqwest", ["cargo", "build", "--quiet", "--release", "--offline", *config], folder)
        return [str(folder / "target" / "release" / "reqwest-jobs")]

    def node(self) -> list[str]:
        self.installed("node")
        folder = self._copied("node")
        wanted = json.loads((folder / "package.json").read_text())["dependencies"]["undici"]
        there = folder / "node_modules" / "undici" / "package.json"
        if not there.exists() or json.loads(there.read_text())["version"] != wanted:
            self.installed("npm")
            _run("Node's undici", ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"], folder)
        return ["node", str(folder / "undici_jobs.js")]

    def python(self, module: str) -> list[str]:
        known = subprocess.run([_python(), "-c", f"import {module}"], capture_output=True, timeout=60, check=False)
        if known.returncode:
            raise Unavailable(f"Debian's package python3-{module} is not installed")
        return [_python(), str(_PEERS / "python" / f"{module}_jobs.py")]

    def _built(self, target: str, binary: Path) -> str:
        _run(target, ["cmake", "--build", str(self._build), "--target", target], self._build)
        return str(binary)

    def _copied(self, peer: str) -> Path:
        """The peer's sources in the build folder: its tools write beside them."""
        folder = self._build / "peers" / peer
        shutil.copytree(_PEERS / peer, folder, dirs_exist_ok=True)
        return folder


def _python() -> str:
    """Debian's, to which its packages belong, before any other."""
    return "/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable


def _run(what: str, command: list[str], folder: Path, **environment: str) -> None:
    print(f"   {what}", file=sys.stderr, flush=True)
    try:
        done = subprocess.run(command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=1500, check=False)
    except subprocess.TimeoutExpired:
        raise Unavailable(f"its build took longer than 25 minutes: {command[0]}") from None
    if done.returncode:
        lines = (done.stderr.strip() or done.stdout.strip()).splitlines() or ["no message"]
        reason = next((line for line in lines if "error" in line.lower()), lines[-1])
        raise Unavailable(f"does not build: {reason.strip()[:200]}")
