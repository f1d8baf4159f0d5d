"""The comparison as tables: for a terminal and as Markdown."""

from collections.abc import Callable

METHOD = (
    "Each figure of CPU and rate is the difference of two runs of one process, a short one and a longer one, by the "
    "process's own resource usage: start, loading the CA, handshakes and warming up are in both and cancel out. CPU, and "
    "with it every ratio, comes from that third of the short runs and of the longer ones that took the least, as what else "
    "the machine does mostly adds; the median and the most of the rounds stand beside it. All else is a median. The rounds "
    "are interleaved. RSS is the peak of the longer run. System calls (strace) and allocations (a preloaded counter) come "
    "from runs of their own, also by difference; \"-\" where a runtime allocates by itself. wrk runs by time, all others by "
    "count. Latencies are measured by each client itself, with the server saturated. All use TLS 1.3 with "
    "TLS_AES_128_GCM_SHA256 and 64 requests in flight; with --pipeline 8 there are 64 connections, each with up to 8. "
    "The forms of a body are those of bench/body_kinds.py; the mixture has another one from record to record, drawn from the "
    "seed. With simdjson, its On-Demand parser reads the whole body and undoes the escapes of both strings of each record, "
    "compiled for this very processor; it copies none of them. What goes to /dev/null is checked by the program's summary."
)

_COLUMNS: list[tuple[str, Callable[[dict], str]]] = [
    ("CPU µs", lambda cell: _number(cell["cpu_us"])),
    ("user", lambda cell: _number(cell["user_us"])),
    ("system", lambda cell: _number(cell["system_us"])),
    ("median", lambda cell: _number(cell["cpu_us_median"])),
    ("most", lambda cell: _number(cell["cpu_us_most"])),
    ("÷ wrk", lambda cell: _ratio(cell.get("to_wrk"))),
    ("÷ libcurl", lambda cell: _ratio(cell.get("to_libcurl"))),
    ("÷ floor", lambda cell: _ratio(cell.get("to_floor"))),
    ("requests/s", lambda cell: _count(cell["requests_per_s"])),
    ("p50 ms", lambda cell: _number(cell["p50_ms"])),
    ("p99 ms", lambda cell: _number(cell["p99_ms"])),
    ("RSS MB", lambda cell: _number(cell["rss_mb"])),
    ("syscalls", lambda cell: _number(cell.get("syscalls"))),
    ("allocations", lambda cell: _number(cell.get("allocations"))),
]


def terminal(results: dict) -> str:
    parts = []
    for body in results["bodies"]:
        parts.append(f"{_title(body)}\n{_aligned(_table(results, body['name']))}")
    for heading, table in _kind_tables(results):
        parts.append(f"{heading}\n{_aligned(table)}")
    parts.append("Goals\n" + _aligned(_goal_table(results)))
    return "\n\n".join(parts)


def markdown(results: dict) -> str:
    machine = results["machine"]
    parts = [
        "# jobaudit beside other clients",
        f"{results['date']}, `{results['command']}`: {results['rounds']} rounds, {results['window_s']} s of CPU a "
        f"measurement. {machine['processor']}, {machine['cores']} cores, {machine['memory']}, {machine['system']}, "
        f"kernel {machine['kernel']}; nginx on one core, the client on another.",
        *(["![CPU a request](latest.svg)"] if results["bodies"] else []),
        METHOD + " Rows marked *no parsing* only throw the bodies away; all others read every record.",
    ]
    for body in results["bodies"]:
        parts.append(f"## {_title(body)}\n\n{_piped(_table(results, body['name']))}")
    for heading, table in _kind_tables(results):
        parts.append(f"## {heading}\n\n{_piped(table)}")
    parts.append("## Goals\n\n" + _piped(_goal_table(results)))
    parts.append("## Versions\n\n" + _piped([["what", "version"], *map(list, results["versions"].items())]))
    return "\n\n".join(parts) + "\n"


def label(row: dict) -> str:
    return row["label"] if row["parses"] else f"{row['label']} (no parsing)"


def _title(body: dict) -> str:
    return f"{body['name'].capitalize()}: {body['size']:,} bytes, {body['records']:,} records"


def _table(results: dict, body: str) -> list[list[str]]:
    table = [["client", *(heading for heading, _ in _COLUMNS)]]
    for row in results["rows"]:
        cell = row["bodies"].get(body, {})
        if "cpu_us" in cell:
            table.append([label(row), *(show(cell) for _, show in _COLUMNS)])
        else:
            table.append([label(row), row["unavailable"] or cell.get("failure") or "not run"])
    return table


def _kind_tables(results: dict) -> list[tuple[str, list[list[str]]]]:
    """Clients against kinds of bodies: what a request costs, and how many times wrk's."""
    measured = results.get("kinds")
    if not measured:
        return []
    bodies, rows = measured["bodies"], measured["rows"]
    names = [body["name"] for body in bodies]
    seed = f" (--seed {measured['seed']})" if "mixture" in names else ""
    sizes = ["bytes", *(f"{body['size']:,}" for body in bodies)]
    return [
        (f"Forms of a body, {bodies[0]['records']:,} records each{seed}: CPU µs a request",
         [["client", *names], sizes, *(_kind_row(row, names, lambda cell: _number(cell["cpu_us"])) for row in rows)]),
        (f"Forms of a body{seed}: CPU a request ÷ wrk's",
         [["client", *names], *(_kind_row(row, names, lambda cell: _ratio(cell.get("to_wrk"))) for row in rows)]),
    ]


def _kind_row(row: dict, names: list[str], show: Callable[[dict], str]) -> list[str]:
    if row["unavailable"]:
        return [label(row), row["unavailable"]]
    cells = [row["bodies"].get(name, {}) for name in names]
    return [label(row), *(show(cell) if "cpu_us" in cell else "failed" if "failure" in cell else "-" for cell in cells)]


def _goal_table(results: dict) -> list[list[str]]:
    table = [["goal", "at most", "measured", "verdict"]]
    for goal in results["goals"]:
        table.append([goal["goal"], f"{goal['limit']:g}", _ratio(goal["measured"]), goal["verdict"]])
    return table


def _number(value: float | None) -> str:
    """Three digits that count."""
    if value is None:
        return "-"
    if abs(value) >= 99.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 9.995 else f"{value:.2f}"


def _count(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _aligned(table: list[list[str]]) -> str:
    """The first column to the left, figures to the right, a reason where a row has no figures as it is."""
    full = [row for row in table if len(row) == len(table[0])]
    widths = [max(len(row[column]) for row in full) for column in range(len(table[0]))]
    widths[0] = max(len(row[0]) for row in table)
    lines = []
    for row in table:
        rest = row[1:] if len(row) < len(table[0]) else [text.rjust(width) for text, width in zip(row[1:], widths[1:])]
        lines.append("  ".join([row[0].ljust(widths[0]), *rest]).rstrip())
    return "\n".join(lines)


def _piped(table: list[list[str]]) -> str:
    columns = len(table[0])
    lines = [_pipe(table[0]), "| --- |" + " --: |" * (columns - 1)]
    lines += [_pipe(row + [""] * (columns - len(row))) for row in table[1:]]
    return "\n".join(lines)


def _pipe(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
