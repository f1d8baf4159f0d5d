"""Every tenth answer fails at random, and is asked for again."""

import random

from scaling.audit import audit
from scaling.emulator import Emulator
from scaling.figure import Section
from scaling.setting import Setting

_CONNECTIONS = 64
_LATENCY_S = 0.05
_SHARE = 0.1
# One job of 100,000 fails five times in a row, which would end the audit with 1.
_ATTEMPTS = 10
_GOAL = 1.15
# The first retry comes at random within this time (--help: it is no option of the program).
_BACKOFF_S = 0.25


def measure(setting: Setting) -> Section:
    section = Section("Faults", "emulator, 64 connections, 50 ms, 10 % of the answers chosen at random. The optimum is "
                      "attempts × 50 ms / 64; one backoff (250 ms) is taken off the makespan.")
    jobs = _CONNECTIONS * 20 * (6 if setting.quick else 20)
    for name, failures, goal in (
        ("500, 502, 503", [500, 502, 503], {"at_most": _GOAL}),
        ("connection reset in the body", ["reset_in_body"], {}),
    ):
        with Emulator(setting, "--latency", "50ms", script=_script(jobs, failures)) as server:
            cost = audit(setting, server.url, server.ca_file, jobs, "--attempts", str(_ATTEMPTS))
        optimum = cost.requests * _LATENCY_S / _CONNECTIONS
        section.add(f"{name}: makespan", (cost.elapsed_s - _BACKOFF_S) / optimum, "× optimum", **goal)
        section.add(f"{name}: retries", 100 * cost.retries / cost.requests, "% of requests")
        section.add(f"{name}: CPU", cost.cpu_us, "µs/request")
    return section


def _script(jobs: int, failures: list) -> dict:
    """Which answers fail is fixed by a seed: the order of arrival is not."""
    choose = random.Random(1)
    steps = {}
    for arrival in range(1, 2 * jobs):
        if choose.random() < _SHARE:
            failure = choose.choice(failures)
            steps[str(arrival)] = {"status": failure} if isinstance(failure, int) else {"fault": failure}
    return {"sequence": steps}
