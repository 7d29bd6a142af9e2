"""What annotators changed in Label Studio → corrections of the analysis. Pure.

A region that was sent and came back otherwise, or not at all, says what was wrong; one that was not
sent says what is missing. That a region is gone says something only where the annotation began with
the predictions and all regions that were sent are known: who begins with an empty page, or was sent
a part, has not denied the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from videre.common.values import sha256_hex
from videre.exports.cues import one_line
from videre.exports.label_studio_read import Annotation, Drawn, Marked
from videre.exports.label_studio_regions import BOXES, FACE, TIMELINE, WORDS, Region, regions_of
from videre.v1 import analysis_pb2, feedback_pb2, types_pb2

SOURCE: Final = "label-studio"
_MAX_BOXES: Final = 100
#: A box that moved by less than this share of the picture is as it was: Label Studio rounds.
_SAME: Final = 0.002
_WRONG: Final = feedback_pb2.CORRECTION_KIND_WRONG
_MISSING: Final = feedback_pb2.CORRECTION_KIND_MISSING
_TEXT: Final = feedback_pb2.CORRECTION_KIND_TEXT
_PERSON: Final = feedback_pb2.CORRECTION_KIND_PERSON
_SAID: Final = frozenset({"text_lines", "utterances"})
#: Lists by the labels that stand for them in the interface.
_LISTS: Final = {
    "Shot": "shots", WORDS["text"]: "text_lines", WORDS["speech"]: "utterances",
    WORDS["scene"]: "scenes", WORDS["chapter"]: "scenes", WORDS["keyword"]: "keywords",
    WORDS["entity"]: "entities", WORDS["code"]: "codes", FACE: "faces",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Changes:
    """What an annotation says.

    Args:
        corrections: in the order of regions, those that are gone last.
        kept: regions that came back as they were sent.
        removals_known: whether regions that are gone were looked at.
    """

    corrections: tuple[feedback_pb2.Correction, ...]
    kept: int
    removals_known: bool


def changes(annotation: Annotation, analysis: analysis_pb2.Analysis) -> Changes:
    """Return what an annotation says of the analysis that it was made from.

    Args:
        annotation: as it was read.
        analysis: the revision of its task, view FULL, in its task's language.
    """
    sent = {region.id: region for region in regions_of(analysis)}
    return _Comparison(analysis, sent).of(annotation)


def request_id(annotation: Annotation, part: int) -> str:
    """Return the idempotency key of a part of an annotation: a file may be imported again."""
    what = f"{annotation.media_id} {annotation.revision} {annotation.name} {annotation.marked!r}"
    return f"{SOURCE}-{sha256_hex(what.encode())[:32]}-{part}"


class _Comparison:
    def __init__(self, analysis: analysis_pb2.Analysis, sent: dict[str, Region]) -> None:
        self._sent = sent
        self._nodes = {label.name: label.node_id for label in analysis.labels}
        self._known: dict[tuple[str, str], Region] = {}
        for region in sent.values():
            self._known.setdefault((region.control, region.label), region)

    def of(self, annotation: Annotation) -> Changes:
        found: list[feedback_pb2.Correction] = []
        kept = 0
        for key, marked in annotation.marked.items():
            region = self._sent.get(key)
            made = list(self._changed(region, marked) if region else self._added(marked))
            kept += region is not None and not made
            found += made
        began = annotation.from_prediction or any(key in self._sent for key in annotation.marked)
        known = began and annotation.regions == len(self._sent)
        if known:
            gone = (one for key, one in self._sent.items() if key not in annotation.marked)
            found += [_gone(region) for region in gone]
        found += [
            feedback_pb2.Correction(kind=feedback_pb2.CORRECTION_KIND_COMMENT, comment=words)
            for words in annotation.comments
        ]
        return Changes(tuple(found), kept, known)

    def _changed(self, region: Region, marked: Marked) -> Iterator[feedback_pb2.Correction]:
        # An object has its class for a label where its taxonomy node was not sent along.
        if marked.labels and not {region.label, one_line(region.name)} & set(marked.labels):
            yield from self._renamed(region, marked)
            return
        words = marked.text
        if region.list in _SAID and words is not None and words != region.name:
            yield feedback_pb2.Correction(
                kind=_TEXT, list=region.list, text=_cut(region.name), corrected_text=words,
                span=_frames(region.start, region.end),
            )  # fmt: skip
        if region.control == TIMELINE:
            yield from _moved(region, marked.ranges)
        elif not _same_box(region, marked.drawn):
            yield _gone(region)
            yield _missing(region.list, region.node_id, region.name, (), marked.drawn)

    def _renamed(self, region: Region, marked: Marked) -> Iterator[feedback_pb2.Correction]:
        if region.person_id:
            known = self._known.get((TIMELINE, marked.labels[0]))
            other = known.person_id if known else ""
            yield feedback_pb2.Correction(
                kind=_PERSON, list="people", person_id=region.person_id, same_person_id=other,
                name="" if other else marked.labels[0], span=_frames(region.start, region.end),
            )  # fmt: skip
            return
        yield _gone(region)
        yield from self._added(marked)

    def _added(self, marked: Marked) -> Iterator[feedback_pb2.Correction]:
        control = BOXES if marked.drawn else TIMELINE
        for label in marked.labels or [""]:
            known = self._known.get((control, label))
            words = (marked.text or "").strip()
            if not label and not words:
                continue
            held_in = known.list if known else _LISTS.get(label, "objects" if marked.drawn else "")
            node = known.node_id if known and not known.words else self._nodes.get(label, "")
            name = words if label in WORDS.values() and words else label
            stretches: list[tuple[tuple[int, int], ...]] = [(one,) for one in marked.ranges]
            for ranges in stretches or [()]:
                yield _missing(held_in or "labels", node, name or words, ranges, marked.drawn)


def _gone(region: Region) -> feedback_pb2.Correction:
    """Return that a statement does not hold; of words, that there are none."""
    span = _frames(region.start, region.end)
    if region.list in _SAID:
        text = _cut(region.name)
        return feedback_pb2.Correction(kind=_TEXT, list=region.list, text=text, span=span)
    if region.person_id:
        return feedback_pb2.Correction(
            kind=_PERSON, list="people", person_id=region.person_id, span=span
        )
    boxes = []
    if region.box is not None:
        boxes = [feedback_pb2.CorrectionBox(frame=region.box.frame, box=region.box.box)]
    return feedback_pb2.Correction(
        kind=_WRONG, list=region.list, node_id=region.node_id, name=_name(region.name), span=span,
        boxes=boxes,
    )  # fmt: skip


def _missing(
    held_in: str,
    node_id: str,
    name: str,
    ranges: tuple[tuple[int, int], ...],
    drawn: list[Drawn],
) -> feedback_pb2.Correction:
    boxes = _at_most(sorted(drawn, key=lambda one: one.frame))
    if not ranges and boxes:
        ranges = ((boxes[0].frame, boxes[-1].frame + 1),)
    made = feedback_pb2.Correction(
        kind=_MISSING, list=held_in, node_id=node_id, name=_name(name),
        boxes=[
            feedback_pb2.CorrectionBox(
                frame=one.frame,
                box=types_pb2.BoundingBox(x=one.x, y=one.y, width=one.width, height=one.height),
            )
            for one in boxes
        ],
    )  # fmt: skip
    for start, end in ranges:
        made.span.CopyFrom(_frames(start, end))
    return made


def _moved(region: Region, ranges: list[tuple[int, int]]) -> Iterator[feedback_pb2.Correction]:
    """Yield what a stretch lost and what it gained."""
    was = [(region.start, region.end)]
    for kind, stretches in (
        (_WRONG, _without(was, ranges)),
        (_MISSING, _without(ranges, was)),
    ):
        for start, end in stretches:
            yield feedback_pb2.Correction(
                kind=kind, list=region.list, node_id=region.node_id, name=_name(region.name),
                span=_frames(start, end),
            )  # fmt: skip


def _without(ones: list[tuple[int, int]], others: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return what of the first stretches no other one covers."""
    left = list(ones)
    for low, high in others:
        cut = []
        for start, end in left:
            cut += [(start, min(end, low)), (max(start, high), end)]
        left = [(start, end) for start, end in cut if start < end]
    return left


def _same_box(region: Region, drawn: list[Drawn]) -> bool:
    if region.box is None or len(drawn) != 1 or drawn[0].frame != region.box.frame:
        return False
    box, one = region.box.box, drawn[0]
    sides = ((box.x, one.x), (box.y, one.y), (box.width, one.width), (box.height, one.height))
    return all(abs(was - now) <= _SAME for was, now in sides)


def _at_most(boxes: list[Drawn]) -> list[Drawn]:
    """Return the boxes, or as many as a correction takes, evenly chosen, with first and last."""
    if len(boxes) <= _MAX_BOXES:
        return boxes
    last = len(boxes) - 1
    return [boxes[number * last // (_MAX_BOXES - 1)] for number in range(_MAX_BOXES)]


def _frames(start: int, end: int) -> types_pb2.TimeSpan:
    return types_pb2.TimeSpan(start_frame=start, end_frame=end)


def _name(name: str) -> str:
    return _cut(name, 256)


def _cut(text: str, size: int = 4_096) -> str:
    """Return words that fit a correction: a line of a document may be longer."""
    return text.encode()[:size].decode(errors="ignore")
