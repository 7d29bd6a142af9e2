"""A verdict → an edit: what is hidden, what is covered, what is cut out, what is left. Pure.

The promise: at every instant in which something is flagged and an edit is asked for, the instant is
cut out, or what is flagged is hidden in the picture and covered in the sound. Where the place of
something is not known for all of its time, the whole picture is hidden.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from videre.production.known import Finding, FlaggedPart, Followed, Judged, SeenAt
from videre.production.reframing.subjects import followed
from videre.production.retouching.edits import Hidden

Span = tuple[int, int]

COVER, CUT, KEEP = "cover", "cut", "keep"
#: Why something stays.
KEPT: Final = "KEPT"
NOT_IN_MEDIA: Final = "NOT_IN_MEDIA"
_REGION: Final = "region"
_WHOLE: Final = (0.0, 0.0, 1.0, 1.0)
#: Share of a box that lies in that of something which was followed, from which on it is the same.
_SAME: Final = 0.6
#: Something that was followed is there so long before it was seen first and after it was seen last.
_REACH_NS: Final = 400_000_000
#: What goes over into a tone or silence does so outside of what is cut out: nothing clicks there.
_RAMP_NS: Final = 5_000_000


@dataclass(frozen=True, slots=True)
class Extent:
    """The media that is edited.

    Args:
        end_ns: its end.
        frames: when its frames begin, in order, and when the last one ends; empty without pictures.
        sounds: whether it has sound.
    """

    end_ns: int
    frames: Sequence[int]
    sounds: bool


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is to be done; see `RedactOptions`."""

    on_block: str
    on_review: str
    categories: frozenset[str]
    mode: str
    grow: float
    margin_ns: int


@dataclass(frozen=True, slots=True)
class Edited:
    """A finding, what was done, when, and how many places were hidden; 0 = all or none."""

    finding: Finding
    action: str
    spans: tuple[Span, ...]
    places: int


@dataclass(frozen=True, slots=True)
class Plan:
    """An edit.

    Args:
        hidden: parts of the picture, in order of time.
        covered: stretches of the sound, in order of time, apart from each other.
        cut: stretches that fall away, likewise.
        kept: what is left, likewise.
        edited: what was done about findings, in order of time.
        unedited: category, medium, label and reason of what stays.
    """

    hidden: tuple[Hidden, ...]
    covered: tuple[Span, ...]
    cut: tuple[Span, ...]
    kept: tuple[Span, ...]
    edited: tuple[Edited, ...]
    unedited: tuple[tuple[str, str, str, str], ...]


