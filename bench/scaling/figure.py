"""A measured figure with its goal, and a section of figures that share a table."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figure:
    """`goal` reads as "≤ 32" or "≥ 5" in the figure's own unit; without one the figure is for information."""

    what: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def goal(self) -> str:
        bounds = [f"≥ {_shown(self.at_least)}"] if self.at_least is not None else []
        if self.at_most is not None:
            bounds.append(f"≤ {_shown(self.at_most)}")
        return " and ".join(bounds)

    @property
    def verdict(self) -> str:
        if not self.goal:
            return ""
        low = self.at_least is not None and self.value < self.at_least
        high = self.at_most is not None and self.value > self.at_most
        return "MISSED" if low or high else "ok"

    def cells(self) -> tuple[str, str, str, str, str]:
        return self.what, _shown(self.value), self.unit, self.goal, self.verdict


@dataclass
class Section:
    title: str
    note: str
    figures: list[Figure] = field(default_factory=list)

    def add(self, what: str, value: float, unit: str, **goal: float) -> None:
        self.figures.append(Figure(what, value, unit, **goal))


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _shown(value: float) -> str:
    if value == 0 or value == int(value) and abs(value) < 1e9:
        return f"{int(value):,}"
    digits = 3 if abs(value) < 2 else 2 if abs(value) < 10 else 1 if abs(value) < 1000 else 0
    return f"{value:,.{digits}f}"
