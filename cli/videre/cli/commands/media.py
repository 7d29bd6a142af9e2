"""`videre media …`: the registered media, their files and analyses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from videre.cli.commands import options as shared

app = typer.Typer(no_args_is_help=True, help="Media: list, show, upload, hold, delete, artifacts.")
MediaId = Annotated[str, typer.Argument(metavar="MEDIA", help="Media id.")]
HoldId = Annotated[str, typer.Argument(metavar="HOLD", help="Name of the hold, such as a case.")]


@app.command("list")
def list_media(
    tag: shared.Tags = None,
    digest: Annotated[str, typer.Option(help="Only media with this SHA-256.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="Most media shown.")] = 20,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """List media, newest first."""
    from itertools import islice

    from videre.cli.console import out, print_json
    from videre.cli.tables import media_table
    from videre.client import Videre

    with Videre(server) as client:
        found = client.list_media(tags=shared.parse_tags(tag), digest=digest)
        media = list(islice(found, limit))
    if json:
        print_json(media)
    else:
        out().print(media_table(media))


@app.command()
def show(
    media: MediaId,
    revision: Annotated[int, typer.Option(min=0, help="0 = the latest.")] = 0,
    view: shared.ViewOption = shared.View.FULL,
    kinds: shared.Kinds = "",
    language: shared.Language = "",
    min_confidence: shared.MinConfidence = None,
    nodes: shared.Nodes = "",
    start: shared.Start = None,
    end: shared.End = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Show a media and everything known of it."""
    from videre.cli.console import message_dict, out, print_json
    from videre.cli.tables import media_table
    from videre.cli.terminal_report import render_analysis
    from videre.client import Videre
    from videre.v1 import analysis_pb2

    wanted = shared.analysis_filter(kinds, language, min_confidence, nodes, start, end)
    chosen = analysis_pb2.AnalysisView.Value(f"ANALYSIS_VIEW_{view.name}")
    analysis = None
    with Videre(server) as client:
        item = client.get_media(media)
        if revision or item.latest_revision:
            analysis = client.get_analysis(media, revision=revision, view=chosen, filter=wanted)
    if json:
        shown = {"media": message_dict(item)}
        print_json(shown | ({"analysis": message_dict(analysis)} if analysis else {}))
        return
    out().print(media_table([item]))
    if analysis is not None:
        out().print(*render_analysis(analysis), sep="\n")


@app.command()
def upload(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", exists=True, dir_okay=False)],
    title: Annotated[str, typer.Option(help="Title of the media.")] = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Upload files without submitting a job."""
    from videre.cli.batch_inputs import file_request_id
    from videre.cli.console import out, print_json
    from videre.cli.tables import media_table
    from videre.client import Videre

    with Videre(server) as client:
        media = [
            client.upload(file, title=title, request_id=file_request_id("", file, {})).media
            for file in files
        ]
    if json:
        print_json(media)
    else:
        out().print(media_table(media))


@app.command()
def delete(
    media: Annotated[list[str], typer.Argument(metavar="MEDIA...", help="Media ids.")],
    close_reviews: Annotated[
        bool, typer.Option("--close-reviews", help="Also where a review is not decided.")
    ] = False,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Delete media with their analyses."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        for item in media:
            client.delete_media(item, close_reviews=close_reviews)
    say({"deleted": media}, f"deleted {len(media)}", as_json=json)


@app.command()
def artifact(
    digest: Annotated[str, typer.Argument(help="SHA-256 (hex) of the artifact.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write.")],
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Write an artifact to a file: a picture, an output of a job."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        path = client.read_artifact_to(digest, output)
    say({"path": str(path), "bytes": path.stat().st_size}, f"wrote {path}", as_json=json)


@app.command()
def hold(
    media: MediaId,
    hold: HoldId,
    reason: Annotated[str, typer.Option("--reason", help="Why, such as the case.")],
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Keep a media and all that is known of it, whoever or whatever would remove it."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        made = client.retention.hold(media, hold, reason)
    say(made, f"media {media} is held by {hold}", as_json=json)


@app.command()
def release(
    media: MediaId,
    hold: HoldId,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Take a hold away."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        client.retention.release(media, hold)
    say({"released": media}, f"media {media} is not held by {hold} any more", as_json=json)


@app.command()
def holds(
    media: Annotated[str, typer.Option("--media", help="Only of this media.")] = "",
    hold: Annotated[str, typer.Option("--hold", help="Only with this name.")] = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """List the holds of the project."""
    from videre.cli.access_tables import hold_table
    from videre.cli.console import out, print_json
    from videre.client import Videre

    with Videre(server) as client:
        found = list(client.retention.holds(media, hold))
    if json:
        print_json(found)
    else:
        out().print(hold_table(found))
