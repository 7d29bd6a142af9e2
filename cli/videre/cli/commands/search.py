"""`videre search`, `videre reindex`: finding moments."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from videre.cli.commands import options as shared


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
    language: shared.Language = "",
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Find moments of media by what is said, shown and known of them. See docs/search.md."""
    from videre.cli.console import out, print_json
    from videre.cli.search_tables import render_found
    from videre.client import Videre
    from videre.v1 import analysis_pb2, search_pb2

    request = search_pb2.SearchMomentsRequest(
        query=" ".join(query),
        facets=[search_pb2.SearchField.Value(f"SEARCH_FIELD_{one.upper()}") for one in facet or ()],
        moments_per_media=moments,
        page_size=limit,
        page_token=page,
        language_code=language,
    )
    wanted = request.filter
    wanted.media_ids.extend(media or ())
    for one in advice or ():
        name = "UNSPECIFIED" if one is Advice.NONE else one.upper()
        wanted.suggestions.append(analysis_pb2.Suggestion.Value(f"SUGGESTION_{name}"))
    if since is not None:
        wanted.min_create_time.FromDatetime(since.replace(tzinfo=UTC))
    if until is not None:
        wanted.max_create_time.FromDatetime(until.replace(tzinfo=UTC))
    if start is not None:
        wanted.start_offset.FromNanoseconds(round(start * 1e9))
    if end is not None:
        wanted.end_offset.FromNanoseconds(round(end * 1e9))
    with Videre(server) as client:
        found = client.search.moments(request)
    if json:
        print_json(found)
    else:
        out().print(*render_found(found), sep="\n")


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
