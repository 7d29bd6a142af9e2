"""`videre audit …`: what callers have changed, and whether the log of it still holds."""

from __future__ import annotations

from typing import Annotated

import typer

from videre.cli.commands import options as shared

app = typer.Typer(no_args_is_help=True, help="The audit log: who changed what.")
Project = Annotated[
    str, typer.Option(help="Project; none = the caller's; '*' = of what is for every project.")
]


@app.command("list")
def list_entries(
    project: Project = "",
    subject: Annotated[str, typer.Option(help="Only what this caller did.")] = "",
    method: Annotated[
        str, typer.Option(help="Only calls of this method, such as JobService/SubmitJob.")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, help="Most entries.")] = 50,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """List what was changed, the last change first."""
    from itertools import islice

    from videre.cli.access_tables import audit_table
    from videre.cli.console import out, print_json
    from videre.client import Videre

    with Videre(server) as client:
        entries = client.audit.list(project_id=project, subject=subject, method=method)
        found = list(islice(entries, limit))
    if json:
        print_json(found)
    else:
        out().print(audit_table(found))


@app.command()
def verify(
    project: Project = "",
    known: Annotated[
        str,
        typer.Option(metavar="NUMBER:DIGEST", help="An entry that the log must still have."),
    ] = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Check the whole chain; ends with 1 where it does not hold."""
    from videre.cli.console import say
    from videre.cli.moderation_tables import chain_line
    from videre.client import Videre
    from videre.v1 import moderation_pb2

    number, _, digest = known.partition(":")
    if known and (not number.isdecimal() or not digest):
        raise typer.BadParameter(f"{known!r} is not NUMBER:DIGEST")
    with Videre(server) as client:
        chain = client.audit.verify(
            project_id=project, known_number=int(number or 0), known_digest=digest
        )
    say(chain, chain_line(chain).plain, as_json=json)
    if chain.state == moderation_pb2.CHAIN_STATE_BROKEN:
        raise typer.Exit(1)
