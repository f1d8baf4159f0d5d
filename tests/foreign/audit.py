"""One audit by the program, and whether every job has its own list."""

import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from answers import Answers
from place import has_ended

_LONGEST = 240  # seconds
_BETWEEN_LOOKS = 0.05


@dataclass
class Audit:
    jobs: int
    right: int
    seconds: float
    exit_code: int
    summary: dict
    said: str
    wrong: list[str] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        return self.exit_code == 0 and self.right == self.jobs and not self.wrong


def audit(program: Path, url: str, certificate: Path, answers: Answers, jobs: int, folder: Path,
          options: tuple[str, ...] = (), in_the_middle: Callable[[], None] = lambda: None) -> Audit:
    """Audits the first `jobs` of the answers; `in_the_middle` is called once a third of them are done."""
    jobs_file, output, summary = folder / "jobs", folder / "output.ndjson", folder / "summary.json"
    for left_over in (output, summary):
        left_over.unlink(missing_ok=True)
    wanted = answers.jobs[:jobs]
    jobs_file.write_text("".join(f"{job}\n" for job in wanted))
    command = [str(program), "audit", "--url", url, "--ca-file", str(certificate), "--jobs", str(jobs_file), "-o", str(output),
               "--progress", "never", "--summary-json", str(summary), "--sync", "never", *options]
    started = time.monotonic()
    with subprocess.Popen(command, env={"UNSTRUCTURED_API_KEY": "the-key"}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True) as process:
        while _lines(output) < jobs // 3 and not has_ended(process, _BETWEEN_LOOKS):
            pass
        in_the_middle()
        try:
            said = process.communicate(timeout=_LONGEST)[1]
        except subprocess.TimeoutExpired:
            process.kill()
            said = process.communicate()[1] + f"\nkilled after {_LONGEST} s"
    seconds = time.monotonic() - started
    result = Audit(jobs, 0, seconds, process.returncode, json.loads(summary.read_text()) if summary.exists() else {}, said)
    _compare(result, wanted, answers, output)
    return result


def _lines(output: Path) -> int:
    return output.read_bytes().count(b"\n") if output.exists() else 0


def _compare(result: Audit, wanted: list[str], answers: Answers, output: Path) -> None:
    left = set(wanted)
    for line in output.read_text().splitlines() if output.exists() else ():
        outcome = json.loads(line)
        job = outcome["job_id"]
        if job not in left:
            result.wrong.append(f"{job}: a second line, or a job that nobody asked for")
        elif outcome["outcome"] != "ok":
            result.wrong.append(f"{job}: {outcome['outcome']}: {outcome.get('message', '')}")
        elif outcome["failed_files"] != answers.right[job]:
            result.wrong.append(f"{job}: ok with another list")
        else:
            result.right += 1
        left.discard(job)
    result.wrong.extend(f"{job}: no line" for job in sorted(left))
