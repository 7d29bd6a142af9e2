"""The parts of a film: scenes by their pictures and sound, chapters by their headings. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from videre.orchestrator.document import (
    MAX_REFS,
    AudioSegment,
    EvidenceRef,
    FrameCondition,
    Scene,
    SceneKind,
    Shot,
    TextLine,
    TitleSource,
    Utterance,
)
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.chapters import headings
from videre.orchestrator.fusion.refs import reference, strength
from videre.orchestrator.fusion.scene_titles import Titles
from videre.orchestrator.fusion.scenes import scene_starts, span_of
from videre.orchestrator.fusion.shot_likeness import Looks
from videre.orchestrator.fusion.stitch_shots import BOUNDARIES
from videre.orchestrator.timeline import Timeline


def scenes(
    shots: Sequence[Shot],
    known: Looks,
    sound: Iterable[AudioSegment],
    conditions: Iterable[FrameCondition],
    lines: Sequence[TextLine],
    utterances: Sequence[Utterance],
    records: Iterable[Evidence],
) -> list[Scene]:
    """Return the scenes, which cover all shots, in order.

    Args:
        shots: the shots; () where nobody looked for them.
        known: what they look like.
        sound: what fills the sound track.
        conditions: special stretches of the picture.
        lines: lines of text in the picture.
        utterances: what was said.
        records: evidence of the cuts and of the key frames.
    """
    if not shots:
        return []
    starts = scene_starts(shots, known, sound, conditions)
    firsts = [first for first, _ in starts] + [len(shots)]
    spans = [span_of(shots, first, end) for first, end in pairwise(firsts)]
    titles = Titles(lines, utterances, spans)
    proof = _Proof(records)
    found = []
    for index, ((first, score), span) in enumerate(zip(starts, spans, strict=True)):
        title = titles.of(span)
        picture = next((s.picture for s in shots[first : firsts[index + 1]] if s.picture), "")
        shown = proof.of(span.start_frame or 0, picture)
        found.append(
            Scene(
                index=index,
                kind=SceneKind.SCENE,
                span=span,
                first_shot=first,
                end_shot=firsts[index + 1],
                score=score,
                title=title.text,
                title_source=title.source,
                picture=picture,
                evidence=(*shown, *title.evidence)[:MAX_REFS],
            )
        )
    return found


class _Proof:
    """The cut that begins a scene, and the picture that shows it."""

    def __init__(self, records: Iterable[Evidence]) -> None:
        self._cuts: dict[int, Evidence] = {}
        self._pictures: dict[str, Evidence] = {}
        for record in records:
            if record.picture:
                known = self._pictures.setdefault(record.picture, record)
                if known is not record:
                    self._pictures[record.picture] = min(known, record, key=_place)
            elif record.class_name in BOUNDARIES:
                frame = record.span.start_frame or 0
                known = self._cuts.setdefault(frame, record)
                if known is not record:
                    self._cuts[frame] = min(known, record, key=strength)

    def of(self, frame: int, picture: str) -> list[EvidenceRef]:
        """Return references for a scene that begins with a frame and is shown by a picture."""
        found = self._cuts.get(frame), self._pictures.get(picture)
        return [reference(record) for record in found if record is not None]


def _place(record: Evidence) -> tuple[int, str]:
    return record.span.start_ns, record.id


def chapters(
    shots: Sequence[Shot],
    lines: Sequence[TextLine],
    utterances: Sequence[Utterance],
    timeline: Timeline,
) -> list[Scene]:
    """Return the chapters in order; what comes before the first heading belongs to none.

    A chapter begins with the shot in which its heading appears; in media without picture, with the
    heading.
    """
    begun = headings(lines, utterances)
    cuts = [shot.span.start_ns for shot in shots]
    places = [max(0, bisect_right(cuts, heading.start_ns) - 1) for heading in begun]
    if shots:
        begins = [shots[place].span.start_ns for place in places]
    else:
        begins = [heading.start_ns for heading in begun]
    if any(a >= b for a, b in pairwise(begins)):  # headings of one shot: its chapters have no shots
        begins = [heading.start_ns for heading in begun]
    ends = [*begins[1:], timeline.duration_ns]
    found = []
    for index, (heading, place) in enumerate(zip(begun, places, strict=True)):
        last = bisect_right(cuts, ends[index] - 1)
        span = timeline.with_frames(begins[index], ends[index])
        found.append(
            Scene(
                index=index,
                kind=SceneKind.CHAPTER,
                span=span,
                first_shot=place if shots else 0,
                end_shot=last,
                score=heading.score,
                title=heading.text,
                title_source=TitleSource.HEADING,
                picture=shots[place].picture if shots else "",
                evidence=heading.evidence,
            )
        )
    return found
