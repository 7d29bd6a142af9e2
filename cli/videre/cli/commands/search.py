"""`videre search`, `similar`, `duplicates`, `reindex`: finding moments and media."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from videre.cli.commands import options as shared

if TYPE_CHECKING:
    from videre.v1.search_pb2 import SearchFilter


class Facet(StrEnum):
    """What is counted."""

    TAG = "tag"
    PERSON = "person"
    TOPIC = "topic"
    EVENT = "event"
    MOOD = "mood"


class Advice(StrEnum):
    """What the verdict advises."""

    NONE = "none"
    PASS = "pass"
    REVIEW = "review"
    BLOCK = "block"


def search(
    query: Annotated[
        list[str],
        typer.Argument(metavar="QUERY", help='Words, "phrases", tag:…, said:…, OR, -not.'),
    ],
    media: Annotated[
        list[str] | None, typer.Option("--media", help="Only this media; may be repeated.")
    ] = None,
    advice: Annotated[
        list[Advice] | None, typer.Option(help="Only with this advice; may be repeated.")
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(help="Only media registered at or after; UTC.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(help="Only media registered before; UTC.")
    ] = None,
    start: shared.Start = None,
    end: shared.End = None,
    facet: Annotated[
        list[Facet] | None, typer.Option(help="Count by this too; may be repeated.")
    ] = None,
    moments: Annotated[int, typer.Option(min=1, max=20, help="Most moments of a media.")] = 3,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Media per page.")] = 10,
    page: Annotated[str, typer.Option(help="Token of the page, as the last answer names it.")] = "",
    edit: Annotated[
        Path | None, typer.Option(help="Write the moments as an edit: FILE.otio or FILE.edl.")
    ] = None,
    rate: Annotated[str, typer.Option(help="Frames a second of an .edl.")] = "25",
    language: shared.Language = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Find moments of media by what is said, shown and known of them. See docs/search.md."""
    from videre.cli.console import out, print_json
    from videre.cli.search_tables import render_found
    from videre.client import Videre
    from videre.v1 import search_pb2

    request = search_pb2.SearchMomentsRequest(
        query=" ".join(query),
        filter=_filter(media, advice, (since, until), (start, end)),
        facets=[search_pb2.SearchField.Value(f"SEARCH_FIELD_{one.upper()}") for one in facet or ()],
        moments_per_media=moments,
        page_size=limit,
        page_token=page,
        language_code=language,
    )
    with Videre(server) as client:
        found = client.search.moments(request)
    if json:
        print_json(found)
    else:
        out().print(*render_found(found), sep="\n")
    if edit is not None:
        from videre.cli.moment_edits import write_edit

        write_edit(found.media, request.query, edit, rate)


def _filter(
    media: list[str] | None,
    advice: list[Advice] | None,
    registered: tuple[datetime | None, datetime | None],
    within: tuple[float | None, float | None],
) -> SearchFilter:
    """Return which moments are looked at.

    Args:
        registered: since when and until when their media were, UTC.
        within: seconds in the media.
    """
    from videre.v1 import analysis_pb2, search_pb2

    wanted = search_pb2.SearchFilter(media_ids=media)
    for one in advice or ():
        name = "UNSPECIFIED" if one is Advice.NONE else one.upper()
        wanted.suggestions.append(analysis_pb2.Suggestion.Value(f"SUGGESTION_{name}"))
    since, until = registered
    if since is not None:
        wanted.min_create_time.FromDatetime(since.replace(tzinfo=UTC))
    if until is not None:
        wanted.max_create_time.FromDatetime(until.replace(tzinfo=UTC))
    start, end = within
    if start is not None:
        wanted.start_offset.FromNanoseconds(round(start * 1e9))
    if end is not None:
        wanted.end_offset.FromNanoseconds(round(end * 1e9))
    return wanted


def similar(
    media: Annotated[
        str, typer.Argument(metavar="[MEDIA]", help="Media with the example; or --picture, --text.")
    ] = "",
    at: Annotated[float, typer.Option(min=0, help="Where in it, seconds.")] = 0.0,
    picture: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A picture as the example.")
    ] = None,
    text: Annotated[str, typer.Option(help="What can be seen, in words, as the example.")] = "",
    engine: Annotated[
        str, typer.Option(help="Engine that looks at the picture: NAME or NAME@VERSION.")
    ] = "",
    query: Annotated[str, typer.Option(help="What is looked for beside, as `videre search`.")] = "",
    least: Annotated[
        float | None, typer.Option("--min", min=-1, max=1, help="Leave out what is less alike.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Most moments.")] = 20,
    edit: Annotated[
        Path | None, typer.Option(help="Write the moments as an edit: FILE.otio or FILE.edl.")
    ] = None,
    rate: Annotated[str, typer.Option(help="Frames a second of an .edl.")] = "25",
    language: shared.Language = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Find moments that look like a moment of a media, like a picture, or as words say."""
    from videre.cli.console import out, print_json
    from videre.cli.search_tables import render_media
    from videre.client import Videre
    from videre.v1 import search_pb2

    if (bool(media), picture is not None, bool(text)).count(True) != 1:
        raise typer.BadParameter("give a media, --picture or --text")
    request = search_pb2.FindSimilarMomentsRequest(
        query=query,
        min_likeness=least,
        max_moments=limit,
        language_code=language,
        engine=engine,
    )
    if picture is not None:
        request.picture = picture.read_bytes()
    elif text:
        request.text = text
    else:
        request.moment.media_id = media
        request.moment.offset.FromNanoseconds(round(at * 1e9))
    with Videre(server) as client:
        found = client.search.similar(request)
    if json:
        print_json(found)
    else:
        out().print(f"by {found.engine}", *render_media(found.media), sep="\n", markup=False)
    if edit is not None:
        from videre.cli.moment_edits import write_edit

        write_edit(found.media, query or text or "similar", edit, rate)


def duplicates(
    media: Annotated[str, typer.Argument(metavar="MEDIA", help="Media id.")],
    share: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Leave out media that share less of frames and sound."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Most media.")] = 20,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Find media that show the same pictures or have the same sound, and where in each."""
    from videre.cli.console import out, print_json
    from videre.cli.search_tables import duplicate_table
    from videre.client import Videre
    from videre.v1 import search_pb2

    request = search_pb2.FindDuplicateMediaRequest(media_id=media, min_share=share, max_media=limit)
    with Videre(server) as client:
        found = client.search.duplicates(request)
    if json:
        print_json(found)
    else:
        out().print(duplicate_table(found))


def reindex(
    all: Annotated[
        bool, typer.Option("--all", help="All media, not only those that wait.")
    ] = False,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Index media for search that wait for it; rarely needed."""
    from videre.cli.console import print_json, say
    from videre.client import Videre

    with Videre(server) as client:
        for state in client.search.rebuild(all=all):
            if json:
                print_json(state, line=True)
            else:
                told = f"{state.media_count:,} media, {state.moment_count:,} moments"
                say(state, f"{told}; {state.waiting_count:,} wait", as_json=False)
