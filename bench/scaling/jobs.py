"""From a thousand jobs to a million, read from a file."""

from bodies import Body
from scaling.audit import audit
from scaling.figure import Section
from scaling.setting import Setting
from server import NginxServer

_RSS_GOALS = {1_000_000: 64}


def measure(setting: Setting) -> Section:
    section = Section("Jobs", "nginx, bodies of 200 B, 64 connections, job IDs from a file, results to a file.")
    with NginxServer(setting.folder("nginx"), setting.server_core, (Body("tiny", 200, 1),)) as server:
        for jobs in (1_000, 10_000, 100_000, 1_000_000):
            cost = audit(setting, server.url("tiny"), server.ca_file, jobs)
            goal = {"at_most": _RSS_GOALS[jobs]} if jobs in _RSS_GOALS else {}
            section.add(f"{jobs:,} jobs, time", cost.elapsed_s, "s")
            section.add(f"{jobs:,} jobs, CPU", cost.cpu_us, "µs/request")
            section.add(f"{jobs:,} jobs, memory", cost.rss_mb, "MB", **goal)
    return section
