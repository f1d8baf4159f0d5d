"""Parts that do no I/O, alone: the scheduler, the readers, the writer of lines."""

import json
import subprocess

from scaling.figure import Section
from scaling.setting import Setting

_DECISIONS_GOAL = 5.0


def measure(setting: Setting) -> Section:
    section = Section(
        "Parts alone",
        "Google Benchmark, in processor time. A decision is next, may_send and finished of one job; its argument "
        "is what is in flight, or what waits. The readers' arguments are records in a body.",
    )
    shortest = "0.1" if setting.quick else "1"
    done = subprocess.run(["taskset", "-c", str(setting.client_core), setting.micro_bench, "--benchmark_format=json",
                           f"--benchmark_min_time={shortest}"], capture_output=True, text=True, timeout=600, check=True)
    for run in json.loads(done.stdout)["benchmarks"]:
        if run.get("error_occurred"):
            raise RuntimeError(f"{run['name']}: {run['error_message']}")
        name = run["name"].split("/iterations")[0]
        if "items_per_second" in run:
            section.add(name, run["items_per_second"] / 1e6, "M/s", at_least=_DECISIONS_GOAL)
        else:
            section.add(name, run["bytes_per_second"] / 1e6, "MB/s")
    return section
