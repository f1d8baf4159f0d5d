"""Audits each server in each way, and prints a table."""

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "bench"))

from answers import Answers
from audit import Audit, audit
from place import Place
from server import make_certificate
from servers import LIMITS, SERVERS, Limit, Server

_JOBS = 600
_PACED_JOBS, _PACE = 600, 200  # of the audits in whose middle the server is renewed
_IDLE_JOBS = 10  # one a second, as is the idle limit


def main() -> int:
    arguments = _arguments()
    chosen = [server for server in SERVERS
              if (not arguments.server or server.name in arguments.server) and (not arguments.quick or server.is_quick)]
    limits = [] if arguments.quick or arguments.server else LIMITS
    if arguments.list:
        print("\n".join(server.name for server in SERVERS))
        return 0
    if unknown := set(arguments.server) - {server.name for server in SERVERS}:
        sys.exit(f"no such server: {', '.join(sorted(unknown))}; --list names them")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)  # servers that are started by root read it as somebody else
        answers = Answers(folder / "answers", _JOBS)
        _make_certificate(folder)
        table = _Table(arguments.program.resolve(), folder, answers, arguments.quick)
        for server in chosen:
            table.add(server)
        table.end()
        if limits:
            table.begin_limits()
        for limit in limits:
            table.add_limit(limit)
    return int(table.failed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("server", nargs="*", help="its name in the table; all unless given")
    parser.add_argument("--program", type=Path, required=True, help="jobaudit")
    parser.add_argument("--quick", action="store_true", help="some servers, no idle limits")
    parser.add_argument("--list", action="store_true", help="name the servers")
    return parser.parse_args()


def _make_certificate(folder: Path) -> None:
    make_certificate(folder)
    (folder / "both.pem").write_text((folder / "certificate.pem").read_text() + (folder / "key.pem").read_text())
    for name in ("key.pem", "both.pem"):  # servers that are started by root read them as somebody else
        (folder / name).chmod(0o644)


class _Table:
    """Prints each row once it is known, and what was wrong in it on stderr."""

    def __init__(self, program: Path, folder: Path, answers: Answers, is_quick: bool):
        self.failed = 0
        self._program, self._folder, self._answers, self._is_quick = program, folder, answers, is_quick
        self._places = 0
        self._missing: list[str] = []
        print("| server | version | peculiar | default options | `--pipeline 8` | reloaded or restarted at 200/s |" +
              ("" if is_quick else " idle limit of 1 s at 1/s |"))
        print("| --- | --- | --- | --: | --: | --: |" + ("" if is_quick else " --: |"))

    def add(self, server: Server) -> None:
        version = _version(server.package)
        if not version:
            self._missing.append(f"{server.name}: Debian's package {server.package} is not installed")
            return
        with self._place() as place:
            try:
                place.start(server.commands(place))
            except (RuntimeError, OSError, subprocess.SubprocessError) as error:
                self._fail(f"{server.name} does not start: {error}")
                return
            cells = [self._cell(server, place, "default", _JOBS),
                     self._cell(server, place, "pipeline", _JOBS, ("--pipeline", "8")),
                     self._cell(server, place, server.renewal, _PACED_JOBS, ("--rate", str(_PACE)), _PACED_JOBS / _PACE,
                                lambda: server.renew(place)) + f" {server.renewal}"]
            if not self._is_quick:
                cells.append(self._cell(server, place, "idle", _IDLE_JOBS, ("--rate", "1"), _IDLE_JOBS - 1))
        print("|", " | ".join([server.name, version, server.peculiar, *cells]), "|", flush=True)

    def end(self) -> None:
        for line in self._missing:
            print(f"left out: {line}", file=sys.stderr)
        # Those of the subset come with what every test needs.
        self.failed |= self._is_quick and bool(self._missing)

    def begin_limits(self) -> None:
        print("\n| server | version | limit | time, and ÷ the shortest |\n| --- | --- | --- | --: |")

    def add_limit(self, limit: Limit) -> None:
        version = _version(limit.server.package)
        if not version:
            print(f"left out: {limit.server.name}, {limit.what}: {limit.server.package} is not installed", file=sys.stderr)
            return
        with self._place() as place:
            place.start(limit.server.commands(place))
            cell = self._cell(limit.server, place, limit.what, limit.jobs, optimum=limit.optimum)
        print("|", " | ".join([limit.server.name, version, limit.what, cell]), "|", flush=True)

    def _place(self) -> Place:
        self._places += 1
        folder = self._folder / str(self._places)
        folder.mkdir()
        folder.chmod(0o777)
        return Place(folder, self._folder, self._answers)

    def _cell(self, server: Server, place: Place, what: str, jobs: int, options: tuple[str, ...] = (), optimum: float = 0,
              in_the_middle: Callable[[], None] = lambda: None) -> str:
        result = audit(self._program, server.url(place), place.ca_file, self._answers, jobs, place.folder, options,
                       in_the_middle)
        if not result.is_right:
            self._fail(f"{server.name}, {what}: {_wrong(result)}\nThe server's log ends: {place.log()}")
            return f"**{result.right} of {jobs}**"
        time_taken = f"{result.seconds:.1f} s"
        refused = result.summary.get("refusals", 0)
        return (time_taken + (f" ({result.seconds / optimum:.2f})" if optimum else "") +
                (f", {refused} refused" if refused else ""))

    def _fail(self, message: str) -> None:
        self.failed = 1
        print(message, file=sys.stderr, flush=True)


def _wrong(result: Audit) -> str:
    return (f"exit {result.exit_code}, {result.right} of {result.jobs} right after {result.seconds:.1f} s\n" +
            "\n".join(result.wrong[:5]) + f"\n{result.said}")


def _version(package: str) -> str:
    shown = subprocess.run(["dpkg-query", "--show", "--showformat=${Version} ${db:Status-Status}\n", package], capture_output=True,
                           text=True, check=False).stdout.split("\n")[0].split()
    return re.sub(r"^\d+:|[-+~].*", "", shown[0]) if len(shown) == 2 and shown[1] == "installed" else ""


if __name__ == "__main__":
    sys.exit(main())
