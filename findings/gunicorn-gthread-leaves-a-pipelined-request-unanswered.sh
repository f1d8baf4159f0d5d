#!/usr/bin/env bash
# gunicorn 20.1.0 (Debian 12), worker class gthread: a request that arrives in the same segment as the one before is never answered.
#
# Observed: of two requests that a client writes at once (RFC 9112 §9.3.2), the first is answered with "Connection: keep-alive"; then nothing
# comes, and after --keep-alive seconds the connection is closed. When the second request follows in a segment of its own, even one whose
# start came with the first, it is answered at once. A client that pipelines waits for the whole keep-alive time each time before it can
# ask again elsewhere.
# Source: gunicorn/workers/gthread.py, finish_request: the connection goes back to the poller, which only wakes for new bytes on the
# socket, while the second request waits in the parser's buffer already.
#
# Needs apt-get (packages are unpacked into a temporary folder, nothing is installed) and python3. Exits 0 while this holds.
set -euo pipefail
scratch=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server" 2>/dev/null || true; rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download -qq gunicorn=20.1.0-6+deb12u1 python3-gunicorn=20.1.0-6+deb12u1 python3-pkg-resources 2>/dev/null
for package in *.deb; do dpkg-deb -x "$package" root; done
export PYTHONPATH=$scratch/root/usr/lib/python3/dist-packages

cat >application.py <<'PYTHON'
def app(environ, start_response):
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]
PYTHON

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
python3 -m gunicorn --worker-class gthread --threads 4 --keep-alive 3 --log-level critical --bind "127.0.0.1:$port" application:app &
server=$!

python3 - "$port" <<'PYTHON'
import socket, sys, time

port = int(sys.argv[1])

def connected():
    for _ in range(100):
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=10)
        except ConnectionRefusedError:
            time.sleep(0.1)
    sys.exit("the server did not start")

request = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"

def answer(connection):
    received = b""
    while not received.endswith(b"ok"):
        piece = connection.recv(65536)
        if not piece:
            break
        received += piece
    return received

apart = connected()
apart.sendall(request)
first = answer(apart)
apart.sendall(request)
print("one after the other:", [b"Connection: keep-alive" in first, answer(apart).endswith(b"ok")])

together = connected()
together.sendall(request * 2)
first = answer(together)
began = time.monotonic()
rest = together.recv(65536)
waited = time.monotonic() - began
print(f"two at once: {first.count(b'HTTP/1.1 200')} answered, kept open: {b'Connection: keep-alive' in first}, then", rest, f"after {waited:.0f} s")
ok = first.count(b"HTTP/1.1 200") == 1 and b"Connection: keep-alive" in first and rest == b"" and waited > 1
print("as observed" if ok else "this has changed")
sys.exit(0 if ok else 1)
PYTHON
