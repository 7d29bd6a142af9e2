"""The analysis of a film of 29.97 frames per second, and its public message."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from videre.common.values import NS
from videre.orchestrator.api.analyses.view import to_proto
from videre.orchestrator.document import (
    Analysis,
    BoxAt,
    Coverage,
    EvidenceRef,
    Keyword,
    Label,
    LabelCoverage,
    Loudness,
    MediaFacts,
    MediaKind,
    Music,
    Person,
    PersonTrack,
    Shot,
    ShotSize,
    ShotSizeTime,
    StageResult,
    StageState,
    Suggestion,
    TextKind,
    TextLine,
    Transition,
    Verdict,
    VerdictGroup,
    VerdictSegment,
    VideoFacts,
)
from videre.orchestrator.taxonomy.load import load_taxonomy
from videre.orchestrator.timeline import Timeline
from videre.v1 import analysis_pb2 as pb

FRAMES: Final = 3_000
STEP: Final = 1_001 * NS // 30_000
TIMELINE: Final = Timeline(
    duration_ns=FRAMES * STEP,
    frame_starts_ns=[i * STEP for i in range(FRAMES)],
    video_end_ns=FRAMES * STEP,
    average_rate=Fraction(30_000, 1_001),
)
TAXONOMY: Final = load_taxonomy()
MEDIA: Final = MediaFacts(
    "a" * 64, 1, MediaKind.VIDEO, "mp4", FRAMES * STEP,
    VideoFacts("h264", 640, 360, 640, 360, 0, 30_000, 1_001, False, FRAMES),
)  # fmt: skip
REF: Final = EvidenceRef("0123456789abcdef/0", "image", "e@1", 9_000, TIMELINE.frame_span(0, 1))


def label(node_id: str, score: int, start: int = 0, end: int = 100) -> Label:
    """Return a label of one stretch of frames."""
    node = TAXONOMY.node(node_id)
    span = TIMELINE.frame_span(start, end)
    return Label(
        node_id, node.level, node.parent, score, 1_234, 5_000, (span,), ("image",), (REF,), 1
    )


def shot(index: int) -> Shot:
    """Return a shot of ten frames."""
    start = index * 10
    kind = Transition.CUT if index else Transition.START
    return Shot(index, TIMELINE.frame_span(start, start + 10), kind, 10_000)


def line(index: int) -> TextLine:
    """Return a line of text that stands in one frame."""
    span = TIMELINE.frame_span(index, index + 1)
    box = (1_000, 2_000, 3_000, 4_000)
    return TextLine(f"line {index}", span, (0,) * 8, box, 9_876, "en", TextKind.FIXED, (REF,))


def person(start: int, end: int) -> Person:
    """Return somebody; whether speech is heard is known unless the film begins with the face."""
    span = TIMELINE.frame_span(start, end)
    box = (1_000, 2_000, 3_000, 4_000)
    track = PersonTrack("f" * 16, 0, span, 8_000, (BoxAt(start, span.start_ns, box, 9_000),))
    return Person(
        id=f"{start:016x}",
        spans=(span,),
        score=9_100,
        appearance=333,
        centric=40,
        shot_sizes=(ShotSizeTime(ShotSize.MEDIUM, NS),),
        face_count=3,
        picture="b" * 64,
        picture_box=box,
        tracks=(track,),
        track_count=1,
        speech=2_500 if start else None,
        evidence=(REF,),
    )


ANALYSIS: Final = Analysis(
    media=MEDIA,
    stages=(StageResult("nsfw", StageState.NOT_CHECKED, "NO_ENGINE"),),
    shots=tuple(shot(i) for i in range(7)),
    labels=(
        label("animal", 9_500),
        label("animal.dog", 9_000),
        label("vehicle.car", 7_000, 500, 600),
    ),
    text_lines=tuple(line(i) for i in range(5)),
    people=(person(0, 100), person(500, 600)),
    loudness=Loudness(-23_012, None, -1_000),
    music=Music(120_000, (0, NS // 2), 8_000),
    verdict=Verdict(
        Suggestion.REVIEW,
        "careful@1",
        (
            VerdictGroup(
                "porn", "image", Suggestion.REVIEW, 8_900, "porn", "",
                (
                    VerdictSegment(
                        REF.span, Suggestion.REVIEW, 8_900, "porn", "porn.image.review", 5_000,
                        evidence=(REF,),
                    ),
                ),
                (LabelCoverage("porn", Coverage.CHECKED),),
            ),
        ),
        False,
    ),
)  # fmt: skip
FULL: Final = pb.ANALYSIS_VIEW_FULL
BASIC: Final = pb.ANALYSIS_VIEW_BASIC


def view(
    analysis: Analysis = ANALYSIS,
    kind: pb.AnalysisView.ValueType = FULL,
    size: int = 0,
    token: str = "",
    **wanted: Any,
) -> tuple[pb.Analysis, str]:
    """Return a page of an analysis of the film, and the token of the next one."""
    return to_proto(analysis, TIMELINE, TAXONOMY, kind, pb.AnalysisFilter(**wanted), size, token)


def keyword(text: str, *starts: int) -> Keyword:
    """Return a keyword that is said at these frames."""
    spans = tuple(TIMELINE.frame_span(start, start + 5) for start in starts)
    return Keyword(text, "en", 8_000, 2, spans, ("speech",), (REF,), 1)


RICH: Final = replace(ANALYSIS, keywords=(keyword("late", 30, 600), keyword("title only")))
