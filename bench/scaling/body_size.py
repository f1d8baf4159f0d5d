"""One answer of 1 KB to 1 GB, through the program's streaming sink into a file."""

import ssl
import urllib.request

from scaling.audit import audit
from scaling.emulator import Emulator
from scaling.figure import Section
from scaling.setting import Setting

_RSS_GOAL_MB = 32
_SIZES = {"1 KB": 10**3, "1 MB": 10**6, "100 MB": 10**8, "1 GB": 10**9}


def measure(setting: Setting) -> Section:
    section = Section(
        "Size of a body",
        "emulator, which makes the records while it sends them; one job each. The rate is bytes a second of the "
        "client's CPU, start-up among it.",
    )
    record = _bytes_a_record(setting)
    for name, size in _SIZES.items():
        records = max(1, round(size / record))
        with Emulator(setting, script={"*": {"records": records}}) as server:
            cost = audit(setting, server.url, server.ca_file, 1, "--max-body", "2GiB", "--timeout", "10m",
                         "--job-timeout", "10m")
        section.add(f"{name}, time", cost.elapsed_s, "s")
        if size >= 10**8:
            section.add(f"{name}, CPU", size / cost.cpu_s / 1e6, "MB/s")
        section.add(f"{name}, memory", cost.rss_mb, "MB", at_most=_RSS_GOAL_MB)
    return section


def _bytes_a_record(setting: Setting) -> float:
    """The mean length of what the emulator makes, which is its own affair."""
    records = 20_000
    with Emulator(setting, script={"*": {"records": records}}) as server:
        trust = ssl.create_default_context(cafile=str(server.ca_file))
        path = "/api/v1/jobs/00000000-0000-4000-8000-000000000000/failed-files"
        asked = urllib.request.Request(server.url + path, headers={"unstructured-api-key": "any"})
        with urllib.request.urlopen(asked, context=trust, timeout=60) as answer:
            return len(answer.read()) / records
