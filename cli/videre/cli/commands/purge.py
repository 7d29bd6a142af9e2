"""`videre purge …`: erasing wholly, and searching for what was erased."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from videre.cli.commands import options as shared

if TYPE_CHECKING:
    from videre.v1 import retention_pb2

app = typer.Typer(
    no_args_is_help=True, help="Erase a media, a user or a project wholly, and prove it."
)
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


@app.command()
def media(
    media: Annotated[str, typer.Argument(metavar="MEDIA", help="Media id.")],
    close_reviews: Annotated[
        bool, typer.Option("--close-reviews", help="Also where a review is not decided.")
    ] = False,
    yes: Yes = False,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Erase a media: its jobs, analyses, files, index entries; ends with 1 where some is found."""
    from videre.client import Videre

    _ask("this media and all that is known of it", yes=yes)
    with Videre(server) as client:
        report = client.retention.purge_media(media, close_reviews=close_reviews)
    _show(report, json=json)


@app.command()
def user(
    user: Annotated[str, typer.Argument(metavar="USER", help="Your name for the user.")],
    yes: Yes = False,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Erase all that is known of a user; ends with 1 where some is found."""
    from videre.client import Videre

    _ask("all that is known of this user", yes=yes)
    with Videre(server) as client:
        report = client.retention.purge_user(user)
    _show(report, json=json)


@app.command()
def project(
    project: Annotated[str, typer.Argument(metavar="PROJECT", help="Id of a closed project.")],
    yes: Yes = False,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Erase all that a closed project has; ends with 1 where some is found."""
    from videre.client import Videre

    _ask(f"all that the project {project} has", yes=yes)
    with Videre(server) as client:
        report = client.retention.purge_project(project)
    _show(report, json=json)


def _ask(what: str, *, yes: bool) -> None:
    if not yes:
        typer.confirm(f"Erase {what}? It cannot be taken back", abort=True)


def _show(report: retention_pb2.PurgeReport, *, json: bool) -> None:
    from videre.cli.access_tables import purge_table
    from videre.cli.console import out, print_json

    if json:
        print_json(report)
    else:
        out().print(purge_table(report))
        for place in report.not_searched:
            out().print(f"not searched: {place}")
        rewritten = "; the database's file was written anew" if report.rewritten else ""
        found = sum(place.count for place in report.found)
        out().print(f"searched for {report.searched} strings, found {found}{rewritten}")
    if report.found:
        raise typer.Exit(1)
