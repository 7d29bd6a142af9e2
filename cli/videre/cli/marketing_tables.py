"""Marketing copy, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from videre.cli.formatting import clock, seconds, when, word
from videre.cli.tables import colored, table
from videre.v1 import analysis_pb2
from videre.v1 import marketing_pb2 as pb


def render_copies(answer: pb.WriteMarketingCopyResponse) -> Iterator[RenderableType]:
    """Yield each copy: titles, hook, highlights, the script, tags."""
    for one in answer.copies:
        yield _head(one, answer.suggestion)
        if one.fallback_reason:
            yield Text(f"written by templates: {one.fallback_reason}", style="yellow")
        if one.dropped_count:
            yield Text(f"{one.dropped_count} texts dropped that nothing supports", style="yellow")
        for title in one.titles:
            yield Text(f"  {title.text}")
        if one.HasField("hook"):
            yield Text(f"  {one.hook.text}", style="bold")
        yield Text("  " + " ".join(tag.text for tag in one.hashtags), style="cyan")
        if one.highlights:
            yield _highlights(one)
        if one.script:
            yield _script(one)


def _head(one: pb.MarketingCopy, advice: analysis_pb2.Suggestion.ValueType) -> Text:
    head = Text(f"{one.language_code}  {one.segment_id or 'everybody'}  {one.engine}", style="bold")
    if one.script:
        head.append(f"  {seconds(one.length):g} s in {len(one.script)} shots")
    if advice:
        head.append("  ")
        head.append_text(colored(word(analysis_pb2.Suggestion, advice, "SUGGESTION")))
    return head


def _highlights(one: pb.MarketingCopy) -> RenderableType:
    made = table("When", "Highlight", "Evidence")
    for highlight in one.highlights:
        claim = highlight.claim
        made.add_row(when(highlight.span), Text(claim.text), Text(_first(claim)))
    return made


def _script(one: pb.MarketingCopy) -> RenderableType:
    made = table("At", "Shows", "Shot", "Voice-over", "There", "Evidence", numbers=["Shot"])
    for shot in one.script:
        made.add_row(
            clock(seconds(shot.offset)),
            when(shot.clip),
            str(shot.shot_index),
            Text(shot.voice_over.text),
            Text(", ".join(shot.shows)),
            Text(_first(shot.voice_over)),
        )
    return made


def _first(claim: pb.MarketingClaim) -> str:
    ids = claim.evidence_ids
    return "" if not ids else ids[0] + (f" +{len(ids) - 1}" if len(ids) > 1 else "")
