"""From what processes cost to what a request costs: differences, medians, ratios."""

from dataclasses import dataclass, fields
from statistics import fmean, median


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
    if requests <= 0:
        raise ValueError("the longer run made no more requests")
    return RequestCost(
        user_us=(long.user_s - short.user_s) / requests * 1e6,
        system_us=(long.system_s - short.system_s) / requests * 1e6,
        # On a machine that others use too, the short run may wait longer.
        requests_per_s=requests / wall if wall > 0 else None,
        rss_mb=long.rss_mb,
        p50_ms=long.p50_ms,
        p99_ms=long.p99_ms,
    )


def mean(costs: list[RequestCost]) -> RequestCost | None:
    """Of what was measured more than once in a round; None where nothing was."""
    if not costs:
        return None

    def of(name: str) -> float | None:
        present = [value for cost in costs if (value := getattr(cost, name)) is not None]
        return fmean(present) if present else None

    return RequestCost(**{field.name: of(field.name) for field in fields(RequestCost)})


# One entry a round; None where the run failed.
Rounds = list[RequestCost | None]


def summary(rounds: Rounds) -> dict:
    """Medians over the rounds, and the least and the most CPU of any."""
    costs = [cost for cost in rounds if cost]
    return {
        "cpu_us": median(cost.cpu_us for cost in costs),
        "cpu_us_least": min(cost.cpu_us for cost in costs),
        "cpu_us_most": max(cost.cpu_us for cost in costs),
        "user_us": median(cost.user_us for cost in costs),
        "system_us": median(cost.system_us for cost in costs),
        "requests_per_s": _median_if_any(cost.requests_per_s for cost in costs),
        "rss_mb": median(cost.rss_mb for cost in costs),
        "p50_ms": _median_if_any(cost.p50_ms for cost in costs),
        "p99_ms": _median_if_any(cost.p99_ms for cost in costs),
    }


def ratio(rounds: Rounds, reference: Rounds) -> float | None:
    """How many times the reference's CPU: the median of the rounds' ratios, as both ran side by side in each round."""
    pairs = [one.cpu_us / other.cpu_us for one, other in zip(rounds, reference) if one and other]
    return median(pairs) if pairs else None


def cheapest(candidates: dict[str, Rounds]) -> str | None:
    """The name of the candidate with the least CPU a request."""
    measured = {name: summary(rounds)["cpu_us"] for name, rounds in candidates.items() if any(rounds)}
    return min(measured, key=measured.get) if measured else None


def _median_if_any(values) -> float | None:
    present = [value for value in values if value is not None]
    return median(present) if present else None
