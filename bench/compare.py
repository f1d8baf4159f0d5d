"""Runs every client side by side against one nginx, and writes what they cost; bench/run builds what this needs."""

import argparse
import json
import re
import signal
import sys
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path

import chart
import goals
import machine
import report
from bodies import BODIES
from body_kinds import KIND_NAMES, drawn_seed, kinds
from figures import Measurement, cheapest, ratio, summary
from measure import Meter
from peer_builds import PeerBuilds, Unavailable
from peers import AnyBody, H2load, Load, Peer, RunFailed, all_peers
from server import NginxServer

_REPOSITORY = Path(__file__).resolve().parent.parent
_ROUNDS, _WINDOW_S = 15, 0.6
_QUICK_ROUNDS, _QUICK_WINDOW_S = 3, 0.3
_LIBCURL = ("libcurl-h1", "libcurl-h2")
_SIMDJSON = ("libcurl-simdjson", "floor-simdjson")
# Each run is one; a line for each of its numbers would be most of the file.
_LIST_OF_NUMBERS = re.compile(r"\[\s[-+.\de,\s]*\]")


def in_a_round(peers: list[Peer]) -> list[Peer]:
    """First ours and those that their goals are ratios to: the machine's moods outlast a few runs, not a round."""
    compared = [peer for peer in peers if peer.ours or peer.name in ("wrk", "floor", *_LIBCURL, *_SIMDJSON)]
    return compared + [peer for peer in peers if peer not in compared]


class Comparison:
    def __init__(self, peers: list[Peer], meter: Meter, loads: list[Load], rounds: int, counted: int):
        self._peers = peers
        self._meter = meter
        self._loads = loads
        self._rounds = rounds
        self._counted = counted
        keys = [(peer.name, load.body.name) for peer in peers for load in loads]
        self._measured: dict[tuple[str, str], list[Measurement]] = {key: [] for key in keys}
        self._extra: dict[tuple[str, str], dict] = {key: {} for key in keys}

    def run(self) -> None:
        """All clients in each round, one after the other; every second round in the opposite order."""
        if not self._loads:
            return
        peers = in_a_round(self._peers)
        for number in range(self._rounds):
            started = time.monotonic()
            for load in self._loads:
                for peer in peers if number % 2 == 0 else reversed(peers):
                    self._measure(peer, load)
                _say(f"   {load.body.name}: {time.monotonic() - started:.0f} s")
            _say(f"round {number + 1} of {self._rounds}: {time.monotonic() - started:.0f} s")
        if not self._counted:
            return
        started = time.monotonic()
        for load in self._loads[:self._counted]:
            for peer in self._peers:
                self._count(peer, load)
        _say(f"system calls and allocations: {time.monotonic() - started:.0f} s")

    def cells(self, peer: Peer) -> dict[str, dict]:
        return {load.body.name: self._cell(peer, load.body.name) for load in self._loads}

    def _measure(self, peer: Peer, load: Load) -> None:
        key = peer.name, load.body.name
        if "failure" in self._extra[key]:
            return
        try:
            self._measured[key].append(self._meter.measurement(peer, load))
        except ValueError as noise:
            _say(f"{peer.label}, {load.body.name}: a turn without a figure: {noise}")
        except RunFailed as failure:
            _say(f"{peer.label}, {load.body.name}: {failure}")
            self._extra[key]["failure"] = str(failure)

    def _count(self, peer: Peer, load: Load) -> None:
        extra = self._extra[peer.name, load.body.name]
        if "failure" in extra:
            return
        try:
            extra["syscalls"] = self._meter.syscalls(peer, load)
            if peer.counts_allocations:
                extra["allocations"] = self._meter.allocations(peer, load)
            if isinstance(peer, H2load):
                extra["p50_ms"], extra["p99_ms"] = self._meter.logged_latencies(peer, load)
        except (RunFailed, OSError, ValueError) as failure:
            _say(f"{peer.label}, {load.body.name}: not counted: {failure}")

    def _cell(self, peer: Peer, body: str) -> dict:
        measured = self._sound(peer.name, body)
        extra = self._extra[peer.name, body]
        if not measured:
            return dict(extra)
        libcurl = cheapest({name: self._sound(name, body) for name in _LIBCURL})
        references = {"to_wrk": "wrk", "to_libcurl": libcurl, "to_floor": "floor", "to_libcurl_simdjson": "libcurl-simdjson",
                      "to_program_null": "program-null"}
        ratios = {name: ratio(measured, self._sound(other, body)) for name, other in references.items()
                  if other and self._sound(other, body)}
        return {**summary(measured), **ratios, **extra}

    def _sound(self, peer: str, body: str) -> list[Measurement]:
        if "failure" in self._extra.get((peer, body), {}):
            return []
        return self._measured.get((peer, body), [])


