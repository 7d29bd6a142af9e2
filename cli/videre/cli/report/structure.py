"""Scenes, chapters and special stretches of picture as rows, and as words."""

from __future__ import annotations

from dataclasses import dataclass

from videre.cli.formatting import clock, length, percent, span_seconds, word
from videre.cli.report.lists import Rows, cut
from videre.v1 import analysis_pb2


@dataclass(frozen=True, slots=True)
class SceneRow:
    """A scene or a chapter. `jump` is the number of its first shot, 0 where it has none."""

    number: int
    kind: str
    when: str
    timecode: str
    long: str
    shots: str
    jump: int
    title: str
    source: str
    confidence: str
    picture: str

    @property
    def facts(self) -> tuple[str, ...]:
        """What is known of it beside its time, in words."""
        title = f"title from {self.source}" if self.source else ""
        shots = f"{'shots' if '–' in self.shots else 'shot'} {self.shots}" if self.shots else ""
        said = (f"{self.kind} {self.number}", self.long, shots, title, self.confidence)
        return tuple(fact for fact in said if fact)


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """A special stretch of picture."""

    when: str
    long: str
    kind: str
    confidence: str


def scene_rows(analysis: analysis_pb2.Analysis, limit: int) -> Rows[SceneRow]:
    """Return the first scenes and chapters, in order of time."""

    def row(scene: analysis_pb2.Scene) -> SceneRow:
        start, end = span_seconds(scene.span)
        first, last = scene.first_shot_index + 1, scene.end_shot_index
        shots = "" if last < first else f"{first}" if last == first else f"{first} – {last}"
        return SceneRow(
            number=scene.index + 1,
            kind=word(analysis_pb2.SceneKind, scene.kind, "SCENE_KIND"),
            when=f"{clock(start)} – {clock(end)}",
            timecode=scene.span.start_timecode,
            long=length(end - start),
            shots=shots,
            jump=first if shots else 0,
            title=scene.title,
            source=word(analysis_pb2.TitleSource, scene.title_source, "TITLE_SOURCE"),
            confidence=percent(scene.confidence),
            picture=scene.picture_digest,
        )

    return cut(analysis.scenes, limit, row)


def condition_rows(analysis: analysis_pb2.Analysis, limit: int) -> Rows[ConditionRow]:
    """Return the first special stretches of picture, in order of time."""

    def row(found: analysis_pb2.FrameCondition) -> ConditionRow:
        start, end = span_seconds(found.span)
        return ConditionRow(
            when=f"{clock(start)} – {clock(end)}",
            long=length(end - start),
            kind=condition_word(found),
            confidence=percent(found.confidence),
        )

    return cut(analysis.frame_conditions, limit, row)


def condition_word(found: analysis_pb2.FrameCondition) -> str:
    """Return "color bars" and the like."""
    return word(analysis_pb2.FrameConditionKind, found.kind, "FRAME_CONDITION_KIND")
