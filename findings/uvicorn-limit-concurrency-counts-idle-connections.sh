#!/usr/bin/env bash
# uvicorn 0.17.6 (Debian 12): --limit-concurrency N counts connections that are open, idle ones too, and not requests that are worked on.
#
# Observed: with --limit-concurrency 4, a client that keeps five connections and has one request at a time in flight gets "503 Service
# Unavailable" with "connection: close" on each of them that it uses, also on those that were served before, until fewer than four are
# open. A client whose pool is larger than the limit is refused however slowly it asks; it must close connections, not slow down.
# Source: uvicorn/protocols/http/h11_impl.py, handle_events: `len(self.connections) >= self.limit_concurrency`.
#
# Needs apt-get (packages are unpacked into a temporary folder, nothing is installed) and python3. Exits 0 while this holds.
set -euo pipefail
scratch=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server" 2>/dev/null || true; rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download -qq python3-uvicorn=0.17.6-1 python3-h11 python3-click python3-asgiref 2>/dev/null
for package in *.deb; do dpkg-deb -x "$package" root; done
export PYTHONPATH=$scratch/root/usr/lib/python3/dist-packages

cat >application.py <<'PYTHON'
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})
PYTHON

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
python3 -m uvicorn application:app --http h11 --lifespan off --log-level critical --host 127.0.0.1 --port "$port" --limit-concurrency 4 &
server=$!

python3 - "$port" <<'PYTHON'
import http.client, sys, time

port = int(sys.argv[1])

def connected():
    for _ in range(100):
        try:
            made = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            made.connect()
            return made
        except ConnectionRefusedError:
            time.sleep(0.1)
    sys.exit("uvicorn did not start")

def ask(connection):
    connection.request("GET", "/")
    answer = connection.getresponse()
    answer.read()
    return answer.status, answer.getheader("connection")

few = [connected() for _ in range(3)]
seen = [ask(each) for each in few]
print("three open connections, one request at a time:", seen)
more = [connected() for _ in range(2)]
time.sleep(0.2)
refused = ask(few[0])
print("five open connections, one request at a time: ", refused)
ok = seen == [(200, None)] * 3 and refused == (503, "close")
print("as observed" if ok else "this has changed")
sys.exit(0 if ok else 1)
PYTHON
