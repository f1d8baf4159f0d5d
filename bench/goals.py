"""The goals of the program as it is shipped that a comparison can check."""

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


def checked(rows: list[dict]) -> list[dict]:
    """Each goal with what was measured, and `ok`, `MISSED` or `not measured`."""
    bodies = {row["name"]: row["bodies"] for row in rows}
    results = []
    for goal in GOALS:
        measured = bodies.get(goal.row, {}).get(goal.body, {}).get(goal.figure)
        if measured is None:
            verdict = "not measured"
        else:
            verdict = "ok" if measured <= goal.limit else "MISSED"
        results.append({"goal": goal.text, "limit": goal.limit, "measured": measured, "verdict": verdict})
    return results
