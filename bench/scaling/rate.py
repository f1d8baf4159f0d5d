"""A rate that was asked for, as the server counts it."""

from scaling.audit import audit
from scaling.emulator import Emulator
from scaling.figure import Section, counted
from scaling.setting import Setting

_RATE = 1000
_BURST = 1


def measure(setting: Setting) -> Section:
    section = Section(
        "Rate",
        "emulator, 64 connections, --rate 1000 --burst 1; the server counts. The mean leaves the first and the "
        "last second out, which are not whole.",
    )
    seconds = 10 if setting.quick else 30
    for threads in (1, 2):
        with Emulator(setting, "--latency", "20ms") as server:
            audit(setting, server.url, server.ca_file, seconds * _RATE, "--rate", str(_RATE), "--burst", str(_BURST),
                  "--threads", str(threads))
            seen = server.statistics()
        whole = seen["requests_by_second"][1:-1]
        section.add(f"{counted(threads, 'thread')}, mean", sum(whole) / len(whole), "requests/s",
                    at_least=_RATE * 0.99, at_most=_RATE * 1.01)
        section.add(f"{counted(threads, 'thread')}, most in any second", seen["max_requests_in_one_second"], "requests",
                    at_most=_RATE + _BURST)
    return section
