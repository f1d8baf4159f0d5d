"""The forms in which a failed-files body can come: the same content may cost a client several times as much.

Each kind is one form throughout, the same bytes on every machine. The mixture changes form and reason from record to record, drawn
from a seed: no client can be made fast for it alone.
"""

import json
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

RECORDS = 5_000

Reason = Callable[[random.Random, int], str]

_PLAIN = (
    "PdfReadError: EOF marker not found while reading the cross-reference table, on page {n} of 512",
    "PermissionError: access to the object was denied by the storage provider (HTTP 403), part {n}",
    "TimeoutError: partitioning took longer than 300 s on page {n}, no worker took it over in time",
    "UnsupportedFileFormat: the MIME type application/x-tika-msoffice is unknown, {n} bytes were read",
    "ConnectionResetError: the embedding provider closed the connection after {n} of 4096 vectors",
)
_QUOTED = (
    "PdfReadError: EOF marker not found while reading the \"xref\" table, on page {n} of 512 pages",
    "KeyError: the element has no property \"coordinates\", in part {n} of what the partitioner gave back",
    "PermissionError: \"s3:GetObject\" was denied by the storage provider (HTTP 403), object {n}",
)
_TRACEBACKS = (
    "Traceback (most recent call last):\n"
    "  File \"/app/worker/partition.py\", line {n}, in partition_document\n"
    "    return reader.pages[number].extract_text()\n"
    "pypdf.errors.PdfReadError: EOF marker not found",
    "provider answered 400:\n"
    "{{\n  \"error\": {{\"message\": \"input {n} is too long\", \"type\": \"invalid_request_error\"}}\n}}\n",
    "OSError: [Errno 28]\n"
    "\tduring: cp \"C:\\temp\\part-{n}\" \"/mnt/out\"\n"
    "  File \"/app/worker/store.py\", line 88, in copy",
)
_GERMAN = (
    "Die Datei ließ sich nicht öffnen: Das Kennwort für „Müller & Söhne“ ist ungültig (Seite {n})",
    "Zeitüberschreitung während der Übertragung: Größe und Prüfsumme stimmen nicht überein, Teil {n}",
    "Für das Verzeichnis „Verträge/Überprüfung“ fehlen die nötigen Zugriffsrechte, Vorgang {n}",
)
_JAPANESE = (
    "ファイルの読み込みに失敗しました：{n}ページの表が壊れています。",
    "変換の待ち時間が上限を超えました（{n}番目の要素）。",
    "保存先への書き込みが拒否されました。権限を確認のこと：{n}",
)
_FOLDERS = ("invoices/2024", "contracts/emea", "scans/incoming", "reports/q3", "mail/attachments")
_FOREIGN_FOLDERS = ("Verträge/Prüfung", "Rechnungen/März", "報告書/第三四半期", "請求書")


def _reason(texts: tuple[str, ...]) -> Reason:
    return lambda drawn, index: drawn.choice(texts).format(n=10_000 + index)


_REASONS = {"plain": _reason(_PLAIN), "quoted": _reason(_QUOTED), "tracebacks": _reason(_TRACEBACKS),
            "utf8": _reason(_GERMAN + _JAPANESE)}


@dataclass(frozen=True)
class Form:
    """How a record is spelled."""

    escaped: bool = False
    more_members: bool = False
    error_first: bool = False
    blanks: bool = False
    indented: bool = False

    def record(self, file: dict[str, str], index: int) -> str:
        members: dict = dict(file)
        if self.more_members:
            members |= {"stage": "partition_fast_1", "size": 12_345 + index, "node": {"type": "pdf", "try": 3}}
        if self.error_first:
            members = dict(reversed(members.items()))
        text = json.dumps(members, ensure_ascii=self.escaped, indent=2 if self.indented else None,
                          separators=(", ", ": ") if self.blanks else (",", ": ") if self.indented else (",", ":"))
        return text.replace("\n", "\n    ") if self.indented else text

    def list(self, records: list[str]) -> str:
        if self.indented:
            return '{\n  "failed_files": [\n    ' + ",\n    ".join(records) + "\n  ]\n}"
        blank = " " if self.blanks else ""
        return f'{{"failed_files":{blank}[' + f",{blank}".join(records) + "]}"


@dataclass(frozen=True)
class KindBody:
    """A body of one form with reasons of one kind."""

    name: str
    reasons: str = "plain"
    form: Form = Form()
    records: int = RECORDS

    def failed_files(self) -> list[dict[str, str]]:
        return self._files

    def text(self) -> bytes:
        return self._text

    @property
    def size(self) -> int:
        return len(self._text)

    @cached_property
    def _files(self) -> list[dict[str, str]]:
        drawn = random.Random(self.reasons)
        return [_failed_file(drawn, index, self.reasons) for index in range(self.records)]

    @cached_property
    def _text(self) -> bytes:
        return self.form.list([self.form.record(file, index) for index, file in enumerate(self._files)]).encode()


@dataclass(frozen=True)
class Mixture(KindBody):
    """Each record with a reason and in a form of its own."""

    seed: int = 0

    @cached_property
    def _files(self) -> list[dict[str, str]]:
        drawn = random.Random(self.seed)
        return [_failed_file(drawn, index, drawn.choice(tuple(_REASONS))) for index in range(self.records)]

    @cached_property
    def _text(self) -> bytes:
        # Another sequence than the files', so that each form meets each kind of reason.
        drawn = random.Random(self.seed + 1)
        return Form().list([_drawn_form(drawn).record(file, index) for index, file in enumerate(self._files)]).encode()


def _drawn_form(drawn: random.Random) -> Form:
    layout = drawn.choice(({}, {"blanks": True}, {"indented": True}))
    return Form(escaped=drawn.random() < 0.5, more_members=drawn.random() < 0.3, error_first=drawn.random() < 0.5, **layout)


def _failed_file(drawn: random.Random, index: int, reasons: str) -> dict[str, str]:
    folder = drawn.choice(_FOREIGN_FOLDERS if reasons == "utf8" else _FOLDERS)
    return {"document": f"{folder}/file-{index:05d}.pdf", "error": _REASONS[reasons](drawn, index)}


KINDS = (
    KindBody("plain"),
    KindBody("quoted", "quoted"),
    KindBody("tracebacks", "tracebacks"),
    KindBody("utf8", "utf8"),
    KindBody("escaped", "utf8", Form(escaped=True)),
    KindBody("unknown", form=Form(more_members=True)),
    KindBody("blank", form=Form(blanks=True)),
    KindBody("indented", form=Form(indented=True)),
    KindBody("reversed", form=Form(error_first=True)),
)
KIND_NAMES = (*(kind.name for kind in KINDS), "mixture")


def drawn_seed() -> int:
    return secrets.randbelow(2**32)


def kinds(names: tuple[str, ...], seed: int) -> tuple[KindBody, ...]:
    """Those of that name, in the order of KIND_NAMES."""
    return tuple(body for body in (*KINDS, Mixture("mixture", seed=seed)) if body.name in names)
