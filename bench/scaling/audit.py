"""One run of `jobaudit audit` on the client's core, and what it cost."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bodies import job_ids
from scaling.setting import Setting

_LIMIT_SECONDS = 600


@dataclass(frozen=True)
class AuditCost:
    requests: int
    retries: int
    connections: int
    elapsed_s: float  # of the batch, as the program's summary says
    cpu_s: float
    rss_mb: float

    @property
    def cpu_us(self) -> float:
        """Processor time of the client a request, start-up among it."""
        return self.cpu_s / self.requests * 1e6


def audit(setting: Setting, url: str, ca_file: Path, jobs: int, *options: str, cores: str | None = None) -> AuditCost:
    """Audits so many jobs, each of which must end well. `cores`: others than the client's, as taskset takes them."""
    folder = setting.folder("audit")
    ids = folder / f"{jobs}.txt"
    if not ids.exists():
        ids.write_text("\n".join(job_ids(jobs)) + "\n")
    output, cost, summary = folder / "out.ndjson", folder / "cost.json", folder / "summary.json"
    command = [setting.process_cost, cost, str(setting.client_core), str(_LIMIT_SECONDS)]
    if cores:
        command += ["taskset", "-c", cores]
    command += [setting.program, "audit", "--url", url, "--ca-file", ca_file, "--jobs", ids, "-o", output,
                "--summary-json", summary, "--progress", "never", *options]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_LIMIT_SECONDS + 60,
                              env={**os.environ, "UNSTRUCTURED_API_KEY": "any"})
        if done.returncode:
            raise RuntimeError(f"the audit ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    finally:
        for left in folder.glob("out.ndjson*"):
            left.unlink()
    used, told = json.loads(cost.read_text()), json.loads(summary.read_text())
    if told["outcomes"] != {"ok": jobs}:
        raise RuntimeError(f"not every job ended well: {told['outcomes']}")
    return AuditCost(told["requests"], told["retries"], told["connections"], told["elapsed_s"],
                     used["user_s"] + used["system_s"], used["rss_kb"] / 1024)
