"""Messages from files with one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import typer
from google.protobuf.json_format import Parse, ParseError
from google.protobuf.message import Message

M = TypeVar("M", bound=Message)


def messages(lines: Iterable[str], kind: type[M]) -> Iterator[M]:
    """Yield the messages of lines in protobuf's JSON mapping; empty lines are left out.

    Raises:
        typer.BadParameter: a line is no such message.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield Parse(line, kind())
            except ParseError as error:
                raise typer.BadParameter(f"line {number}: {error}") from None
