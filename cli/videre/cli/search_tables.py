"""What was found, for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from rich.console import RenderableType
from rich.text import Text

from videre.cli.formatting import percent, when, word
from videre.cli.tables import colored, table
from videre.v1 import analysis_pb2
from videre.v1 import search_pb2 as pb

#: Statements of a moment that are shown.
_REASONS: Final = 3


def render_found(answer: pb.SearchMomentsResponse) -> Iterator[RenderableType]:
    """Yield a table per media, the counts, and how to go on."""
    yield Text(f"{answer.moment_count:,} moments of {answer.media_count:,} media")
    yield from render_media(answer.media)
    for facet in answer.facets:
        yield _facet(facet)
    if answer.next_page_token:
        yield Text(f"more: --page {answer.next_page_token}", style="dim")


def render_media(media: Iterable[pb.FoundMedia]) -> Iterator[RenderableType]:
    """Yield a table per media."""
    yield from map(_media, media)


def duplicate_table(answer: pb.FindDuplicateMediaResponse) -> RenderableType:
    """Return a row per media and per what is the same, pictures or sound."""
    made = table("Media", "Title", "Same", "Shared", "Hashes", "Here", "There", "Bytes",
                 numbers=["Shared", "Hashes"])  # fmt: skip
    for one in answer.media:
        named = one.media_id, Text(one.title)
        same = "the same" if one.same_bytes else ""
        if one.frame_count:
            spans = when(one.span), when(one.duplicate_span)
            made.add_row(*named, "pictures", percent(one.share), str(one.frame_count), *spans, same)
        if one.HasField("sound"):
            spans = when(one.sound.span), when(one.sound.duplicate_span)
            hashes = str(one.sound.hash_count)
            made.add_row(*named, "sound", percent(one.sound.share), hashes, *spans, same)
    return made


def _media(media: pb.FoundMedia) -> RenderableType:
    made = table("When", "Shot", "Score", "Why", numbers=["Shot", "Score"])
    made.title = _head(media)
    for moment in media.moments:
        made.add_row(
            "whole" if moment.whole else _when(moment),
            str(moment.shot_index) if moment.HasField("shot_index") else "",
            f"{moment.score:.2f}",
            Text("\n").join(map(_reason, moment.reasons[:_REASONS])),
        )
    return made


def _head(media: pb.FoundMedia) -> Text:
    head = Text(media.media_id)
    if media.title:
        head.append(f"  {media.title}")
    if media.suggestion:
        head.append("  ")
        head.append_text(colored(word(analysis_pb2.Suggestion, media.suggestion, "SUGGESTION")))
    if media.moment_count > len(media.moments):
        head.append(f"  {media.moment_count:,} moments", style="dim")
    return head


def _when(moment: pb.FoundMoment) -> str:
    span = moment.span
    if span.HasField("start_char"):
        return f"characters {span.start_char:,} – {span.end_char:,}"
    return when(span)


def _reason(reason: pb.FoundReason) -> Text:
    text = Text(reason.text)
    for one in reason.highlights:
        text.stylize("bold yellow", one.start, one.end)
    told = Text(f"{word(pb.SearchField, reason.field, 'SEARCH_FIELD')}: ", style="dim")
    told.append_text(text)
    if reason.value and reason.value != reason.text:
        told.append(f" ({reason.value})", style="dim")
    if reason.confidence < 1:
        told.append(f" {percent(reason.confidence)}", style="dim")
    return told


def _facet(facet: pb.SearchFacet) -> RenderableType:
    name = word(pb.SearchField, facet.field, "SEARCH_FIELD")
    made = table(name.capitalize(), "Id", "Moments", "Media", numbers=["Moments", "Media"])
    for one in facet.values:
        made.add_row(
            Text(one.name), Text(one.value), f"{one.moment_count:,}", f"{one.media_count:,}"
        )
    return made