def main() -> int:
    given = _arguments()
    # So that being told to end also ends the server and removes the scratch folder.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    cores = machine.cores()
    if len(cores) < 2:
        print("bench/run needs two cores: one for the server, one for the client", file=sys.stderr)
        return 2
    rounds = given.rounds or (_QUICK_ROUNDS if given.quick else _ROUNDS)
    window = given.window or (_QUICK_WINDOW_S if given.quick else _WINDOW_S)

    builds = PeerBuilds(given.build.resolve())
    _say("== building the peers")
    wanted = _wanted(given)
    unavailable = _prepare(wanted, builds)
    available = [peer for peer in wanted if peer.name not in unavailable]
    sizes = BODIES if not given.kinds_alone and any(peer.sizes for peer in wanted) else ()
    forms = kinds(given.kinds, given.seed) if any(peer.kinds for peer in wanted) else ()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="jobaudit-bench-") as scratch:
        folder = Path(scratch)
        meter = Meter(builds.cpp("process_cost")[0], builds.shared_object("allocation_counter"), folder, cores[1], window)
        with NginxServer(folder, cores[0], (*sizes, *forms)) as server:
            _say(f"== comparing on core {cores[1]}, with nginx on core {cores[0]}; --seed {given.seed}")
            # Under strace, what is slow takes minutes; the goals ask for the small body alone.
            of_sizes = Comparison([peer for peer in available if peer.sizes], meter, _loads(sizes, server, folder), rounds,
                                  counted=1 if given.quick else len(sizes))
            of_kinds = Comparison([peer for peer in available if peer.kinds], meter, _loads(forms, server, folder), rounds,
                                  counted=0)
            for comparison in (of_sizes, of_kinds):
                comparison.run()
    _say(f"compared in {time.monotonic() - started:.0f} s")

    rows = [_row(peer, unavailable, of_sizes) for peer in wanted if sizes and peer.sizes]
    kind_rows = [_row(peer, unavailable, of_kinds) for peer in wanted if peer.kinds]
    results = {
        **_setting(given, rounds, window),
        "bodies": [_described(body) for body in sizes],
        "rows": rows,
        "kinds": {"seed": given.seed, "bodies": [_described(body) for body in forms], "rows": kind_rows} if forms else None,
        "goals": (goals.checked(rows) if sizes else []) +
                 (goals.checked(kind_rows, goals.of_kinds(given.kinds)) if forms else []),
    }
    written = _write(results, given.output, "kinds" if given.kinds_alone else "latest")
    print(report.terminal(results))
    print(f"\nWritten: {', '.join(map(str, written))}")
    failed = {row["label"] for row in (*rows, *kind_rows)
              if row["ours"] and any("failure" in cell for cell in row["bodies"].values())}
    if failed:
        print(f"failed: {', '.join(sorted(failed))}", file=sys.stderr)
    return 1 if failed else 0


