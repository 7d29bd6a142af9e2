"""`videre feed …`: the events of a project, in one order."""

from __future__ import annotations

from typing import Annotated

import typer

from videre.cli.commands import options as shared

app = typer.Typer(no_args_is_help=True, help="Events of a project: what is new since a number.")
Types = Annotated[
    list[str] | None,
    typer.Option("--type", help="Only these, as job.failed or job.*; may be repeated."),
]


@app.command("list")
def list_events(
    after: Annotated[int, typer.Option(min=0, help="Only events after this number.")] = 0,
    types: Types = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """List the events after a number that there are now."""
    from videre.cli.console import out, print_json
    from videre.cli.event_tables import event_table
    from videre.client import Videre

    with Videre(server) as client:
        found = list(client.events.list(after_number=after, types=types or ()))
    if json:
        print_json(found)
    else:
        out().print(event_table(found))


@app.command()
def watch(
    after: Annotated[
        int | None, typer.Option(min=0, help="Only events after this number; none = from now on.")
    ] = None,
    types: Types = None,
    count: Annotated[int, typer.Option(min=0, help="End after so many; 0 = never.")] = 0,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Print events as they come, until Ctrl-C."""
    from itertools import islice

    from videre.cli.console import out, print_json
    from videre.cli.event_tables import event_line
    from videre.client import Videre

    with Videre(server) as client:
        events = client.events.watch(after_number=after, types=types or ())
        for event in islice(events, count or None):
            if json:
                print_json(event, line=True)
            else:
                out().print(event_line(event), markup=False, soft_wrap=True)
