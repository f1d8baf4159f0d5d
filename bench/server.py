"""nginx on one core, with a certificate of its own, answering for the failed files of any job with a fixed body.

As a program it serves until interrupted; --help says how.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from bodies import BODIES, Body

_SITE = """
    server {{
        listen 127.0.0.1:{port} ssl http2;
        location ~ "^/api/v1/jobs/[0-9a-f-]{{36}}/failed-files$" {{
            default_type application/json;
            try_files /{name}.json =404;
        }}
        location / {{ return 404; }}
    }}"""

_CONFIGURATION = """daemon off;
{user}
worker_processes 1;
pid nginx.pid;
error_log error.log;
events {{ worker_connections 8192; }}
http {{
    access_log off;
    root {folder};
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    keepalive_requests 1000000000;
    keepalive_timeout 600s;
    open_file_cache max=16;
    ssl_certificate certificate.pem;
    ssl_certificate_key key.pem;
    ssl_protocols TLSv1.3;
    ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;
{sites}
}}
"""


class NginxServer:
    """Runs from `with` on; each body has a port of its own. The folder is the caller's, and is left as it is."""

    def __init__(self, folder: Path, core: int | None = None, bodies: tuple[Body, ...] = BODIES):
        self._folder = folder
        self._core = core
        self._bodies = bodies
        self._ports: dict[str, socket.socket] = {}
        self._process: subprocess.Popen | None = None

    @property
    def ca_file(self) -> Path:
        return self._folder / "ca.pem"

    def url(self, body: str) -> str:
        return f"https://127.0.0.1:{self._port(body)}"

    def __enter__(self) -> "NginxServer":
        make_certificate(self._folder)
        for body in self._bodies:
            (self._folder / f"{body.name}.json").write_bytes(body.text())
            self._ports[body.name] = _reserve_port()
        (self._folder / "nginx.conf").write_text(self._configuration())
        pinned = ["taskset", "-c", str(self._core)] if self._core is not None else []
        self._process = subprocess.Popen(
            [*pinned, "nginx", "-p", f"{self._folder}/", "-c", "nginx.conf", "-e", "error.log"],
            env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._wait_until_it_listens()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=30)
        for reserved in self._ports.values():
            reserved.close()

    def _port(self, body: str) -> int:
        return self._ports[body].getsockname()[1]

    def _configuration(self) -> str:
        # A worker of a root's nginx would give up its rights, and with them those to a private folder.
        user = "user root;" if os.geteuid() == 0 else ""
        sites = "".join(_SITE.format(port=self._port(body.name), name=body.name) for body in self._bodies)
        return _CONFIGURATION.format(user=user, folder=self._folder, sites=sites)

    def _wait_until_it_listens(self) -> None:
        deadline = time.monotonic() + 30
        for body in self._bodies:
            while not _accepts(self._port(body.name)):
                if self._process.poll() is not None or time.monotonic() > deadline:
                    log = self._folder / "error.log"
                    raise RuntimeError("nginx did not start: " + (log.read_text() if log.exists() else "no log"))
                time.sleep(0.02)


def make_certificate(folder: Path) -> None:
    """Writes ca.pem, and certificate.pem with key.pem for the loopback address."""
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"]
    _openssl(folder, "req", "-x509", *key, "-keyout", "ca-key.pem", "-out", "ca.pem", "-subj", "/CN=jobaudit bench CA",
             "-addext", "keyUsage=critical,keyCertSign")
    _openssl(folder, "req", "-x509", *key, "-CA", "ca.pem", "-CAkey", "ca-key.pem", "-keyout", "key.pem",
             "-out", "certificate.pem", "-subj", "/CN=localhost", "-addext", "basicConstraints=critical,CA:FALSE",
             "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost")


def _openssl(folder: Path, *arguments: str) -> None:
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise RuntimeError(f"openssl {arguments[0]} failed: {done.stderr}")


def _reserve_port() -> socket.socket:
    """A loopback port that nobody else is given while the socket is open; another that is bound to it may listen."""
    reserved = socket.socket()
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    reserved.bind(("127.0.0.1", 0))
    return reserved


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Serves the three bodies of the benchmarks until interrupted.")
    parser.add_argument("folder", type=Path, help="where certificates and configuration are put; made if missing")
    parser.add_argument("core", type=int, nargs="?", help="the processor to stay on; any if left out")
    return parser.parse_args()


if __name__ == "__main__":
    given = _arguments()
    where = given.folder.resolve()
    where.mkdir(parents=True, exist_ok=True)
    with NginxServer(where, given.core) as server:
        for served in BODIES:
            print(f"{served.name} {served.records} {server.url(served.name)} --ca-file {server.ca_file}", flush=True)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        signal.pause()
