"""Tables for a person, and the same figures as JSON."""

import json
import os
import time
from pathlib import Path

from machine import machine
from scaling.figure import Section

_HEADINGS = ("figure", "value", "unit", "goal", "")


def text(section: Section) -> str:
    rows = [_HEADINGS, *(figure.cells() for figure in section.figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = [f"== {section.title}: {section.note}"]
    for what, value, unit, goal, verdict in rows:
        left, right = f"{what:<{widths[0]}}  {value:>{widths[1]}}", f"{goal:<{widths[3]}}  {verdict}"
        lines.append(f"  {left}  {unit:<{widths[2]}}  {right}".rstrip())
    return "\n".join(lines) + "\n"


def write(sections: list[Section], quick: bool, folder: Path) -> None:
    """Writes scaling.json and scaling.md."""
    folder.mkdir(exist_ok=True)
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    told = {"when": when, "quick": quick, "machine": machine(), "load": os.getloadavg()[0],
            "sections": [_as_json(section) for section in sections]}
    (folder / "scaling.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    where = ", ".join(f"{name} {value}" for name, value in told["machine"].items())
    head = f"# Scaling\n\n{when}, {'quick' if quick else 'full'} run. {where}.\n\n"
    (folder / "scaling.md").write_text(head + "\n".join(_markdown(section) for section in sections))


def _as_json(section: Section) -> dict:
    figures = [{"what": each.what, "value": round(each.value, 4), "unit": each.unit, "goal": each.goal,
                "verdict": each.verdict} for each in section.figures]
    return {"title": section.title, "note": section.note, "figures": figures}


def _markdown(section: Section) -> str:
    rows = "".join("| " + " | ".join(figure.cells()) + " |\n" for figure in section.figures)
    table = "| figure | value | unit | goal | |\n| --- | --: | --- | --- | --- |\n"
    return f"## {section.title}\n\n{section.note}\n\n{table}{rows}"
