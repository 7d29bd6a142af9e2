"""`videre ads …`: where a film can be interrupted, and schedules for players."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from videre.cli.commands import options as shared

if TYPE_CHECKING:
    from videre.v1 import ad_pb2

app = typer.Typer(no_args_is_help=True, help="Ad slots of films, and schedules for players.")
Media = Annotated[str, typer.Argument(metavar="MEDIA", help="Media id.")]
NoPre = Annotated[bool, typer.Option("--no-pre", help="No slot before the film.")]
NoPost = Annotated[bool, typer.Option("--no-post", help="No slot after it.")]
Count = Annotated[
    int | None,
    typer.Option(min=0, max=1_000, help="Most slots inside; else one for each seven minutes."),
]
Spacing = Annotated[
    float | None, typer.Option(min=1, help="Seconds between slots inside, at least; else 120.")
]
Least = Annotated[
    float | None, typer.Option("--min", min=0, max=1, help="Lowest score of a slot; else 0.5.")
]
Guard = Annotated[
    float | None,
    typer.Option(min=0, help="Seconds from what a verdict objects to, at least; else 30."),
]


@app.command()
def slots(
    media: Media,
    no_pre: NoPre = False,
    no_post: NoPost = False,
    count: Count = None,
    spacing: Spacing = None,
    least: Least = None,
    guard: Guard = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Choose natural breaks, and show what speaks for each."""
    from videre.cli.ad_tables import render_slots
    from videre.cli.console import out, print_json
    from videre.client import Videre

    with Videre(server) as client:
        found = client.ads.slots(_asked(media, no_pre, no_post, count, spacing, least, guard))
    if json:
        print_json(found)
    else:
        out().print(*render_slots(found), sep="\n")


@app.command()
def vmap(
    media: Media,
    tag: Annotated[str, typer.Option(metavar="URI", help="VAST document that every slot plays.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; else the server's name.")
    ] = None,
    no_pre: NoPre = False,
    no_post: NoPost = False,
    count: Count = None,
    spacing: Spacing = None,
    least: Least = None,
    guard: Guard = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Write the slots as an IAB VMAP 1.0 document."""
    from videre.cli.console import say
    from videre.client import Videre
    from videre.v1 import ad_pb2

    request = ad_pb2.ExportAdScheduleRequest(
        slots=_asked(media, no_pre, no_post, count, spacing, least, guard), ad_tag_uri=tag
    )
    with Videre(server) as client:
        made = client.ads.schedule(request)
    path = output or Path(made.file_name)
    path.write_bytes(made.data)
    told = {"file": str(path), "size": len(made.data), "slots": len(made.slots)}
    say(told, f"wrote {path}: {len(made.slots)} slots, {len(made.data)} bytes", as_json=json)


def _asked(
    media: str,
    no_pre: bool,
    no_post: bool,
    count: int | None,
    spacing: float | None,
    least: float | None,
    guard: float | None,
) -> ad_pb2.FindAdSlotsRequest:
    from videre.v1 import ad_pb2

    request = ad_pb2.FindAdSlotsRequest(
        media_id=media, no_pre_roll=no_pre, no_post_roll=no_post, max_mid_rolls=count,
        min_score=least,
    )  # fmt: skip
    if spacing is not None:
        request.spacing.FromNanoseconds(round(spacing * 1e9))
    if guard is not None:
        request.guard.FromNanoseconds(round(guard * 1e9))
    return request
