"""The goals of the program as it is shipped that a comparison can check."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """`figure` of `row`, for `body`, at most `limit`."""

    text: str
    row: str
    body: str
    figure: str
    limit: float


def _each_body(text: str, figure: str, limits: tuple[float, float, float], row: str = "program") -> list[Goal]:
    bodies = ("small", "medium", "large")
    return [Goal(f"{text}, {body}", row, body, figure, limit) for body, limit in zip(bodies, limits)]


GOALS = [
    *_each_body("CPU a request ÷ wrk's", "to_wrk", (1.1, 1.15, 1.3)),
    *_each_body("CPU a request ÷ the best libcurl row's", "to_libcurl", (0.45, 0.6, 0.85)),
    *_each_body("CPU a request ÷ the floor's", "to_floor", (1.25, 1.25, 1.25)),
    Goal("with --pipeline 8, CPU a request ÷ wrk's, small", "program-pipelined", "small", "to_wrk", 0.75),
    Goal("allocations a request, small", "program", "small", "allocations", 2),
    Goal("system calls a request, small", "program", "small", "syscalls", 2.2),
    *_each_body("RSS with 64 connections in MB", "rss_mb", (20, 20, 20)),
]


# CPU a request of the program writing to /dev/null, ÷ wrk's; and of the library's records, ÷ the former.
_KINDS_TO_WRK = {"plain": 1.25, "quoted": 1.35, "tracebacks": 1.5, "utf8": 1.5, "escaped": 2.0, "unknown": 1.5, "blank": 1.35,
                 "indented": 1.5, "reversed": 1.35, "mixture": 1.5}
_KINDS_TO_LIBCURL_SIMDJSON = 0.65
_RECORDS_TO_LINES = {"plain": 1.15, "tracebacks": 1.3, "escaped": 1.6, "blank": 1.15, "reversed": 1.15}


def of_kinds(names: tuple[str, ...]) -> list[Goal]:
    """The goals for these kinds of bodies."""
    goals = []
    for kind in (kind for kind in _KINDS_TO_WRK if kind in names):
        goals += [Goal(f"to /dev/null, CPU a request ÷ wrk's, {kind}", "program-null", kind, "to_wrk", _KINDS_TO_WRK[kind]),
                  Goal(f"to /dev/null, CPU a request ÷ that of libcurl with simdjson, {kind}", "program-null", kind,
                       "to_libcurl_simdjson", _KINDS_TO_LIBCURL_SIMDJSON)]
    goals += [Goal(f"the library's records, CPU a request ÷ the program's to /dev/null, {kind}", "library", kind,
                   "to_program_null", limit) for kind, limit in _RECORDS_TO_LINES.items() if kind in names]
    return goals


def checked(rows: list[dict], wanted: Sequence[Goal] = GOALS) -> list[dict]:
    """Each goal with what was measured, and `ok`, `MISSED` or `not measured`."""
    bodies = {row["name"]: row["bodies"] for row in rows}
    results = []
    for goal in wanted:
        measured = bodies.get(goal.row, {}).get(goal.body, {}).get(goal.figure)
        if measured is None:
            verdict = "not measured"
        else:
            verdict = "ok" if measured <= goal.limit else "MISSED"
        results.append({"goal": goal.text, "limit": goal.limit, "measured": measured, "verdict": verdict})
    return results
