"""The comparison as a chart: CPU a request, one panel a body, on logarithmic scales."""

from html import escape
from math import floor, log10

from report import label

_LABELS = 220
_PANEL = 250
_GAP = 34
_TOP = 92
_LINE = 25
_BOTTOM = 40
_OURS = "#c2410c"
_OTHERS = "#475569"


def svg(results: dict) -> str:
    rows = [row for row in results["rows"] if any("cpu_us" in cell for cell in row["bodies"].values())]
    width = _LABELS + len(results["bodies"]) * (_PANEL + _GAP) + 10
    height = _TOP + len(rows) * _LINE + _BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="Helvetica, Arial, sans-serif" font-size="13">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        _text(12, 26, "Client CPU µs a request", size=18, weight="bold"),
        _text(12, 47, "less is better; logarithmic scales; hollow: the client parses nothing", colour="#64748b"),
    ]
    for place, row in enumerate(rows):
        parts.append(_row_label(row, _TOP + place * _LINE))
    for place, body in enumerate(results["bodies"]):
        parts.append(_panel(rows, body, _LABELS + place * (_PANEL + _GAP)))
    machine = results["machine"]
    source = f"{machine['processor']}, {results['rounds']} rounds, {results['date']}"
    parts.append(_text(12, height - 12, source, size=11, colour="#64748b"))
    return "\n".join([*parts, "</svg>\n"])


def _row_label(row: dict, top: int) -> str:
    colour, weight = (_OURS, "bold") if row["ours"] else ("#0f172a", "normal")
    return _text(12, top + _LINE / 2 + 4, row["label"], colour=colour, weight=weight)


def _panel(rows: list[dict], body: dict, left: int) -> str:
    values = [row["bodies"][body["name"]]["cpu_us"] for row in rows if "cpu_us" in row["bodies"].get(body["name"], {})]
    if not values:
        return ""
    low, high = min(values) * 0.8, max(values) * 1.9
    bottom = _TOP + len(rows) * _LINE

    def position(value: float) -> float:
        return left + (log10(value) - log10(low)) / (log10(high) - log10(low)) * _PANEL

    parts = [_text(left, _TOP - 22, f"{body['name']}: {body['size']:,} bytes, {body['records']:,} records",
                   weight="bold")]
    for tick in _ticks(low, high):
        x = position(tick)
        parts.append(f'<line x1="{x:.1f}" y1="{_TOP - 4}" x2="{x:.1f}" y2="{bottom}" stroke="#e2e8f0"/>')
        parts.append(_text(x, _TOP - 7, f"{tick:,}", size=10, colour="#64748b", anchor="middle"))
    for place, row in enumerate(rows):
        cell = row["bodies"].get(body["name"], {})
        if "cpu_us" in cell:
            parts.append(_mark(row, cell["cpu_us"], left, position(cell["cpu_us"]), _TOP + place * _LINE + _LINE / 2))
    return "\n".join(parts)


def _mark(row: dict, value: float, left: int, x: float, y: float) -> str:
    colour = _OURS if row["ours"] else _OTHERS
    fill = colour if row["parses"] else "#ffffff"
    text = f"{value:,.0f}" if value >= 99.5 else f"{value:.1f}"
    return "\n".join([
        f'<line x1="{left}" y1="{y}" x2="{x:.1f}" y2="{y}" stroke="{colour}" stroke-width="2" opacity="0.35"/>',
        f'<circle cx="{x:.1f}" cy="{y}" r="5" fill="{fill}" stroke="{colour}" stroke-width="2">'
        f'<title>{escape(label(row))}: {text} µs</title></circle>',
        _text(x + 10, y + 4, text, size=12, colour=colour, weight="bold" if row["ours"] else "normal"),
    ])


def _ticks(low: float, high: float) -> list[int]:
    """1, 3, 10, 30 … within the scale."""
    steps = [factor * 10**power for power in range(floor(log10(low)), floor(log10(high)) + 1) for factor in (1, 3)]
    return [round(step) for step in steps if step >= 1 and low <= step <= high / 1.2]


def _text(x: float, y: float, text: str, size: int = 13, colour: str = "#0f172a", weight: str = "normal",
          anchor: str = "start") -> str:
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" font-weight="{weight}" '
            f'text-anchor="{anchor}">{escape(text)}</text>')
