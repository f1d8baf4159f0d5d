"""Where one server runs: its folder, ports, certificate and processes."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from answers import Answers

_LONGEST_START = 60  # seconds
_BETWEEN_LOOKS = 0.02


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def has_ended(process: subprocess.Popen, within: float) -> bool:
    """Waits for the end of a process for so many seconds at most."""
    try:
        process.wait(timeout=within)
    except subprocess.TimeoutExpired:
        return False
    return True


class Place:
    """The processes are started in the order of start(), and ended with the place."""

    def __init__(self, folder: Path, certificates: Path, answers: Answers):
        self.folder = folder
        self.ca_file = certificates / "ca.pem"
        self.certificate = certificates / "certificate.pem"
        self.key = certificates / "key.pem"
        self.both = certificates / "both.pem"
        self.answers = answers
        self.port = free_port()
        self.upstream_port = free_port()
        self._processes: list[tuple[list[str], subprocess.Popen]] = []
        self._log = (folder / "log").open("ab")

    def __enter__(self) -> "Place":
        return self

    def __exit__(self, *_: object) -> None:
        while self._processes:
            _end(self._processes.pop()[1])
        self._log.close()

    def write(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text)
        return str(self.folder / name)

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-2000:]

    def start(self, commands: list[list[str]]) -> None:
        """The last of them is the server; those before are what stands behind it."""
        for command in commands:
            self._processes.append((command, self._launch(command)))
        self._wait_until_it_listens()

    def signal(self, number: int) -> None:
        self._processes[-1][1].send_signal(number)

    def restart(self) -> None:
        """Ends the server as a service manager does, and starts it again."""
        command, process = self._processes.pop()
        _end(process)
        self._processes.append((command, self._launch(command)))
        self._wait_until_it_listens()

    def run(self, command: list[str]) -> None:
        subprocess.run(command, env=self._environment(), stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log, check=True,
                       timeout=_LONGEST_START)

    def _environment(self) -> dict[str, str]:
        return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(self.folder), "LANG": "C.UTF-8", "TMPDIR": str(self.folder),
                "PYTHONPATH": str(Path(__file__).parent / "applications"), "PYTHONDONTWRITEBYTECODE": "1",
                "ANSWERS": str(self.answers.folder), "PORT": str(self.port), "CERTIFICATE": str(self.certificate),
                "KEY": str(self.key), "CATALINA_BASE": str(self.folder / "tomcat")}

    def _launch(self, command: list[str]) -> subprocess.Popen:
        # Its own session: what a server starts ends with it.
        return subprocess.Popen(command, cwd=self.folder, env=self._environment(), stdin=subprocess.DEVNULL, stdout=self._log,
                                stderr=self._log, start_new_session=True)

    def _wait_until_it_listens(self) -> None:
        give_up = time.monotonic() + _LONGEST_START
        while time.monotonic() < give_up and not has_ended(self._processes[-1][1], _BETWEEN_LOOKS):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
        raise RuntimeError(f"it does not listen; its log ends: {self.log()}")


def _end(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGTERM)
    has_ended(process, 10)
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
