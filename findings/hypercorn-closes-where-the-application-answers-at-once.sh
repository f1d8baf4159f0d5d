#!/usr/bin/env bash
# hypercorn 0.13.2 (Debian 12): where an application answers a GET without waiting for anything first, the connection ends with the answer,
# and the answer does not say so.
#
# Observed: the answer is HTTP/1.1, with its Content-Length and no "Connection: close": it promises that the connection stays. It is closed
# at once; a second request on it gets no answer. The same application with one `await receive()` (or a sleep) before it answers keeps
# the connection. Clients see a server whose kept connections are all dead when they are used again.
# Source: hypercorn/protocol/h11.py: _handle_events starts the application at the request's head, and gives way before it takes the
# request's end; _maybe_recycle closes the connection when the answer is complete and the request's side is not DONE.
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
    if scope["path"] == "/waits":
        await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})
PYTHON

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
python3 -m hypercorn --log-level critical --bind "127.0.0.1:$port" application:app &
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

def two_requests(path):
    connection = connected()
    both = b""
    for _ in range(2):
        try:
            connection.sendall(request.replace(b"/ ", path + b" "))
            both += answer(connection)
        except ConnectionError:
            pass
        time.sleep(0.1)
    return both.count(b"HTTP/1.1 200"), b"connection: close" in both.lower()

waiting = two_requests(b"/waits")
at_once = two_requests(b"/")
print("with receive(): answers to two requests, and whether a close was announced:", waiting)
print("at once:        answers to two requests, and whether a close was announced:", at_once)
ok = waiting == (2, False) and at_once == (1, False)
print("as observed" if ok else "this has changed")
sys.exit(0 if ok else 1)
PYTHON
