"""The clients that are compared: how each is called, and what it says."""

import json
import math
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from bodies import BODIES, Body, job_ids
from body_kinds import KindBody
from peer_builds import PeerBuilds, Unavailable
from program_output import check_output

KEY = "bench-key-0123456789"
AnyBody = Body | KindBody
CONNECTIONS = 64
STREAMS = 32
# As the program has it.
_MOST_AWAITED = 512 * 1024
# A virtual machine holds some hundred MB of free memory at hand; each page beyond, its host has to give first, at several times
# the cost of writing it.
_MOST_WRITTEN = 384 * 1024 * 1024


class RunFailed(Exception):
    """A client did not do what it was told to."""


@dataclass(frozen=True)
class Load:
    """One server's answer for any job, and a folder to work in."""

    url: str
    ca_file: Path
    body: AnyBody
    folder: Path

    def jobs_file(self, count: int) -> Path:
        path = self.folder / f"jobs-{count}.txt"
        if not path.exists():
            path.write_text("\n".join(job_ids(count)) + "\n")
        return path

    @property
    def one_job(self) -> str:
        return f"{self.url}/api/v1/jobs/{job_ids(1)[0]}/failed-files"


@dataclass(frozen=True)
class Said:
    """What a client itself says about a run."""

    requests: int
    p50_ms: float | None = None
    p99_ms: float | None = None


