"""`videre recommend export`: vectors and events as files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from videre.cli.commands import options as shared

if TYPE_CHECKING:
    from videre.client import Videre


class Data(StrEnum):
    """What is exported."""

    ITEMS = "items"
    TRAITS = "traits"
    EVENTS = "events"


class Form(StrEnum):
    """Forms of the file."""

    JSONL = "jsonl"
    PARQUET = "parquet"


def export(
    data: Annotated[
        Data, typer.Argument(help="items = media, traits = labels and the like, events = of users.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="File to write, - = standard output.")
    ] = Path("-"),
    form: Annotated[
        Form | None,
        typer.Option("--format", "-f", help="Default: parquet for names that end so, else jsonl."),
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(
            help="Only what has changed since the token in this file, all where there is no such"
            " file; the new token is written into it."
        ),
    ] = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Write what media are recommended by, what labels mean, or what users did, in bulk."""
    from videre.cli.bulk_rows import ROWS, line
    from videre.cli.console import err, say
    from videre.client import Videre

    if since is not None and data is Data.TRAITS:
        raise typer.BadParameter("traits have no changes, they are made anew", param_hint="--since")
    if form is None:
        form = Form.PARQUET if output.suffix == ".parquet" else Form.JSONL
    if form is Form.PARQUET and output == Path("-"):
        raise typer.BadParameter("Parquet needs a file", param_hint="--output")
    told = since.read_text().strip() if since is not None and since.exists() else ""
    rows = 0
    with Videre(server) as client, _written(output, form, data) as file:
        for message in _messages(client, data, told):
            for one in getattr(message, data.value):
                file.write(line(ROWS[data](one)))
                rows += 1
            told = getattr(message, "next_token", "")
    if since is not None:
        with _replacing(since) as file:
            file.write(f"{told}\n".encode())
    if output == Path("-"):
        err().print(f"{rows:,} rows", markup=False)
    else:
        answer = {"path": str(output), "rows": rows, "nextToken": told}
        say(answer, f"wrote {output}: {rows:,} rows", as_json=json)


def _messages(client: Videre, data: Data, token: str) -> Iterator[Any]:
    calls = client.recommendations
    match data:
        case Data.ITEMS:
            return calls.export_items(token)
        case Data.TRAITS:
            return calls.export_traits()
        case Data.EVENTS:
            return calls.export_events(token)


@contextmanager
def _written(output: Path, form: Form, data: Data) -> Iterator[IO[bytes]]:
    """Give a file for lines, which becomes the output when all are there."""
    from videre.cli.bulk_rows import write_parquet

    if output == Path("-"):
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    elif form is Form.JSONL:
        with _replacing(output) as file:
            yield file
    else:
        with NamedTemporaryFile(dir=output.parent, prefix=".export-") as lines:
            yield lines
            lines.flush()
            with _replacing(output) as file:
                write_parquet(Path(lines.name), data, Path(file.name))


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """Give a file that takes the place of another one when it is whole, and else goes."""
    made = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with made.open("wb") as file:
            yield file
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)
