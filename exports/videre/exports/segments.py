"""Everything an analysis says of a stretch of time, as one kind of value. Pure.

Tables, caption tracks and markers of editing programs differ in how they write a statement, not in
what statements there are: they all read this list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from videre.exports.subject import lower, score
from videre.exports.visible import visible
from videre.v1 import analysis_pb2 as pb
from videre.v1 import types_pb2

Fact: TypeAlias = str | int | float


@dataclass(frozen=True, slots=True)
class Segment:
    """One statement about one stretch.

    Args:
        kind: "shot", "label", "object", "face", "text", "speech", "sound", "audio", "condition",
            "code" or "verdict".
        name: what it is: a label's name in the asked language, a class, "Shot 3"; for text and
            speech the words, for codes what they say with what does not show escaped.
        span: when.
        confidence: 0..1.
        node_id: taxonomy node; "" where there is none.
        language: BCP 47 language of the words of text and speech; else "".
        box: where, at its best frame; None without a place.
        facts: what only this kind has, by column name.
    """

    kind: str
    name: str
    span: types_pb2.TimeSpan
    confidence: float
    node_id: str = ""
    language: str = ""
    box: types_pb2.BoundingBox | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)


def segments_of(analysis: pb.Analysis) -> Iterator[Segment]:
    """Yield every statement, kind by kind in a stated order; a label and a code once per span."""
    yield from (_shot(item) for item in analysis.shots)
    yield from _labels(analysis)
    yield from (_object(item) for item in analysis.objects)
    yield from (_face(item) for item in analysis.faces)
    yield from (_text(item) for item in analysis.text_lines)
    yield from (_speech(item) for item in analysis.utterances)
    yield from _sounds(analysis)
    yield from (_condition(item) for item in analysis.frame_conditions)
    yield from _codes(analysis)
    yield from _verdict(analysis)


def _shot(item: pb.Shot) -> Segment:
    transition = lower(pb.ShotTransition.Name(item.transition_in), "SHOT_TRANSITION")
    facts: dict[str, Fact] = {"shot_index": item.index, "detail": transition}
    return Segment("shot", f"Shot {item.index + 1}", item.span, score(item.confidence), facts=facts)


def _labels(analysis: pb.Analysis) -> Iterator[Segment]:
    for item in analysis.labels:
        facts: dict[str, Fact] = {
            "level": item.level,
            "parent_node_id": item.parent_node_id,
            "centric_score": score(item.centric_score),
            "appearance_ratio": score(item.appearance_ratio),
            "modalities": " ".join(item.modalities),
        }
        for span in item.spans:
            yield Segment(
                "label", item.name, span, score(item.confidence), item.node_id, facts=facts
            )


def _object(item: pb.ObjectAppearance) -> Segment:
    best = max(item.boxes, key=lambda box: box.confidence, default=None)
    return Segment(
        "object",
        item.class_name,
        item.span,
        score(item.confidence),
        item.node_id,
        box=best.box if best else None,
        facts={"shot_index": item.shot_index, "count": item.max_count},
    )


def _face(item: pb.FaceAppearance) -> Segment:
    best = max(item.boxes, key=lambda box: box.confidence, default=None)
    size = lower(pb.ShotSize.Name(item.shot_size), "SHOT_SIZE")
    return Segment(
        "face",
        "Face",
        item.span,
        score(item.confidence),
        box=best.box if best else None,
        facts={"shot_index": item.shot_index, "detail": size},
    )


def _text(item: pb.TextLine) -> Segment:
    return Segment(
        "text",
        item.text,
        item.span,
        score(item.confidence),
        language=item.language_code,
        box=item.box if item.HasField("box") else None,
        facts={"detail": lower(pb.TextKind.Name(item.kind), "TEXT_KIND")},
    )


def _speech(item: pb.Utterance) -> Segment:
    understanding = lower(pb.Understanding.Name(item.understanding), "UNDERSTANDING")
    return Segment(
        "speech",
        item.text,
        item.span,
        score(item.confidence),
        language=item.language_code,
        facts={"detail": understanding},
    )


def _sounds(analysis: pb.Analysis) -> Iterator[Segment]:
    for event in analysis.sound_events:
        yield Segment("sound", event.class_name, event.span, score(event.confidence), event.node_id)
    for item in analysis.audio_segments:
        kind = lower(pb.AudioKind.Name(item.kind), "AUDIO_KIND")
        yield Segment("audio", kind, item.span, score(item.confidence))


def _condition(item: pb.FrameCondition) -> Segment:
    kind = lower(pb.FrameConditionKind.Name(item.kind), "FRAME_CONDITION_KIND")
    return Segment("condition", kind, item.span, score(item.confidence))


def _codes(analysis: pb.Analysis) -> Iterator[Segment]:
    for item in analysis.codes:
        facts: dict[str, Fact] = {
            "detail": lower(pb.Symbology.Name(item.symbology), "SYMBOLOGY"),
            "count": item.sighting_count,
        }
        for span in item.spans:
            name, confidence = visible(item.text), score(item.confidence)
            yield Segment("code", name, span, confidence, item.node_id, facts=facts)


def _verdict(analysis: pb.Analysis) -> Iterator[Segment]:
    for group in analysis.verdict.groups:
        for item in group.segments:
            suggestion = lower(pb.Suggestion.Name(item.suggestion), "SUGGESTION")
            name = f"{group.category}: {item.label}" if item.label else group.category
            facts: dict[str, Fact] = {"detail": suggestion, "modalities": group.medium}
            yield Segment("verdict", name, item.span, score(item.confidence), facts=facts)
