#!/usr/bin/env bash
# hypercorn 0.13.2 (Debian 12): --keep-alive SECONDS closes a connection that never carried a request, and none that did.
#
# Observed: with --keep-alive 1, a connection on which nothing was sent is closed after a second. One that carried a request stays open for
# as long as anybody watched (here 5 s, by hand 40 s). A server behind which idle clients stay connected runs out of descriptors although
# its idle limit is set, and a client cannot learn that limit from the connections that it lost.
# Source: hypercorn/asyncio/tcp_server.py: _stop_keep_alive_timeout cancels the timer and does not forget it, so that
# _start_keep_alive_timeout, which starts one only where there is none, never starts another.
#
# Needs apt-get (packages are unpacked into a temporary folder, nothing is installed) and python3. Exits 0 while this holds.
set -euo pipefail
scratch=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server" 2>/dev/null || true; rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download -qq python3-hypercorn=0.13.2-3 python3-h11 python3-h2 python3-hpack python3-hyperframe python3-priority python3-wsproto python3-toml 2>/dev/null
for package in *.deb; do dpkg-deb -x "$package" root; done
export PYTHONPATH=$scratch/root/usr/lib/python3/dist-packages

cat >application.py <<'PYTHON'
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            event = (await receive())["type"]
            await send({"type": event + ".complete"})
            if event == "lifespan.shutdown":
                return
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})
PYTHON

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
python3 -m hypercorn --keep-alive 1 --log-level critical --bind "127.0.0.1:$port" application:app &
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

used = connected()
used.sendall(request)
answered = answer(used).endswith(b"ok")
unused = connected()
began = time.monotonic()
unused.settimeout(5)
closed = unused.recv(1) == b""
print("never used: closed", closed, f"after {time.monotonic() - began:.0f} s")
used.settimeout(5)
try:
    still_open = used.recv(1) != b""
except TimeoutError:
    still_open = True
print("used once:  answered", answered, "and still open after", f"{time.monotonic() - began:.0f} s:", still_open)
ok = closed and answered and still_open
print("as observed" if ok else "this has changed")
sys.exit(0 if ok else 1)
PYTHON
