"""One thread and two."""

from bodies import BODIES
from machine import cores
from scaling.audit import audit
from scaling.figure import Section, counted
from scaling.setting import Setting
from server import NginxServer


def measure(setting: Setting) -> Section:
    both = ",".join(str(core) for core in cores())
    section = Section(
        "Threads",
        f"nginx on core {setting.server_core}, the client on cores {both}: where these are all, a second thread takes "
        "from the server what it gains. What it must not do is cost more work.",
    )
    jobs = 5_000 if setting.quick else 20_000
    with NginxServer(setting.folder("nginx"), setting.server_core) as server:
        for body in BODIES[:2]:
            for threads in (1, 2):
                cost = audit(setting, server.url(body.name), server.ca_file, jobs, "--threads", str(threads),
                             cores=both)
                name = f"{body.name}, {counted(threads, 'thread')}"
                section.add(f"{name}, rate", cost.requests / cost.elapsed_s, "requests/s")
                section.add(f"{name}, CPU", cost.cpu_us, "µs/request")
    return section
