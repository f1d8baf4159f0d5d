"""The answer to a path, for the applications in Python."""

import os
from pathlib import Path

NOT_FOUND = b'{"detail":"Job not found"}'

_FOLDER = Path(os.environ["ANSWERS"])


def answer(path: str) -> tuple[int, bytes]:
    file = _FOLDER / path.lstrip("/")
    return (200, file.read_bytes()) if file.is_file() else (404, NOT_FOUND)
