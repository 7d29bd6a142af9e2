"""Ad slots, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.console import RenderableType
from rich.text import Text

from videre.cli.formatting import clock, length, percent, seconds, word
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
