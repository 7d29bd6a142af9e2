"""`videre triggers …`: folders that are watched."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from videre.cli.commands import options as shared

app = typer.Typer(no_args_is_help=True, help="Triggers: folders whose files become jobs.")
TriggerId = Annotated[str, typer.Argument(metavar="TRIGGER", help="Id of the trigger.")]
Given = Annotated[
    typer.FileText,
    typer.Argument(
        metavar="FILE", encoding="utf-8",
        help="Triggers, one JSON object a line; - = standard input.",
    ),
]  # fmt: skip


class State(StrEnum):
    """States of files, as options."""

    SEEN = "seen"
    SUBMITTED = "submitted"
    DONE = "done"
    ERROR = "error"


@app.command("set")
def set_triggers(
    file: Given, server: shared.Server = shared.DEFAULT_SERVER, json: shared.Json = False
) -> None:
    """Store triggers, as new versions of those with their ids."""
    from videre.cli.console import say
    from videre.cli.json_lines import messages
    from videre.client import Videre
    from videre.v1 import trigger_pb2 as pb

    with Videre(server) as client:
        for given in messages(file, pb.Trigger):
            made = client.triggers.set(given)
            say(made, f"{made.trigger_id}  version {made.version}", as_json=json)


@app.command("test")
def try_triggers(
    file: Given, server: shared.Server = shared.DEFAULT_SERVER, json: shared.Json = False
) -> None:
    """Tell which files triggers would take now, and what would follow. Nothing is submitted."""
    from videre.cli.console import out, print_json
    from videre.cli.json_lines import messages
    from videre.cli.trigger_tables import file_table, outcome_table
    from videre.client import Videre
    from videre.v1 import trigger_pb2 as pb

    with Videre(server) as client:
        for given in messages(file, pb.Trigger):
            found = client.triggers.test(given)
            if json:
                print_json(found)
                continue
            out().print(file_table(found.files))
            line = f"{given.trigger_id}: {found.file_count} files, {found.left_out} left out"
            out().print(line, markup=False)
            if found.outcomes:
                out().print(outcome_table(found.outcomes))


@app.command("list")
def list_triggers(server: shared.Server = shared.DEFAULT_SERVER, json: shared.Json = False) -> None:
    """List triggers."""
    from videre.cli.console import out, print_json
    from videre.cli.trigger_tables import trigger_table
    from videre.client import Videre

    with Videre(server) as client:
        found = client.triggers.list()
    if json:
        print_json(list(found))
    else:
        out().print(trigger_table(found))


@app.command()
def show(
    trigger: TriggerId,
    version: Annotated[int, typer.Option(min=0, help="Version; 0 = the latest.")] = 0,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Show a trigger and how many files it knows."""
    from videre.cli.console import out, print_json
    from videre.cli.trigger_tables import trigger_table
    from videre.client import Videre

    with Videre(server) as client:
        found = client.triggers.get(trigger, version)
    if json:
        print_json(found)
        return
    out().print(trigger_table([found.trigger]))
    counts = (f"{count} {name.lower()}" for name, count in sorted(found.counts.items()))
    out().print(", ".join(counts) or "no files", markup=False)


@app.command()
def files(
    trigger: TriggerId,
    state: Annotated[
        State | None, typer.Option(help="Only in this state; error = the error box.")
    ] = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """List the files that a trigger knows, and what became of them."""
    from videre.cli.console import out, print_json
    from videre.cli.trigger_tables import file_table
    from videre.client import Videre
    from videre.v1 import trigger_pb2 as pb

    wanted = pb.TRIGGER_FILE_STATE_UNSPECIFIED
    if state is not None:
        wanted = pb.TriggerFileState.Value(f"TRIGGER_FILE_STATE_{state.name}")
    with Videre(server) as client:
        found = list(client.triggers.files(trigger, wanted))
    if json:
        print_json(found)
    else:
        out().print(file_table(found))


@app.command()
def retry(
    trigger: TriggerId,
    number: Annotated[
        list[int] | None, typer.Argument(help="Numbers of files; none = the whole error box.")
    ] = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Submit files of the error box again."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        count = client.triggers.retry(trigger, number or ())
    say({"count": count}, f"{count} are submitted again", as_json=json)


@app.command()
def pause(
    trigger: TriggerId, server: shared.Server = shared.DEFAULT_SERVER, json: shared.Json = False
) -> None:
    """Look at a folder no more, until it is resumed."""
    _turn(server, trigger, paused=True, as_json=json)


@app.command()
def resume(
    trigger: TriggerId, server: shared.Server = shared.DEFAULT_SERVER, json: shared.Json = False
) -> None:
    """Look at a folder again."""
    _turn(server, trigger, paused=False, as_json=json)


@app.command()
def delete(
    trigger: TriggerId, server: shared.Server = shared.DEFAULT_SERVER, json: shared.Json = False
) -> None:
    """Delete a trigger with what it remembers of files. Jobs stay."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        client.triggers.delete(trigger)
    say({"triggerId": trigger}, f"trigger {trigger} is deleted", as_json=json)


def _turn(server: str, trigger: str, *, paused: bool, as_json: bool) -> None:
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        made = client.triggers.pause(trigger, paused=paused)
    say(made, f"trigger {trigger} {'is paused' if made.paused else 'looks'}", as_json=as_json)