def plan(judged: Judged, extent: Extent, wishes: Wishes, ways: Sequence[Followed]) -> Plan:
    """Return the edit that answers a verdict.

    Args:
        judged: the verdict.
        extent: what is edited.
        wishes: what is to be done.
        ways: things that were followed through the pictures.
    """
    hidden: list[Hidden] = []
    covered: list[Span] = []
    cut: list[Span] = []
    edited: list[Edited] = []
    unedited = [(category, medium, "", reason) for category, medium, reason in judged.unsettled]
    for finding in judged.findings:
        reason = _left(finding, wishes)
        if reason:
            unedited.append((finding.category, finding.medium, finding.label, reason))
            continue
        action = wishes.on_block if finding.suggestion == "block" else wishes.on_review
        spans = [_span(part, extent, wishes.margin_ns) for part in finding.parts]
        places: list[Hidden] = []
        if action == CUT:
            cut += spans
        else:
            for part, span in zip(finding.parts, spans, strict=True):
                if part.heard and extent.sounds:
                    covered.append(span)
                if part.seen and extent.frames:
                    places += _hiding(part, span, extent, wishes, ways)
            hidden += places
        count = sum(one.keys[0][1:] != _WHOLE for one in places)
        edited.append(Edited(finding, action, joined(spans), count))
    cuts = joined(cut)
    # Frames are shown on the grid of the output: whatever it takes from a cut is hidden too.
    if extent.frames:
        hidden += [_everything(span, wishes.mode) for span in cuts]
    if extent.sounds:
        covered += [(a + _RAMP_NS, b - _RAMP_NS) for a, b in cuts if b - a > 2 * _RAMP_NS]
    return Plan(
        hidden=tuple(sorted(hidden, key=lambda one: (one.start_ns, one.end_ns, one.keys))),
        covered=joined(covered),
        cut=cuts,
        kept=tuple(_between(cuts, extent.end_ns)),
        edited=tuple(sorted(edited, key=_order)),
        unedited=tuple(unedited),
    )


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans in order, those that touch or overlap as one."""
    made: list[Span] = []
    for start, end in sorted(spans):
        if made and start <= made[-1][1]:
            made[-1] = made[-1][0], max(made[-1][1], end)
        else:
            made.append((start, end))
    return tuple(made)


def _order(one: Edited) -> tuple[object, ...]:
    return one.spans, one.finding.category, one.finding.medium, one.finding.label


def _left(finding: Finding, wishes: Wishes) -> str:
    """Return why a finding stays; "" where it is edited."""
    if not finding.parts:
        return NOT_IN_MEDIA
    action = wishes.on_block if finding.suggestion == "block" else wishes.on_review
    other = wishes.categories and finding.category not in wishes.categories
    return KEPT if action == KEEP or other else ""


def _span(part: FlaggedPart, extent: Extent, margin_ns: int) -> Span:
    """Return when a part is edited: whole frames, and never nothing."""
    flagged = part.stretch
    start = max(0, min(flagged.start_ns - margin_ns, extent.end_ns - 1))
    end = max(start + 1, min(flagged.end_ns + margin_ns, extent.end_ns))
    return _whole((start, end), extent.frames)


def _whole(span: Span, frames: Sequence[int]) -> Span:
    """Return the frames that are on show in a span, where there are any."""
    before, after = bisect_right(frames, span[0]) - 1, bisect_left(frames, span[1])
    return (
        frames[before] if before >= 0 else span[0],
        frames[after] if after < len(frames) else span[1],
    )


def _hiding(
    part: FlaggedPart, span: Span, extent: Extent, wishes: Wishes, ways: Sequence[Followed]
) -> Iterator[Hidden]:
    """Yield what hides a part all the time."""
    same = [_way_of(box, ways) for box in part.boxes]
    tracked = list(dict.fromkeys(way for way in same if way is not None))
    if not part.boxes or (part.more and not (all(same) and _throughout(tracked, span))):
        yield _everything(span, wishes.mode)
        return
    looks = sorted({box.ns for box in part.boxes})
    for box in part.boxes:
        # At rest from the look before until the look after: between two looks both are hidden.
        place = bisect_left(looks, box.ns)
        start = looks[place - 1] if place else span[0]
        end = looks[place + 1] + 1 if place + 1 < len(looks) else span[1]
        yield _moving(
            [box], _whole((max(start, span[0]), min(end, span[1])), extent.frames), wishes
        )
    by_look = [[box for box in part.boxes if box.ns == look] for look in looks]
    for way in (*followed(_REGION, by_look), *tracked):
        if len(way.boxes) > 1:
            first, last = way.boxes[0].ns - _REACH_NS, way.boxes[-1].ns + _REACH_NS
            start, end = max(first, span[0]), min(last, span[1])
            if start < end:
                yield _moving(way.boxes, (start, end), wishes)


def _way_of(box: SeenAt, ways: Sequence[Followed]) -> Followed | None:
    """Return what was followed through a box."""
    for way in ways:
        if way.boxes[0].ns - _REACH_NS <= box.ns <= way.boxes[-1].ns + _REACH_NS:
            near = min(way.boxes, key=lambda one: abs(one.ns - box.ns))
            width = min(box.x + box.width, near.x + near.width) - max(box.x, near.x)
            height = min(box.y + box.height, near.y + near.height) - max(box.y, near.y)
            if width > 0 and height > 0 and width * height >= _SAME * box.width * box.height:
                return way
    return None


def _throughout(ways: Sequence[Followed], span: Span) -> bool:
    """Tell whether things were followed for all of a span."""
    there = joined((w.boxes[0].ns - _REACH_NS, w.boxes[-1].ns + _REACH_NS) for w in ways)
    return any(start <= span[0] and span[1] <= end for start, end in there)


def _moving(boxes: Sequence[SeenAt], span: Span, wishes: Wishes) -> Hidden:
    grow = wishes.grow
    keys = tuple(
        (
            one.ns,
            one.x - one.width * grow,
            one.y - one.height * grow,
            one.width * (1 + 2 * grow),
            one.height * (1 + 2 * grow),
        )
        for one in boxes
    )
    return Hidden(_REGION, wishes.mode, keys, *span)


def _everything(span: Span, mode: str) -> Hidden:
    return Hidden(_REGION, mode, ((span[0], *_WHOLE),), *span)


def _between(cuts: Sequence[Span], end_ns: int) -> Iterator[Span]:
    """Yield what no cut takes."""
    at = 0
    for start, end in cuts:
        if start > at:
            yield at, start
        at = max(at, end)
    if at < end_ns:
        yield at, end_ns
