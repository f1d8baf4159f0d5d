#!/usr/bin/env python3
"""write.py FOLDER: writes first.jsonl and second.jsonl, 2,000 labelled error texts each, the same every time.

A line is {"reason": …, "family": …, "document": …, "error": …}: the reason says which template of its set the text was made from. The
families follow what the vendor publishes: the phrase or exception name in the text decides, also where its meaning would be another.
"""
import json
import pathlib
import random
import sys

from first_set import DEV
from second_set import HELD
from value_pools import Line, expand

TEXTS = 2000


def lines_of_each(reasons, draw):
    """Few reasons have many lines, many have few."""
    shares = [(rank + 3) ** -1.2 for rank in range(reasons)]
    counts = [max(4, round(TEXTS * share / sum(shares))) for share in shares]
    counts[0] += TEXTS - sum(counts)
    draw.shuffle(counts)
    return counts


def texts(templates, first, seed):
    draw = random.Random(seed)
    lines = []
    for number, (template, count) in enumerate(zip(templates, lines_of_each(len(templates), draw))):
        for _ in range(count):
            line = Line(draw, template["doc"], template["ext"])
            error = expand(template["tmpl"], line)
            lines.append({"reason": f"r{first + number}", "family": template["family"], "document": line.doc, "error": error})
    draw.shuffle(lines)
    return lines


folder = pathlib.Path(sys.argv[1])
for name, templates, first, seed in (("first", DEV, 1, 20250611), ("second", HELD, 201, 77003)):
    with open(folder / f"{name}.jsonl", "w", encoding="utf-8") as file:
        for line in texts(templates, first, seed):
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
