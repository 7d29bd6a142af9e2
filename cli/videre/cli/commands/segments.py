"""`videre segments …`: rules over profiles of users."""

from __future__ import annotations

from typing import Annotated

import typer

from videre.cli.commands import options as shared

app = typer.Typer(no_args_is_help=True, help="Segments: rules that users meet or not.")
SegmentId = Annotated[str, typer.Argument(metavar="SEGMENT", help="Id of the segment.")]


@app.command()
def put(
    file: Annotated[
        typer.FileText,
        typer.Argument(
            metavar="FILE",
            encoding="utf-8",
            help="Segments, one JSON object a line; - = standard input.",
        ),
    ],
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Store segments, in the place of those with their ids."""
    from videre.cli.console import say
    from videre.cli.json_lines import messages
    from videre.client import Videre
    from videre.v1 import recommendation_pb2 as pb

    with Videre(server) as client:
        for given in messages(file, pb.Segment):
            segment = client.recommendations.set_segment(given)
            say(segment, f"{segment.segment_id}  {segment.name}", as_json=json)


@app.command("list")
def list_segments(
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Show the segments of the project."""
    from videre.cli.console import out, print_json
    from videre.cli.recommend_tables import segment_table
    from videre.client import Videre

    with Videre(server) as client:
        found = client.recommendations.segments()
    if json:
        print_json(list(found))
    else:
        out().print(segment_table(found))


@app.command()
def count(
    segment: SegmentId,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Count the users of a segment as they are now."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        users, known = client.recommendations.count_segment(segment)
    say({"users": users, "known": known}, f"{users:,} of {known:,} users", as_json=json)


@app.command()
def delete(
    segment: SegmentId,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Remove a segment."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        client.recommendations.delete_segment(segment)
    say({"deleted": segment}, f"deleted {segment}", as_json=json)
