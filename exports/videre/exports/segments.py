"""Everything an analysis says, as one kind of value. Pure.

Tables, caption tracks and markers of editing programs differ in how they write a statement, not in
what statements there are: they all read this list, and so does the view TIMELINE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from videre.exports import statements as make
from videre.exports.statements import Fact, Statement
from videre.v1 import analysis_pb2 as pb
from videre.v1 import types_pb2

#: Name of a list of an analysis → its entries in order.
Entries: TypeAlias = Callable[[str], Iterable[Any]]
#: Lists of an analysis in the order of rows, with what makes the statements of one of their items;
#: the number is the item's position in its list.
LISTS: Final[Mapping[str, Callable[[Any, int], Iterator[Statement]]]] = {
    "shots": make.shot,
    "labels": make.label,
    "objects": make.object_,
    "faces": make.face,
    "text_lines": make.text_line,
    "utterances": make.utterance,
    "sound_events": make.sound_event,
    "audio_segments": make.audio_segment,
    "frame_conditions": make.frame_condition,
    "events": make.event,
    "scenes": make.scene,
    "people": make.person,
    "keywords": make.keyword,
    "entities": make.entity,
    "topics": make.topic,
    "quality": make.quality,
    "codes": make.code,
    "moods": make.mood,
    "tracks": make.track,
    "library_matches": make.library_match,
    "feedback": make.feedback,
}
#: The list that each kind of statement comes from.
LIST_OF: Final = {
    "shot": "shots", "label": "labels", "object": "objects", "face": "faces", "text": "text_lines",
    "speech": "utterances", "sound": "sound_events", "audio": "audio_segments",
    "condition": "frame_conditions", "event": "events", "scene": "scenes", "chapter": "scenes",
    "person": "people", "keyword": "keywords", "entity": "entities", "topic": "topics",
    "quality": "quality", "code": "codes", "mood": "moods", "track": "tracks",
    "match": "library_matches", "feedback": "feedback",
    "verdict": "verdict",
}  # fmt: skip
#: Lists that make no statement about the media, and why.
WITHOUT_STATEMENTS: Final = {
    "engines": "who looked, not what was seen",
    "stages": "a table has a row for each that did not look everywhere",
    "event_rules": "a table has a row for each that could not be evaluated",
    "timeline": "the other lists once more, in order of time",
}
VERDICT: Final = "verdict"


@dataclass(frozen=True, slots=True)
class Segment:
    """One statement about one stretch; see `Statement`.

    Args:
        kind: "shot", "label" and so on: one of `statements.KINDS`.
        span: when.
    """

    kind: str
    name: str
    span: types_pb2.TimeSpan
    confidence: float | None
    node_id: str
    language: str
    box: types_pb2.BoundingBox | None
    facts: Mapping[str, Fact]


def segments_of(analysis: pb.Analysis) -> Iterator[Segment]:
    """Yield every statement that has a time, list by list; a label once for each of its spans."""
    for said in statements_of(analysis):
        if said.span is not None:
            yield Segment(
                said.kind, said.name, said.span, said.confidence, said.node_id, said.language,
                said.box, said.facts,
            )  # fmt: skip


def statements_of(analysis: pb.Analysis) -> Iterator[Statement]:
    """Yield every statement, also of what is only given with the media and has no time."""
    yield from statements_from(analysis, lambda name: getattr(analysis, name))


def statements_from(head: pb.Analysis, entries: Entries) -> Iterator[Statement]:
    """Yield the same of an analysis whose lists come from elsewhere, best made one by one."""
    for name, statements in LISTS.items():
        for index, item in enumerate(entries(name)):
            yield from statements(item, index)
    for group in head.verdict.groups:
        for found in group.segments:
            yield make.finding(found, group.category, group.medium)
