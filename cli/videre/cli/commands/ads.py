"""`videre ads …`: where a film can be interrupted, and schedules for players."""

from __future__ import annotations

from datetime import UTC, datetime
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


@app.command()
def put(
    file: Annotated[
        typer.FileText,
        typer.Argument(
            metavar="FILE",
            encoding="utf-8",
            help="Ads, one JSON object a line; - = standard input.",
        ),
    ],
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Put ads into the library, or in the place of those with their ids."""
    from videre.cli.console import say
    from videre.cli.json_lines import messages
    from videre.client import Videre
    from videre.v1 import ad_pb2

    with Videre(server) as client:
        for given in messages(file, ad_pb2.Ad):
            ad = client.ads.put(given)
            say(ad, f"{ad.creative.creative_id}  {ad.creative.title}", as_json=json)


@app.command("list")
def list_ads(
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Show the library, and what came of each ad."""
    from videre.cli.ad_tables import library_table
    from videre.cli.console import out, print_json
    from videre.client import Videre

    with Videre(server) as client:
        ads = client.ads.all()
    if json:
        print_json(list(ads))
    else:
        out().print(library_table(ads))


@app.command()
def delete(
    ad: Annotated[str, typer.Argument(metavar="AD", help="Id of the ad.")],
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Remove an ad from the library; what came of it stays in reports."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        client.ads.delete(ad)
    say({"deleted": ad}, f"deleted {ad}", as_json=json)


@app.command()
def match(
    media: Media,
    user: Annotated[str, typer.Option(help="Your name for the user; none = anybody.")] = "",
    ads: Annotated[int, typer.Option(min=1, max=20, help="Most ads per slot.")] = 1,
    at: Annotated[
        str, typer.Option("--time", metavar="TIME", help="As of then, RFC 3339; else as of now.")
    ] = "",
    no_pre: NoPre = False,
    no_post: NoPost = False,
    count: Count = None,
    spacing: Spacing = None,
    least: Least = None,
    guard: Guard = None,
    language: shared.Language = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Say which ads fit the slots of a film, and why others do not."""
    from videre.cli.ad_tables import render_matches
    from videre.cli.console import out, print_json
    from videre.client import Videre
    from videre.v1 import ad_pb2

    request = ad_pb2.MatchAdsRequest(
        slots=_asked(media, no_pre, no_post, count, spacing, least, guard), user_id=user,
        max_ads=ads, language_code=language,
    )  # fmt: skip
    if at:
        request.time.FromJsonString(at)
    with Videre(server) as client:
        found = client.ads.match(request)
    if json:
        print_json(found)
    else:
        out().print(*render_matches(found), sep="\n")


@app.command()
def record(
    file: Annotated[
        typer.FileText,
        typer.Argument(
            metavar="FILE",
            encoding="utf-8",
            help="What came of ads, one JSON object a line; - = standard input.",
        ),
    ],
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Bring what came of ads; what was brought before changes nothing."""
    from videre.cli.console import print_json, say
    from videre.cli.json_lines import messages
    from videre.client import Videre
    from videre.v1 import ad_pb2

    with Videre(server) as client:
        for done in client.ads.record(messages(file, ad_pb2.AdEvent)):
            if json:
                print_json(done, line=True)
            else:
                told = f"{done.recorded_count:,} recorded, {done.repeated_count:,} known before"
                say(done, told, as_json=False)


@app.command()
def report(
    since: Annotated[datetime | None, typer.Option(help="From this day on; UTC.")] = None,
    until: Annotated[datetime | None, typer.Option(help="To this day; UTC.")] = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Show what came of ads, per ad, media and roll."""
    from videre.cli.ad_tables import report_table
    from videre.cli.console import out, print_json
    from videre.client import Videre
    from videre.v1 import ad_pb2

    request = ad_pb2.GetAdReportRequest()
    if since is not None:
        request.start_time.FromDatetime(since.replace(tzinfo=UTC))
    if until is not None:
        request.end_time.FromDatetime(until.replace(tzinfo=UTC))
    with Videre(server) as client:
        found = client.ads.report(request)
    if json:
        print_json(found)
    else:
        out().print(report_table(found))


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