def _setting(given: argparse.Namespace, rounds: int, window: float) -> dict:
    return {"command": _command(given), "date": datetime.now(timezone.utc).strftime("%Y-%m-%d"), "rounds": rounds,
            "window_s": window, "machine": machine.machine(), "versions": machine.versions(_REPOSITORY)}


def _wanted(given: argparse.Namespace) -> list[Peer]:
    return [peer for peer in all_peers()
            if (not given.only or peer.name in given.only) and (peer.kinds or not given.kinds_alone)]


def _loads(bodies: tuple[AnyBody, ...], server: NginxServer, folder: Path) -> list[Load]:
    return [Load(server.url(body.name), server.ca_file, body, folder) for body in bodies]


def _row(peer: Peer, unavailable: dict[str, str], comparison: Comparison) -> dict:
    return {"name": peer.name, "label": peer.label, "parses": peer.parses, "ours": peer.ours,
            "unavailable": unavailable.get(peer.name),
            "bodies": {} if peer.name in unavailable else comparison.cells(peer)}


def _described(body: AnyBody) -> dict:
    return {"name": body.name, "size": body.size, "records": body.records}


def _command(given: argparse.Namespace) -> str:
    """With which the same bodies are measured again; the seed stands beside it in the results."""
    named = () if set(given.kinds) == set(KIND_NAMES) else given.kinds
    return " ".join(["bench/run", *(["--kinds", *named] if given.kinds_alone else []), *(["--quick"] if given.quick else [])])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/run", description="Compares jobaudit with other clients.")
    parser.add_argument("--quick", action="store_true",
                        help=f"{_QUICK_ROUNDS} rounds and shorter ones, within 10 minutes")
    parser.add_argument("--kinds", nargs="*", metavar="KIND", choices=KIND_NAMES,
                        help="only the forms in which a body can come, all or the named ones of: " + ", ".join(KIND_NAMES))
    parser.add_argument("--seed", type=int, help="from which the mixture is drawn (otherwise drawn anew, and printed)")
    parser.add_argument("--rounds", type=int, help=f"how many (otherwise {_ROUNDS})")
    parser.add_argument("--window", type=float, metavar="SECONDS",
                        help=f"about so much CPU of a client in each measurement (otherwise {_WINDOW_S:g})")
    parser.add_argument("--only", nargs="+", metavar="ROW", choices=[peer.name for peer in all_peers()],
                        help="these rows alone; ratios need wrk, libcurl-h1, libcurl-h2, floor and, for forms, "
                             "libcurl-simdjson and program-null among them")
    parser.add_argument("--output", type=Path, default=_REPOSITORY / "bench" / "results", help="folder of the results")
    parser.add_argument("--build", type=Path, default=_REPOSITORY / "build" / "bench", help="build folder")
    given = parser.parse_args()
    given.kinds_alone = given.kinds is not None
    given.kinds = tuple(given.kinds or KIND_NAMES)
    given.seed = drawn_seed() if given.seed is None else given.seed
    if not _wanted(given):
        parser.error("none of the rows that --only names is measured with --kinds")
    return given


def _prepare(peers: list[Peer], builds: PeerBuilds) -> dict[str, str]:
    """Builds all; says of those that cannot be had why."""
    reasons = {}
    for peer in peers:
        try:
            peer.prepare(builds)
        except Unavailable as reason:
            _say(f"   no row for {peer.label}: {reason}")
            reasons[peer.name] = str(reason)
    return reasons


def _write(results: dict, folder: Path, name: str) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    numbers = json.dumps(results, indent=1, ensure_ascii=False)
    texts = {"json": _LIST_OF_NUMBERS.sub(lambda found: " ".join(found[0].split()), numbers) + "\n",
             "md": report.markdown(results)}
    if results["bodies"]:
        texts["svg"] = chart.svg(results)
    for ending, text in texts.items():
        (folder / f"{name}.{ending}").write_text(text)
    return [folder / f"{name}.{ending}" for ending in texts]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
