#!/usr/bin/env bash
# cheroot 9.0.0 (Debian 12), the server of CherryPy: however many threads it has, it keeps ten idle connections and closes all others.
#
# Observed: a client that holds 30 connections, all within the 20 threads' reach one after the other, gets "Connection: close" on its first
# answer on 20 of them. As long as ten others are idle, every further connection carries one request: a client whose pool is larger than
# ten pays for a connection (and with TLS for a handshake) with nearly each request, and the pool never settles.
# Source: cheroot/connections.py, can_add_keepalive_connection; keep_alive_conn_limit in cheroot/server.py.
#
# Needs apt-get (packages are unpacked into a temporary folder, nothing is installed) and python3. Exits 0 while this holds.
set -euo pipefail
scratch=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server" 2>/dev/null || true; rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download -qq python3-cheroot=9.0.0+ds1-2 python3-jaraco.functools python3-more-itertools python3-six 2>/dev/null
for package in *.deb; do dpkg-deb -x "$package" root; done
export PYTHONPATH=$scratch/root/usr/lib/python3/dist-packages

cat >serve.py <<'PYTHON'
import sys
from cheroot import wsgi

def app(environ, start_response):
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]

wsgi.Server(("127.0.0.1", int(sys.argv[1])), app, numthreads=20).start()
PYTHON

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
python3 serve.py "$port" &
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

connections = [connected() for _ in range(30)]
kept = 0
for each in connections:
    each.sendall(request)
    kept += b"connection: close" not in answer(each).lower()
print("of 30 connections, kept open:", kept)
carried = []
for _ in range(5):
    each = connected()
    each.sendall(request)
    carried.append(b"connection: close" in answer(each).lower())
print("of 5 more, closed after their first request:", sum(carried))
ok = kept == 10 and all(carried)
print("as observed" if ok else "this has changed")
sys.exit(0 if ok else 1)
PYTHON
