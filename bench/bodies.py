"""The three failed-files bodies that every comparison asks for, the same bytes on every machine."""

import json
from dataclasses import dataclass

_REASONS = (
    "PermissionError: access to the object was denied by the storage provider",
    "PdfReadError: EOF marker not found while reading the \"xref\" table",
    "TimeoutError: partitioning took longer than 300 s on page 17",
    "UnsupportedFileFormat: the MIME type application/x-tika-msoffice is unknown",
    "ConnectionResetError: the embedding provider closed the connection",
)
_FOLDERS = ("invoices/2024", "contracts/emea", "scans/incoming", "reports/q3", "mail/attachments")


@dataclass(frozen=True)
class Body:
    """What the server answers: `records` failed files in exactly `size` bytes."""

    name: str
    size: int
    records: int

    def failed_files(self) -> list[dict[str, str]]:
        """Records of nearly one length; the last one is padded to reach the size."""
        length = (self.size - len('{"failed_files":[]}') + 1) // self.records - 1
        files = [_record(index, length) for index in range(self.records)]
        missing = self.size - len(_encode(files))
        files[-1]["error"] += "." * missing
        return files

    def text(self) -> bytes:
        return _encode(self.failed_files())


def _record(index: int, length: int) -> dict[str, str]:
    """A failed file whose JSON text has `length` bytes."""
    document = f"{_FOLDERS[index % len(_FOLDERS)]}/file-{index:05d}.pdf"
    record = {"document": document, "error": _REASONS[index % len(_REASONS)]}
    missing = length - len(json.dumps(record, separators=(",", ":")))
    if missing < 0:
        raise ValueError(f"no record fits into {length} bytes")
    record["error"] += f", job part {index:05d}, retried"[:missing].ljust(missing, ".")
    return record


def _encode(files: list[dict[str, str]]) -> bytes:
    return json.dumps({"failed_files": files}, separators=(",", ":")).encode()


BODIES = (Body("small", 473, 3), Body("medium", 15_000, 100), Body("large", 751_000, 5_000))


def job_ids(count: int) -> list[str]:
    """As many different job IDs; the first ones are always the same."""
    return [f"{index:08x}-0000-4000-8000-{index:012x}" for index in range(count)]
