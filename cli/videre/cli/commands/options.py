"""Options that several subcommands share."""

from __future__ import annotations

from typing import Annotated

import typer

Server = Annotated[
    str,
    typer.Option("--server", "-s", envvar="VIDERE_SERVER", help="host:port of the server."),
]
Json = Annotated[bool, typer.Option("--json", help="Print protobuf JSON.")]
Timeout = Annotated[
    float | None, typer.Option("--timeout", help="Give up waiting after this many seconds.")
]
JobId = Annotated[str, typer.Argument(metavar="JOB", help="Job id.")]
Features = Annotated[
    str, typer.Option(help="Features to look for, separated by commas; empty = all.")
]
Tags = Annotated[list[str] | None, typer.Option("--tag", help="KEY=VALUE; may be repeated.")]

DEFAULT_SERVER = "127.0.0.1:7700"


def parse_tags(tags: list[str] | None) -> dict[str, str]:
    """Return KEY=VALUE options as a mapping.

    Raises:
        typer.BadParameter: one has no "=".
    """
    parsed = {}
    for tag in tags or []:
        key, equals, value = tag.partition("=")
        if not equals or not key:
            raise typer.BadParameter(f"{tag!r} is not KEY=VALUE")
        parsed[key] = value
    return parsed


def parse_list(text: str) -> list[str]:
    """Return the entries of a list separated by commas."""
    return [part.strip() for part in text.split(",") if part.strip()]
