"""Runs a client on its core and measures what it costs: CPU, memory, system calls, allocations."""

import json
import math
import os
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from figures import Measurement, Sample
from peers import CONNECTIONS, AnyBody, H2load, Load, Peer, RunFailed

# Part of the requests with which a client warms up; both runs of a measurement make them.
_WARM_UP = 8
# The longer run makes at least so many more, however slow a client is.
_LEAST_REQUESTS = 4 * CONNECTIONS
_TIMEOUT_S = 120


@dataclass(frozen=True)
class Meter:
    process_cost: str
    allocation_counter: str
    folder: Path
    core: int
    window_s: float

    def measurement(self, peer: Peer, load: Load) -> Measurement:
        """Of two runs, the longer of which has about `window_s` more of CPU."""
        short, long = self._amounts(peer, load.body)
        return Measurement(self._run(peer, load, short), self._run(peer, load, long))

    def syscalls(self, peer: Peer, load: Load) -> float:
        """A request, by strace, in runs of their own."""
        count = self.folder / "strace.txt"
        trace = ["strace", "--follow-forks", "--summary-only", f"--output={count}"]

        def counted() -> int:
            total = re.search(r"^\s*100\.00\s+[\d.]+\s+(?:\d+\s+)?(\d+)\s+(?:\d+\s+)?total$", count.read_text(), re.M)
            if not total:
                raise RunFailed("strace wrote no total")
            return int(total[1])

        return self._difference(peer, load, trace, counted)

    def allocations(self, peer: Peer, load: Load) -> float:
        """A request, by a preloaded counter, in runs of their own."""
        count = self.folder / "allocations.txt"
        preload = ["env", f"LD_PRELOAD={self.allocation_counter}", f"ALLOCATION_COUNT={count}"]
        return self._difference(peer, load, preload, lambda: int(count.read_text()))

    def logged_latencies(self, peer: H2load, load: Load) -> tuple[float, float]:
        """Milliseconds: median and 99th percentile, from a run of its own."""
        log = self.folder / "h2load.log"
        log.unlink(missing_ok=True)
        amount = self._amounts(peer, load.body)[1]
        self._execute(peer, peer.logged_command(load, amount, log))
        # A line: start in µs since the epoch, status, µs to the end.
        taken = sorted(int(line.split("\t")[2]) for line in log.read_text().splitlines())
        return taken[(len(taken) - 1) * 50 // 100] / 1e3, taken[(len(taken) - 1) * 99 // 100] / 1e3

    def _amounts(self, peer: Peer, body: AnyBody) -> tuple[int, int]:
        if peer.timed:
            # Whole seconds, and more than others have, as each ratio stands on it.
            return 1, 1 + max(1, math.ceil(2 * self.window_s))
        wanted = round(self.window_s * 1e6 / peer.expected_request_us(body))
        short = max(2 * peer.in_flight(body), wanted // _WARM_UP)
        return short, short + max(_LEAST_REQUESTS, min(wanted, peer.most_requests(body) - short))

    def _run(self, peer: Peer, load: Load, amount: int) -> Sample:
        sample, output = self._execute(peer, peer.command(load, amount))
        said = peer.read(output, load, amount)
        return replace(sample, requests=said.requests, p50_ms=said.p50_ms, p99_ms=said.p99_ms)

    def _difference(self, peer: Peer, load: Load, prefix: list[str], counted: Callable[[], int]) -> float:
        """What `counted` says more a request of a run that is longer; both are long enough to warm up."""
        short = 1 if peer.timed else 2 * peer.in_flight(load.body)
        long = 2 if peer.timed else short + 6 * CONNECTIONS
        counts = []
        for amount in (short, long):
            _, output = self._execute(peer, [*prefix, *peer.command(load, amount)])
            counts.append((peer.read(output, load, amount).requests, counted()))
        return (counts[1][1] - counts[0][1]) / (counts[1][0] - counts[0][0])

    def _execute(self, peer: Peer, command: list[str]) -> tuple[Sample, str]:
        cost = self.folder / "cost.json"
        done = subprocess.run(
            [self.process_cost, str(cost), str(self.core), str(_TIMEOUT_S), *command],
            env={**os.environ, **peer.environment}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=_TIMEOUT_S + 30, check=False)
        if done.returncode:
            lines = done.stderr.strip().splitlines() or ["no message"]
            raise RunFailed(f"exit {done.returncode}: {lines[-1][:200]}")
        used = json.loads(cost.read_text())
        return Sample(requests=0, wall_s=used["wall_s"], user_s=used["user_s"], system_s=used["system_s"],
                      rss_mb=used["rss_kb"] / 1024), done.stdout
