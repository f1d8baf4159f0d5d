"""Headless Chromium, driven through a pipe by the Chrome DevTools Protocol: no driver and no package is needed."""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time


def chromium():
    """Where it is; None where it is not installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Browser:
    """One browser with one page. All that the page asks for, logs and throws is kept in `events`."""

    def __init__(self, patience=120):
        self.patience = patience
        self.events = []
        self._folder = tempfile.mkdtemp(prefix="jobaudit-browser-")
        self._number = 0
        self._received = b""
        read_commands, self._commands = os.pipe()
        self._answers, write_answers = os.pipe()

        def place_pipes():
            # The protocol's pipes are the descriptors 3 and 4; they may stand in each other's place.
            kept = os.dup(read_commands), os.dup(write_answers)
            while min(kept) < 5:
                kept = tuple(os.dup(each) for each in kept)
            os.dup2(kept[0], 3)
            os.dup2(kept[1], 4)

        options = ["--headless", "--remote-debugging-pipe", "--disable-gpu", "--disable-quic", "--no-first-run",
                   "--disable-background-networking", "--disable-component-update", "--disable-sync",
                   "--disable-dev-shm-usage", "--hide-scrollbars", f"--user-data-dir={self._folder}"]
        if os.geteuid() == 0:
            options.append("--no-sandbox")
        self._process = subprocess.Popen([chromium(), *options, "about:blank"], preexec_fn=place_pipes, close_fds=False,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(read_commands)
        os.close(write_answers)
        self._session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def call(self, method, **parameters):
        """Sends a command and gives its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        text = json.dumps(message).encode() + b"\0"
        while text:
            text = text[os.write(self._commands, text):]
        answer = self._wait_for(lambda each: each.get("id") == message["id"])
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def wait_for_event(self, method):
        """Of those that came since events were last cleared."""
        for each in self.events:
            if each["method"] == method:
                return each["params"]
        return self._wait_for(lambda each: each.get("method") == method)["params"]

    def _wait_for(self, is_wanted):
        deadline = time.monotonic() + self.patience
        while True:
            end = self._received.find(b"\0")
            if end < 0:
                if not select.select([self._answers], [], [], max(0, deadline - time.monotonic()))[0]:
                    raise TimeoutError("the browser does not answer")
                received = os.read(self._answers, 1 << 20)
                if not received:
                    raise RuntimeError("the browser has ended")
                self._received += received
                continue
            message = json.loads(self._received[:end])
            self._received = self._received[end + 1:]
            if "method" in message:
                self.events.append(message)
            if is_wanted(message):
                return message

    def open(self, path):
        self.events.clear()
        self.call("Page.navigate", url="file://" + os.path.abspath(path))
        self.wait_for_event("Page.loadEventFired")

    def show_as(self, width, scheme="light", media="screen", height=900):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", media=media,
                  features=[{"name": "prefers-color-scheme", "value": scheme}])

    def value(self, expression):
        """Of a JavaScript expression, also of a promise."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def press(self, key):
        """Tab, Enter, or a printable character."""
        codes = {"Tab": 9, "Enter": 13, " ": 32}
        text = "\r" if key == "Enter" else "" if key == "Tab" else key
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, text=text,
                  windowsVirtualKeyCode=codes.get(key, ord(key[0].upper())))
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=codes.get(key, ord(key[0].upper())))

    def type(self, text):
        for each in text:
            self.press(each)

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]))

    def whole_page(self, path):
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 12000), "scale": 1}
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"]))

    def pdf(self):
        return base64.b64decode(self.call("Page.printToPDF", printBackground=False)["data"])
