"""From the message of a verdict to what it flags, when, and where in the picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from google.protobuf.duration_pb2 import Duration

from videre.production.known import Finding, FlaggedPart, Judged, SeenAt, Stretch
from videre.v1 import analysis_pb2 as pb
from videre.v1 import types_pb2

_NS: Final = 1_000_000_000
_SUGGESTIONS: Final = {pb.SUGGESTION_BLOCK: "block", pb.SUGGESTION_REVIEW: "review"}
_SPEECH, _TEXT, _SOUND, _METADATA = "speech", "text", "sound", "metadata"
#: Evidence by which something is heard.
_HEARD: Final = (_SPEECH, _SOUND)
#: So many references stand beside a statement at most (analysis.proto): where there are as many,
#: others may have been left out, and with them places.
_MOST_REFS: Final = 20


def judged_from(analysis: pb.Analysis) -> Judged | None:
    """Return the verdict of an analysis; None where nobody judged."""
    if not analysis.HasField("verdict"):
        return None
    verdict = analysis.verdict
    return Judged(
        template=verdict.template,
        findings=tuple(
            Finding(
                category=group.category,
                medium=group.medium,
                label=segment.label,
                suggestion=_SUGGESTIONS[segment.suggestion],
                # Several lists may have one word.
                parts=tuple(dict.fromkeys(_parts(group.medium, segment, analysis.text_lines))),
            )
            for group in verdict.groups
            for segment in group.segments
            if segment.suggestion in _SUGGESTIONS
        ),
        unsettled=tuple(
            (group.category, group.medium, group.reason)
            for group in verdict.groups
            if group.suggestion in _SUGGESTIONS and not group.segments
        ),
    )


def _parts(
    medium: str, segment: pb.VerdictSegment, lines: Iterable[pb.TextLine]
) -> Iterator[FlaggedPart]:
    """Yield what a segment flags: words one by one, anything else as a whole."""
    if medium == _METADATA:
        return
    whole = stretch_of(segment.span)
    if medium == _SPEECH and segment.word_hits:
        for hit in segment.word_hits:
            yield FlaggedPart(stretch_of(hit.span), seen=False, heard=True)
    elif medium == _TEXT and segment.word_hits:
        for hit in segment.word_hits:
            yield _text(hit, lines)
    elif medium in _HEARD:
        yield FlaggedPart(whole, seen=False, heard=True)
    else:
        yield _sight(whole, segment)


def _text(hit: pb.WordHit, lines: Iterable[pb.TextLine]) -> FlaggedPart:
    """Return a line in which a word stands: the same span, the same characters."""
    when = stretch_of(hit.span)
    boxes = [
        _box(when.start_ns, _reach(line))
        for line in lines
        if stretch_of(line.span) == when
        and line.text[hit.start : hit.end] == hit.text
        and line.box.width > 0
    ]
    return FlaggedPart(when, seen=True, heard=False, boxes=tuple(boxes))


def _reach(line: pb.TextLine) -> types_pb2.BoundingBox:
    """Return where a line stands; one that crawls is anywhere in its rows."""
    if line.kind != pb.TEXT_KIND_CRAWL:
        return line.box
    return types_pb2.BoundingBox(x=0, y=line.box.y, width=1, height=line.box.height)


def _sight(whole: Stretch, segment: pb.VerdictSegment) -> FlaggedPart:
    shown = [ref for ref in segment.evidence if ref.modality not in _HEARD]
    placed = shown and all(ref.box.width > 0 and ref.box.height > 0 for ref in shown)
    boxes = [_box(_ns(ref.span.start_offset), ref.box) for ref in shown] if placed else []
    return FlaggedPart(
        whole,
        seen=True,
        heard=len(shown) < len(segment.evidence),
        # A listed picture is listed as a whole.
        boxes=() if segment.hash_hits else tuple(sorted(boxes, key=lambda one: one.ns)),
        more=len(segment.evidence) >= _MOST_REFS,
    )


def _box(ns: int, box: types_pb2.BoundingBox) -> SeenAt:
    return SeenAt(ns, box.x, box.y, box.width, box.height)


def stretch_of(span: types_pb2.TimeSpan) -> Stretch:
    """Return a stretch of the media."""
    return Stretch(_ns(span.start_offset), _ns(span.end_offset))


def _ns(duration: Duration) -> int:
    return duration.seconds * _NS + duration.nanos
