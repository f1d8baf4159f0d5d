"""What one request takes in figures without noise: the same that tests/work holds against its baseline."""

import os
import subprocess

from scaling.figure import Section
from scaling.setting import Setting

_GOALS = {"small_system_calls": 2.2, "small_allocations": 2.0}


def measure(setting: Setting) -> Section:
    section = Section(
        "Work of a request",
        "valgrind and strace; instructions of the program, Boost.JSON and libstdc++ alone; allocations without "
        "those inside OpenSSL, which have a row of their own.",
    )
    done = subprocess.run([setting.work_test, "--", "--print"], capture_output=True, text=True, timeout=600,
                          env={**os.environ, "JOBAUDIT_PROGRAM": str(setting.program)})
    for line in done.stdout.splitlines():
        name, _, value = line.partition(" ")
        if name.startswith(("small_", "medium_")):
            goal = {"at_most": _GOALS[name]} if name in _GOALS else {}
            section.add(name.replace("_", " "), float(value), "a request", **goal)
    if not section.figures:
        raise RuntimeError(f"work_test gave no figures: {done.stdout} {done.stderr}")
    return section
