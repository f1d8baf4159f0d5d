"""What a connection costs the client: TCP and a full or a resumed TLS handshake."""

from bodies import Body
from scaling.audit import audit
from scaling.figure import Section
from scaling.setting import Setting
from server import NginxServer

_BODY = Body("small", 473, 3)


class _ClosingServer(NginxServer):
    """Closes the connection behind every answer."""

    def __init__(self, setting: Setting, resumes: bool):
        super().__init__(setting.folder("nginx"), setting.server_core, (_BODY,))
        self._tickets = "" if resumes else "ssl_session_tickets off; ssl_session_cache off;"

    def _configuration(self) -> str:
        kept = "keepalive_requests 1000000000;"
        text = super()._configuration()
        if kept not in text:
            raise RuntimeError("the server's configuration has changed: it would not close its connections")
        # A client's session counts as resumed in the log.
        return text.replace(kept, f"keepalive_requests 1; {self._tickets}").replace(
            "access_log off;", "log_format resumed $ssl_session_reused; access_log resumed.log resumed;")

    def resumed(self) -> float:
        """The share of requests on a resumed session since the last call."""
        log = self._folder / "resumed.log"
        lines = log.read_text().splitlines()
        log.write_text("")
        return lines.count("r") / max(1, len(lines))


def measure(setting: Setting) -> Section:
    section = Section(
        "Handshakes",
        "nginx that closes each connection after one answer, 16 connections at a time: CPU of the client a "
        "connection, less that of a request on a connection that is kept.",
    )
    jobs = 1_000 if setting.quick else 5_000
    with NginxServer(setting.folder("nginx"), setting.server_core, (_BODY,)) as server:
        kept = _slope(setting, server, jobs)
    for name, resumes in (("full", False), ("resumed", True)):
        with _ClosingServer(setting, resumes) as server:
            cost = _slope(setting, server, jobs)
            share = server.resumed()
        section.add(f"{name}, CPU", cost - kept, "µs/connection")
        bound = {"at_least": 95.0} if resumes else {"at_most": 0.0}
        section.add(f"{name}, sessions resumed", 100 * share, "%", **bound)
    return section


def _slope(setting: Setting, server: NginxServer, jobs: int) -> float:
    """µs a request between a short run and a long one, so that the start cancels."""
    short, long = (audit(setting, server.url("small"), server.ca_file, number, "--concurrency", "16")
                   for number in (jobs // 4, jobs))
    return (long.cpu_s - short.cpu_s) / (long.requests - short.requests) * 1e6
