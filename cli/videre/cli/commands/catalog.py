"""`videre engines`."""

from __future__ import annotations

from typing import Annotated

import typer

from videre.cli.commands import options as shared


def engines(
    feature: Annotated[str, typer.Argument(help="Only engines of this feature.")] = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """List the engines of all services, installed or not."""
    from videre.cli.console import out, print_json
    from videre.cli.tables import engine_table
    from videre.client import Videre

    with Videre(server) as client:
        found = client.list_engines(feature)
    if json:
        print_json(found)
    else:
        out().print(engine_table(found))
