"""Answers that take 0 to 200 ms: 64 connections should be busy all the time."""

from scaling.audit import AuditCost, audit
from scaling.emulator import Emulator
from scaling.figure import Section
from scaling.setting import Setting

_CONNECTIONS = 64
_GOAL = 1.03


def measure(setting: Setting) -> Section:
    section = Section(
        "Latency",
        "emulator, 64 connections. The optimum is requests × nominal latency / 64, as the goal has it: "
        "connecting, the server's own time and the last answers count against the client.",
    )
    seconds = 8 if setting.quick else 20
    for milliseconds in (0, 10, 50, 200):
        jobs = 20_000 if milliseconds == 0 else _CONNECTIONS * seconds * 1000 // milliseconds
        with Emulator(setting, *(["--latency", f"{milliseconds}ms"] if milliseconds else [])) as server:
            cost = audit(setting, server.url, server.ca_file, jobs)
            if milliseconds == 0:
                section.add("0 ms, rate", cost.requests / cost.elapsed_s, "requests/s")
                continue
            alone = _answer_time_ms(setting, server, milliseconds)
        goal = {"at_most": _GOAL} if milliseconds == 50 else {}
        section.add(f"{milliseconds} ms, makespan", _makespan(cost, milliseconds), "× optimum", **goal)
        section.add(f"{milliseconds} ms, as one connection sees it", alone, "ms")
    return section


def _makespan(cost: AuditCost, milliseconds: float) -> float:
    return cost.elapsed_s / (cost.requests * milliseconds / 1000 / _CONNECTIONS)


def _answer_time_ms(setting: Setting, server: Emulator, milliseconds: int) -> float:
    """What the nominal latency is in truth, from two runs, so that connecting cancels."""
    few, many = 5, 5 + 1000 // milliseconds
    times = [audit(setting, server.url, server.ca_file, jobs, "--concurrency", "1").elapsed_s for jobs in (few, many)]
    return (times[1] - times[0]) / (many - few) * 1000
