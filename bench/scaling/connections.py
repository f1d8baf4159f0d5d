"""From one connection to 2,000."""

from bodies import Body
from scaling.audit import audit
from scaling.figure import Section, counted
from scaling.setting import Setting
from server import NginxServer

_RSS_GOALS = {64: 20, 2000: 120}


def measure(setting: Setting) -> Section:
    section = Section(
        "Connections",
        "nginx, small bodies. The start is in the CPU a request: 2,000 handshakes in its row.",
    )
    jobs = 20_000 if setting.quick else 100_000
    with NginxServer(setting.folder("nginx"), setting.server_core, (Body("small", 473, 3),)) as server:
        for connections in (1, 8, 64, 512, 2000):
            number = jobs // 4 if connections == 1 else jobs
            cost = audit(setting, server.url("small"), server.ca_file, number, "--concurrency", str(connections))
            name = counted(connections, "connection")
            goal = {"at_most": _RSS_GOALS[connections]} if connections in _RSS_GOALS else {}
            section.add(f"{name}, rate", cost.requests / cost.elapsed_s, "requests/s")
            section.add(f"{name}, CPU", cost.cpu_us, "µs/request")
            section.add(f"{name}, memory", cost.rss_mb, "MB", **goal)
    return section
