"""Checks what `jobaudit audit` wrote: every job once, each with exactly the records that the server sent."""

import json
import re
from pathlib import Path

from bodies import Body

_START = re.compile(rb'\{"job_id":"([0-9a-f-]{36})","outcome":"(\w+)".*?"elapsed_ms":([\d.]+)')
_RECORDS = b'"failed_files":'


def check_output(path: Path, jobs: list[str], body: Body) -> tuple[float, float]:
    """The median and the 99th percentile of elapsed_ms; raises ValueError when the output is not what it must be."""
    missing = set(jobs)
    elapsed = []
    right_records: bytes | None = None
    with path.open("rb") as lines:
        for line in lines:
            start = _START.match(line)
            if not start or start[2] != b"ok":
                raise ValueError(f"a line that is no success: {line[:200]!r}")
            job = start[1].decode()
            if job not in missing:
                raise ValueError(f"job {job} is not one that was asked for, or is there twice")
            missing.remove(job)
            elapsed.append(float(start[3]))
            # The first line is read; the others need only be the same text.
            records = line[line.index(_RECORDS):]
            if records != right_records:
                if json.loads(line)["failed_files"] != body.failed_files():
                    raise ValueError(f"job {job} has other records than the server sent")
                right_records = records
    if missing:
        raise ValueError(f"{len(missing)} jobs are missing")
    elapsed.sort()
    return elapsed[(len(elapsed) - 1) * 50 // 100], elapsed[(len(elapsed) - 1) * 99 // 100]
