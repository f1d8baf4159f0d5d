"""`jobaudit emulate` on the server's core, for what nginx cannot play: latency, failures, bodies made while sent."""

import json
import ssl
import subprocess
import urllib.request
from pathlib import Path

from scaling.setting import Setting


class Emulator:
    """Runs from `with` on. Any UUID is a job; the script is as `jobaudit emulate --script` takes it."""

    def __init__(self, setting: Setting, *options: str, script: dict | None = None):
        folder = setting.folder("emulator")
        self.ca_file: Path = folder / "ca.pem"
        self._command = ["taskset", "-c", str(setting.server_core), setting.program, "emulate", "--port", "0",
                         "--any-id", "--cert-out", self.ca_file, *options]
        if script is not None:
            (folder / "script.json").write_text(json.dumps(script))
            self._command += ["--script", folder / "script.json"]

    def __enter__(self) -> "Emulator":
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        # Its hint may come before the line that says where it listens, or behind it.
        said = ""
        for line in self._process.stdout:
            said += line
            if line.startswith("listening on "):
                break
        else:
            self.__exit__()
            raise RuntimeError(f"the emulator did not start: {said}")
        self.url = line.removeprefix("listening on ").strip()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.communicate(timeout=30)

    def statistics(self) -> dict:
        """What it was asked since the last call."""
        trust = ssl.create_default_context(cafile=str(self.ca_file))
        with urllib.request.urlopen(self.url + "/__stats?reset=1", context=trust, timeout=30) as answer:
            return json.load(answer)
