"""Measures how the program scales, and holds each figure against its goal.

    bench/scale            every section, at most 15 minutes
    bench/scale --quick    smaller numbers, at most 4 minutes
    bench/scale --only rate latency

Needs two cores and a quiet machine. Writes bench/results/scaling.json and scaling.md. Ends with 1 when a goal is
missed, with 2 when a section could not be measured.
"""

import argparse
import importlib
import os
import sys
import tempfile
from pathlib import Path

from scaling import report
from scaling.setting import Setting

BENCH = Path(__file__).resolve().parent.parent

SECTIONS = ("connections", "jobs", "threads", "body_size", "latency", "faults", "rate", "handshakes", "parts", "work")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/scale", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="smaller numbers")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS, metavar="SECTION",
                        help=f"of {', '.join(SECTIONS)}")
    parser.add_argument("--build", type=Path, default=BENCH.parent / "build" / "bench", metavar="FOLDER",
                        help="where the programs are that bench/scale has built")
    parser.add_argument("--results", type=Path, default=BENCH / "results", metavar="FOLDER")
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    sections, failed = [], False
    with tempfile.TemporaryDirectory(prefix="jobaudit-scale-") as scratch:
        setting = Setting(asked.build.resolve(), Path(scratch), asked.quick)
        for name in asked.only:
            try:
                section = importlib.import_module(f"scaling.{name}").measure(setting)
            except Exception as problem:  # the others can still be measured
                print(f"== {name} could not be measured: {problem!r}", file=sys.stderr, flush=True)
                failed = True
                continue
            sections.append(section)
            print(report.text(section), flush=True)
    report.write(sections, asked.quick, asked.results)
    missed = [figure.what for section in sections for figure in section.figures if figure.verdict == "MISSED"]
    print(f"{len(missed)} goals missed: {'; '.join(missed)}" if missed else "every goal was met")
    print(f"load at the end: {os.getloadavg()[0]:.1f}")
    return 2 if failed else 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
