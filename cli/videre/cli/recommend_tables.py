"""What is recommended and known of users, for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from rich.console import RenderableType
from rich.text import Text

from videre.cli.formatting import percent, when, word
from videre.cli.tables import table
from videre.v1 import recommendation_pb2 as pb

#: Reasons and events that are shown.
_REASONS: Final = 3
_EVENTS: Final = 20


def render_recommended(answer: pb.RecommendResponse) -> Iterator[RenderableType]:
    """Yield how it was chosen, and a row for each media."""
    head = f"{len(answer.items)} of {answer.candidate_count:,} media; the user's taste counts "
    yield Text(head + percent(answer.taste_weight))
    columns = ("Media", "Title", "Score", "Fits", "Others", "Popular", "New", "Why")
    made = table(*columns, numbers=columns[2:7])
    for one in answer.items:
        made.add_row(
            one.media_id,
            Text(one.title),
            f"{one.score:.3f}",
            f"{one.affinity:.2f}",
            f"{one.collaborative:.2f}",
            f"{one.popularity:.2f}",
            f"{one.freshness:.2f}",
            Text("\n").join(_why(one)),
        )
    yield made


def _why(item: pb.RecommendedItem) -> Iterator[Text]:
    if item.drawn:
        yield Text("drawn", style="dim")
    for one in item.reasons[:_REASONS]:
        text = trait_text(one.kind, one.value, one.name)
        text.append(f" {percent(one.share)}", style="dim")
        if one.stated:
            text.append(" as they said", style="dim")
        if one.spans:
            text.append(f"  {when(one.spans[0])}", style="dim")
        yield text
    for alike in item.because[:1]:
        yield Text(f"like {alike.media_id} {percent(alike.likeness)}", style="dim")
    for also in item.also_liked[:1]:
        yield Text(f"{also.user_count:,} users like it and {also.media_id}", style="dim")


def trait_text(kind: int, value: str, name: str) -> Text:
    """Return a trait: its kind, its name, its id where that is another."""
    text = Text(f"{word(pb.TraitKind, kind, 'TRAIT_KIND')}: ", style="dim")
    text.append(name or value, style="not dim")
    if name and name != value:
        text.append(f" ({value})")
    return text


def render_profile(profile: pb.UserProfile) -> Iterator[RenderableType]:
    """Yield what is known of a user."""
    languages = f" in {', '.join(profile.language_codes)}" if profile.language_codes else ""
    shown = f", {len(profile.shown_ads):,} ads shown" if profile.shown_ads else ""
    yield Text(f"{profile.user_id}: {len(profile.events):,} events{shown}{languages}")
    if profile.segment_ids:
        yield Text(f"in {', '.join(profile.segment_ids)}")
    if profile.stated_interests:
        yield _interests("They said", profile.stated_interests)
    if profile.interests:
        yield _interests("It follows", profile.interests)
    if profile.events:
        made = table("When", "Did", "Media", "Watched", numbers=["Watched"])
        for event in profile.events[:_EVENTS]:
            watched = f"{event.watched.ToMilliseconds() / 1_000:g} s"
            made.add_row(
                event.event_time.ToJsonString(),
                word(pb.UserAct, event.act, "USER_ACT"),
                event.media_id,
                watched if event.HasField("watched") else "",
            )
        yield made


def _interests(title: str, interests: Iterable[pb.Interest]) -> RenderableType:
    made = table(title, "Weight", numbers=["Weight"])
    for one in interests:
        made.add_row(trait_text(one.kind, one.value, one.name), f"{one.weight:+.2f}")
    return made


def segment_table(segments: Iterable[pb.Segment]) -> RenderableType:
    """Return one row per segment."""
    made = table("Segment", "Name", "All of", "None of")
    for one in segments:
        made.add_row(
            one.segment_id,
            Text(one.name),
            Text("\n".join(map(_condition, one.all_of))),
            Text("\n".join(map(_condition, one.none_of))),
        )
    return made


def _condition(one: pb.SegmentCondition) -> str:
    match one.WhichOneof("condition"):
        case "interest":
            kind = word(pb.TraitKind, one.interest.kind, "TRAIT_KIND")
            return f"likes {kind}:{one.interest.value} ≥ {one.interest.weight:g}"
        case "activity":
            done = one.activity
            act = word(pb.UserAct, done.act, "USER_ACT") if done.act else "anything"
            return f"{act} ≥ {done.min_count} × in {done.days} days"
        case _:
            return f"wants {one.language_code}"
