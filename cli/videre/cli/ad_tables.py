"""Ad slots, for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from rich.console import RenderableType
from rich.text import Text

from videre.cli.formatting import clock, length, percent, seconds, word
from videre.cli.recommend_tables import trait_text
from videre.cli.tables import colored, table
from videre.v1 import ad_pb2 as pb
from videre.v1 import analysis_pb2

#: Characters of the line that stands for a film.
_WIDTH: Final = 60


def render_slots(answer: pb.FindAdSlotsResponse) -> Iterator[RenderableType]:
    """Yield a line with all slots, and a row for each."""
    whole = seconds(answer.duration)
    head = Text(f"{len(answer.slots)} slots in {length(whole)}, chosen from ")
    head.append(f"{answer.break_count} breaks  ")
    if answer.suggestion:
        advice = word(analysis_pb2.Suggestion, answer.suggestion, "SUGGESTION")
        head.append_text(colored(advice))
    yield head
    if whole:
        yield Text(_line(answer, whole))
    made = table("At", "Roll", "Score", "What ends", "Shot", "Why", numbers=["Score", "Shot"])
    for slot in answer.slots:
        made.add_row(
            clock(seconds(slot.offset)),
            word(pb.AdRoll, slot.roll, "AD_ROLL"),
            percent(slot.score),
            word(pb.BreakBorder, slot.border, "BREAK_BORDER") if slot.border else "",
            str(slot.shot_index) if slot.HasField("shot_index") else "",
            ", ".join(
                f"{word(pb.BreakSignal, one.signal, 'BREAK_SIGNAL')} {percent(one.value)}"
                for one in slot.reasons
            ),
        )
    yield made


def _line(answer: pb.FindAdSlotsResponse, whole: float) -> str:
    marks = ["─"] * (_WIDTH + 1)
    for slot in answer.slots:
        marks[round(seconds(slot.offset) / whole * _WIDTH)] = "▼"
    return "".join(marks)


def library_table(ads: Iterable[pb.AdState]) -> RenderableType:
    """Return one row per ad."""
    columns = ("Ad", "Title", "About", "Shown", "Clicks", "Rate", "Spent")
    made = table(*columns, numbers=columns[3:])
    for one in ads:
        ad, done = one.ad, one.figures
        about = [*ad.categories, *(subject.value for subject in ad.subjects)]
        made.add_row(
            ad.creative.creative_id,
            Text(ad.creative.title + (" (paused)" if ad.paused else "")),
            Text(", ".join(about)),
            f"{done.impressions:,}",
            f"{done.clicks:,}",
            _rate(done.click_rate),
            f"{one.spent_micros / 1e6:,.2f}",
        )
    return made


def render_matches(answer: pb.MatchAdsResponse) -> Iterator[RenderableType]:
    """Yield the ads of each slot, and those that may not stand in the film."""
    categories = f"; the film is {', '.join(answer.categories)}" if answer.categories else ""
    yield Text(f"{len(answer.slots)} slots{categories}")
    columns = ("At", "Roll", "Ad", "Score", "Context", "Audience", "Why")
    made = table(*columns, numbers=columns[3:6])
    for one in answer.slots:
        place = (clock(seconds(one.slot.offset)), word(pb.AdRoll, one.slot.roll, "AD_ROLL"))
        if not one.ads:
            made.add_row(*place, "–")
        for ad in one.ads:
            made.add_row(
                *place,
                ad.ad_id,
                f"{ad.score:.3f}",
                f"{ad.context:.2f}",
                f"{ad.audience:.2f}",
                Text("\n").join(_why(ad)),
            )
    yield made
    if answer.refusals:
        refused = table("Not here", "Why")
        for refusal in answer.refusals:
            reason = word(pb.AdRefusalReason, refusal.reason, "AD_REFUSAL_REASON")
            refused.add_row(refusal.ad_id, Text(f"{reason} {refusal.value}".rstrip()))
        yield refused


def _why(ad: pb.MatchedAd) -> Iterator[Text]:
    for name, reasons in (("here", ad.context_reasons), ("liked", ad.audience_reasons)):
        for one in reasons[:2]:
            text = Text(f"{name} ", style="dim")
            text.append_text(trait_text(one.kind, one.value, one.name))
            text.append(f" {percent(one.share)}", style="dim")
            yield text


def report_table(answer: pb.GetAdReportResponse) -> RenderableType:
    """Return what came of ads, all together last."""
    columns = ("Ad", "Media", "Roll", "Slots", "Shown", "Fill", "Clicks", "Rate", "Conversions")
    made = table(*columns, numbers=columns[3:])
    for row in answer.rows:
        roll = word(pb.AdRoll, row.roll, "AD_ROLL")
        made.add_row(row.ad_id or "(slots)", Text(row.media_id), roll, *_figures(row.figures))
    made.add_row("all", "", "", *_figures(answer.total))
    return made


def _figures(done: pb.AdFigures) -> tuple[str, ...]:
    return (
        f"{done.requests:,}", f"{done.impressions:,}", _rate(done.fill_rate), f"{done.clicks:,}",
        _rate(done.click_rate), f"{done.conversions:,}",
    )  # fmt: skip


def _rate(value: float) -> str:
    return f"{value * 100:.1f} %" if value else ""
