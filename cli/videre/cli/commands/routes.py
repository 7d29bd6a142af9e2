"""`videre routes …`: rules that say which events go to which webhook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from videre.cli.commands import options as shared

if TYPE_CHECKING:
    from videre.v1 import event_pb2

app = typer.Typer(no_args_is_help=True, help="Routing rules: which events go to which webhook.")


@app.command("set")
def set_routes(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A rule a line, as JSON.")
    ],
    etag: Annotated[str, typer.Option(help="Only if the rules still have this etag.")] = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Make these the routing rules, as a new version."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        routes = client.webhooks.set_routes(_rules(file), etag=etag)
    line = f"version {routes.version} of the routing rules has {len(routes.rules)}"
    say(routes, line, as_json=json)


@app.command()
def show(
    version: Annotated[int, typer.Option(min=0, help="Version; 0 = the latest.")] = 0,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Show the routing rules."""
    from videre.cli.console import out, print_json
    from videre.cli.event_tables import route_table
    from videre.client import Videre

    with Videre(server) as client:
        routes = client.webhooks.routes(version)
    if json:
        print_json(routes)
        return
    out().print(route_table(routes.rules))
    out().print(f"version {routes.version}", markup=False)


@app.command("test")
def try_routes(
    file: Annotated[
        Path | None,
        typer.Argument(exists=True, dir_okay=False, help="Rules to be tried; none = the stored."),
    ] = None,
    after: Annotated[int, typer.Option(min=0, help="Only events after this number.")] = 0,
    count: Annotated[int, typer.Option(min=1, max=1_000, help="Most events looked at.")] = 100,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Tell where rules would send events that there were. Nothing is sent."""
    from videre.cli.console import out, print_json
    from videre.cli.event_tables import routed_table
    from videre.client import Videre

    rules = _rules(file) if file is not None else []
    with Videre(server) as client:
        found = client.webhooks.test_routes(rules, after_number=after, page_size=count)
    if json:
        print_json(found)
        return
    out().print(routed_table(found.events))
    out().print(f"{found.looked_at} events looked at", markup=False)


def _rules(file: Path) -> list[event_pb2.RoutingRule]:
    from videre.cli.json_lines import messages
    from videre.v1 import event_pb2

    lines = file.read_text(encoding="utf-8").splitlines()
    return list(messages(lines, event_pb2.RoutingRule))