@dataclass
class Peer:
    """A client of the comparison.

    `expected_us` are the CPU µs that a request of each of BODIES is expected to take, from which follows how many are made.
    An amount is a number of requests, or of seconds where `timed`. `sizes` and `kinds` say which bodies it is asked to fetch:
    those of bodies.py, those of body_kinds.py.
    """

    name: str
    label: str
    expected_us: tuple[float, float, float]
    parses: bool = True
    ours: bool = False
    timed: bool = False
    counts_allocations: bool = True
    pipeline: int = 1
    sizes: bool = True
    kinds: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    start: list[str] = field(default_factory=list)

    def in_flight(self, body: AnyBody) -> int:
        """At most: a pipeline asks ahead for so many bytes on a connection."""
        return CONNECTIONS * min(self.pipeline, max(1, _MOST_AWAITED // body.size))

    def expected_request_us(self, body: AnyBody) -> float:
        """Of a kind: as the largest of BODIES takes for as many bytes."""
        if body in BODIES:
            return self.expected_us[BODIES.index(body)]
        return self.expected_us[-1] * body.size / BODIES[-1].size

    def most_requests(self, body: AnyBody) -> float:
        """Of one run."""
        del body
        return math.inf

    def prepare(self, builds: PeerBuilds) -> None:
        """Builds it, or raises Unavailable."""
        raise NotImplementedError

    def command(self, load: Load, amount: int) -> list[str]:
        raise NotImplementedError

    def read(self, output: str, load: Load, amount: int) -> Said:
        raise NotImplementedError


@dataclass
class WrittenPeer(Peer):
    """One of the programs of bench/peers."""

    builder: tuple[str, ...] = ()
    connections: int = CONNECTIONS
    extra: tuple[str, ...] = ()

    def prepare(self, builds: PeerBuilds) -> None:
        self.start = getattr(builds, self.builder[0])(*self.builder[1:])

    def command(self, load: Load, amount: int) -> list[str]:
        return [*self.start, "--url", load.url, "--ca", str(load.ca_file), "--connections", str(self.connections),
                "--jobs", str(load.jobs_file(amount)), "--records", str(load.body.records), *self.extra]

    def read(self, output: str, load: Load, amount: int) -> Said:
        said = json.loads(output)
        if said["requests"] != amount or said["records"] != amount * load.body.records:
            raise RunFailed(f"{said['requests']} requests with {said['records']} records")
        return Said(amount, said["p50_ms"], said["p99_ms"])


@dataclass
class Wrk(Peer):
    def prepare(self, builds: PeerBuilds) -> None:
        self.start = builds.installed("wrk")

    def command(self, load: Load, amount: int) -> list[str]:
        return [*self.start, "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{amount}s",
                "--latency", "--header", f"unstructured-api-key: {KEY}", load.one_job]

    def read(self, output: str, load: Load, amount: int) -> Said:
        return read_wrk(output)


@dataclass
class H2load(Peer):
    protocol: tuple[str, ...] = ()

    def prepare(self, builds: PeerBuilds) -> None:
        self.start = builds.installed("h2load")

    def command(self, load: Load, amount: int) -> list[str]:
        return [*self.start, *self.protocol, "--threads=1", f"--requests={amount}",
                f"--header=unstructured-api-key: {KEY}", load.one_job]

    def logged_command(self, load: Load, amount: int, log: Path) -> list[str]:
        """It says nothing of percentiles; they come from a run of their own that logs each request."""
        return [*self.command(load, amount)[:-1], f"--log-file={log}", load.one_job]

    def read(self, output: str, load: Load, amount: int) -> Said:
        return read_h2load(output, amount)


@dataclass
class Program(Peer):
    """jobaudit as it is shipped, writing NDJSON, which is checked after each run."""

    options: tuple[str, ...] = ()

    def most_requests(self, body: AnyBody) -> float:
        return _MOST_WRITTEN // body.size

    def prepare(self, builds: PeerBuilds) -> None:
        self.start = builds.program()
        if self.options and not offers(self.start[0], self.options[0]):
            raise Unavailable(f"not offered: this jobaudit has no {self.options[0]}")
        self.environment = {"UNSTRUCTURED_API_KEY": KEY}

    def command(self, load: Load, amount: int) -> list[str]:
        output = self._output(load)
        if output.is_file():
            output.unlink()
        return [*self.start, "audit", "--url", load.url, "--ca-file", str(load.ca_file),
                "--jobs", str(load.jobs_file(amount)), "-o", str(output), "--concurrency", str(CONNECTIONS),
                "--progress", "never", *self.options]

    def read(self, output: str, load: Load, amount: int) -> Said:
        written = self._output(load)
        try:
            p50, p99 = check_output(written, job_ids(amount), load.body)
        except ValueError as wrong:
            raise RunFailed(f"the output is wrong: {wrong}") from None
        finally:
            written.unlink(missing_ok=True)
        return Said(amount, p50, p99)

    def _output(self, load: Load) -> Path:
        return load.folder / "results.ndjson"


@dataclass
class ProgramToNull(Program):
    """The same with its lines going to /dev/null; what they held is checked by the summary. Long ones still wait in temporary files."""

    def most_requests(self, body: AnyBody) -> float:
        return Peer.most_requests(self, body)

    def command(self, load: Load, amount: int) -> list[str]:
        self._summary(load).unlink(missing_ok=True)
        return [*super().command(load, amount), "--summary-json", str(self._summary(load))]

    def read(self, output: str, load: Load, amount: int) -> Said:
        return read_summary(self._summary(load).read_text(), load.body, amount)

    def _output(self, load: Load) -> Path:
        return Path("/dev/null")

    def _summary(self, load: Load) -> Path:
        return load.folder / "summary.json"


def offers(program: str, option: str) -> bool:
    text = subprocess.run([program, "audit", "--help"], capture_output=True, text=True, timeout=60, check=False).stdout
    return option in text


def read_summary(text: str, body: AnyBody, amount: int) -> Said:
    """What the program says of a run: each job must be ok, with all its failed files. It says nothing of percentiles."""
    said = json.loads(text)
    if said["jobs"] != amount or said["outcomes"] != {"ok": amount} or said["failed_files"] != amount * body.records:
        raise RunFailed(f"of {amount} jobs it says {said['outcomes']}, with {said['failed_files']} failed files")
    return Said(amount)


def read_wrk(output: str) -> Said:
    requests = re.search(r"(\d+) requests in ", output)
    if not requests or re.search(r"Socket errors|Non-2xx", output):
        raise RunFailed("wrk had failures: " + " ".join(output.split())[-200:])

    def percentile(percent: int) -> float | None:
        found = re.search(rf"{percent}%\s+([\d.]+)(us|ms|s)\b", output)
        return float(found[1]) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[found[2]] if found else None

    return Said(int(requests[1]), percentile(50), percentile(99))


def read_h2load(output: str, amount: int) -> Said:
    done = re.search(r"status codes: (\d+) 2xx", output)
    if not done or int(done[1]) != amount:
        raise RunFailed("h2load had failures: " + " ".join(output.split())[-200:])
    return Said(amount)


def all_peers() -> list[Peer]:
    return [
        Wrk("wrk", "wrk", (13, 21, 590), parses=False, timed=True, kinds=True),
        # h2load is linked with jemalloc, which the counter cannot stand in for.
        H2load("h2load-h1", "h2load --h1", (16, 24, 650), parses=False, counts_allocations=False,
               protocol=("--h1", f"--clients={CONNECTIONS}")),
        H2load("h2load-h2", f"h2load h2, 2 × {STREAMS}", (11, 17, 700), parses=False, counts_allocations=False,
               protocol=("--clients=2", f"--max-concurrent-streams={STREAMS}")),
        WrittenPeer("libcurl-h1", "libcurl multi, SAX", (36, 46, 930), builder=("cpp", "curl_multi"), kinds=True),
        WrittenPeer("libcurl-h2", f"libcurl multi h2, 2 × {STREAMS}, SAX", (32, 39, 1100),
                    builder=("cpp", "curl_multi"), connections=CONNECTIONS // STREAMS,
                    extra=("--http2", str(STREAMS))),
        WrittenPeer("libcurl-simdjson", "libcurl multi, simdjson", (34, 44, 900), sizes=False, kinds=True,
                    builder=("cpp", "curl_multi_on_demand")),
        WrittenPeer("go", "Go net/http, encoding/json", (34, 250, 7400), counts_allocations=False, builder=("go",)),
        WrittenPeer("reqwest", "Rust reqwest, serde", (25, 62, 2300), builder=("rust",)),
        WrittenPeer("undici", "Node undici, JSON.parse", (45, 100, 3100), counts_allocations=False, builder=("node",)),
        WrittenPeer("aiohttp", "Python aiohttp, json", (255, 322, 3800), builder=("python", "aiohttp"),
                    counts_allocations=False),
        WrittenPeer("httpx", "Python httpx, json", (990, 1070, 6900), builder=("python", "httpx"),
                    counts_allocations=False),
        WrittenPeer("beast", "Boost.Beast, idiomatic", (18, 95, 3500), builder=("cpp", "beast_idiomatic")),
        WrittenPeer("floor", "floor: epoll + OpenSSL, SAX", (10, 21, 720), builder=("cpp", "floor")),
        WrittenPeer("floor-simdjson", "epoll + OpenSSL, simdjson", (10, 21, 650), sizes=False, kinds=True,
                    builder=("cpp", "floor_on_demand")),
        WrittenPeer("library", "jobaudit, the library", (13, 23, 700), ours=True, kinds=True, builder=("cpp", "library")),
        Program("program", "jobaudit audit", (13, 23, 700), ours=True, kinds=True),
        ProgramToNull("program-null", "jobaudit audit -o /dev/null", (13, 23, 620), ours=True, sizes=False, kinds=True),
        Program("program-pipelined", "jobaudit audit --pipeline 8", (9, 20, 700), ours=True,
                options=("--pipeline", "8"), pipeline=8),
    ]
