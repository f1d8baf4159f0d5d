"""From what processes cost to what a request costs: differences, the calmest third, medians, ratios."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Sample:
    """One process from start to end."""

    requests: int
    wall_s: float
    user_s: float
    system_s: float
    rss_mb: float
    p50_ms: float | None = None
    p99_ms: float | None = None


@dataclass(frozen=True)
class RequestCost:
    """What one further request cost a client that had warmed up."""

    user_us: float
    system_us: float
    requests_per_s: float | None
    rss_mb: float
    p50_ms: float | None
    p99_ms: float | None

    @property
    def cpu_us(self) -> float:
        return self.user_us + self.system_us


def request_cost(short: Sample, long: Sample) -> RequestCost:
    """The difference of two runs: start, handshakes, warming up and end are in both, and cancel out."""
    requests = long.requests - short.requests
    wall = long.wall_s - short.wall_s
    return RequestCost(
        user_us=(long.user_s - short.user_s) / requests * 1e6,
        system_us=(long.system_s - short.system_s) / requests * 1e6,
        # On a machine that others use too, the short run may wait longer.
        requests_per_s=requests / wall if wall > 0 else None,
        rss_mb=long.rss_mb,
        p50_ms=long.p50_ms,
        p99_ms=long.p99_ms,
    )


@dataclass(frozen=True)
class Measurement:
    """A short run of a client and a longer one right after it."""

    short: Sample
    long: Sample

    def __post_init__(self):
        if self.short.requests < 1:
            raise ValueError("the short run made no request")
        if self.long.requests <= self.short.requests:
            raise ValueError("the longer run made no more requests")

    @property
    def cost(self) -> RequestCost:
        return request_cost(self.short, self.long)


def calm(measurements: list[Measurement]) -> RequestCost:
    """From the third of the short runs and the third of the longer ones that took the least CPU a request, taken together.

    What else the machine does mostly adds, for minutes at a time and up to half of a run's CPU: with more than a third, how
    many of the runs it met decides. Not the least alone: that is a run of luck (a higher clock, a neighbour's pause), which
    one client has and another has not.
    Each is looked for by itself: a short run that was disturbed makes the difference to its own longer one too small.
    """
    return request_cost(_calmest_third(each.short for each in measurements),
                        _calmest_third(each.long for each in measurements))


def _calmest_third(runs: Iterable[Sample]) -> Sample:
    """The third with the least CPU a request, of fewer than six the two with the least, as if they were one process."""
    sorted_runs = sorted(runs, key=lambda run: (run.user_s + run.system_s) / run.requests)
    third = sorted_runs[:max(2, len(sorted_runs) // 3)]
    return Sample(
        requests=sum(run.requests for run in third),
        wall_s=sum(run.wall_s for run in third),
        user_s=sum(run.user_s for run in third),
        system_s=sum(run.system_s for run in third),
        rss_mb=max(run.rss_mb for run in third),
    )


def summary(measurements: list[Measurement]) -> dict:
    """CPU in the calmest third, beside what it was in the middle and at most; medians of all else."""
    calmer = calm(measurements)
    costs = [each.cost for each in measurements]
    return {
        "cpu_us": calmer.cpu_us,
        "user_us": calmer.user_us,
        "system_us": calmer.system_us,
        "cpu_us_median": median(cost.cpu_us for cost in costs),
        "cpu_us_most": max(cost.cpu_us for cost in costs),
        "requests_per_s": _median_if_any(cost.requests_per_s for cost in costs),
        "rss_mb": median(cost.rss_mb for cost in costs),
        "p50_ms": _median_if_any(cost.p50_ms for cost in costs),
        "p99_ms": _median_if_any(cost.p99_ms for cost in costs),
        "runs": [[run.requests, run.user_s, run.system_s] for each in measurements for run in (each.short, each.long)],
    }


def ratio(measurements: list[Measurement], reference: list[Measurement]) -> float | None:
    """How many times the reference's CPU; none where either cost less than nothing: that is noise, no figure."""
    if not measurements or not reference:
        return None
    ours, theirs = calm(measurements).cpu_us, calm(reference).cpu_us
    return ours / theirs if ours > 0 and theirs > 0 else None


def cheapest(candidates: dict[str, list[Measurement]]) -> str | None:
    """The name of the candidate with the least CPU a request."""
    measured = {name: calm(found).cpu_us for name, found in candidates.items() if found}
    sensible = {name: cost for name, cost in measured.items() if cost > 0}
    return min(sensible, key=sensible.get) if sensible else None


def _median_if_any(values) -> float | None:
    present = [value for value in values if value is not None]
    return median(present) if present else None
