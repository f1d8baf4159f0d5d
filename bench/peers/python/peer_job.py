"""What each Python peer is told on its command line, and what it says at the end."""

import argparse
import json
import ssl
import time
from dataclasses import dataclass
from pathlib import Path

HEADERS = {"unstructured-api-key": "bench-key-0123456789", "accept": "application/json"}


@dataclass(slots=True)
class FailedFile:
    document: str
    error: str


class PeerJob:
    def __init__(self) -> None:
        parser = argparse.ArgumentParser()
        for name in ("url", "ca", "jobs"):
            parser.add_argument(f"--{name}", required=True)
        for name in ("connections", "records"):
            parser.add_argument(f"--{name}", required=True, type=int)
        given = parser.parse_args()
        self.connections: int = given.connections
        self.tls = ssl.create_default_context(cafile=given.ca)
        self.tls.minimum_version = ssl.TLSVersion.TLSv1_3
        self._url = given.url
        self._expected = given.records
        self._ids = iter(Path(given.jobs).read_text().split())
        self._records = 0
        self._bytes = 0
        self._latencies: list[float] = []
        self._start = time.perf_counter()

    def urls(self):
        """The URLs of all jobs; workers that iterate share them out."""
        for job in self._ids:
            yield f"{self._url}/api/v1/jobs/{job}/failed-files"

    def take(self, status: int, body: bytes, started: float) -> None:
        files = [FailedFile(**entry) for entry in json.loads(body)["failed_files"]]
        if status != 200 or len(files) != self._expected:
            raise RuntimeError(f"status {status} with {len(files)} records")
        self._records += len(files)
        self._bytes += len(body)
        self._latencies.append(time.perf_counter() - started)

    def report(self) -> None:
        elapsed = time.perf_counter() - self._start
        ordered = sorted(self._latencies)
        print(json.dumps({
            "requests": len(ordered),
            "records": self._records,
            "bytes": self._bytes,
            "elapsed_s": elapsed,
            "p50_ms": ordered[(len(ordered) - 1) * 50 // 100] * 1e3,
            "p99_ms": ordered[(len(ordered) - 1) * 99 // 100] * 1e3,
        }))
