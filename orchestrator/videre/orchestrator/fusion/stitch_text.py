"""Lines read in single frames → lines of text with a beginning and an end. Pure.

The same text in the same place over time is one line, whichever unit it was read in. Readings of
one line differ in a character here and there; they vote, weighted with their scores. A line that
moves (crawl, credits) is followed as long as its text goes on.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from videre.common.values import NS, TimeSpan
from videre.orchestrator.document import BoxE4, TextKind, TextLine
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.inputs import EdgeReader
from videre.orchestrator.fusion.refs import reference, references, strength, strongest
from videre.orchestrator.fusion.text_edges import Ends, Line
from videre.orchestrator.fusion.text_reading import (
    alike,
    language_of,
    normalise,
    skeleton,
    vote,
)
from videre.orchestrator.fusion.text_scroll import continues, joined, parts, runs
from videre.orchestrator.fusion.written import CODE
from videre.orchestrator.timeline import Timeline

#: A line may be missed by the recogniser for this long and still be the same.
_GAP_NS: Final = 3 * NS // 2
#: Farthest that a moving line's box moves between two readings, E4 of the picture.
_STRIDE: Final = 3_500
#: Boxes closer than this (centre, E4, each way) stand in the same place.
_SAME_PLACE: Final = 400
#: A line seen in one sampled frame, for less than this, must be read this surely.
_GLIMPSE_NS: Final = NS
_GLIMPSE_SCORE: Final = 8_000
_LEAST_FRAMES: Final = 3
#: Readings with at least this score are rarely wrong in a character.
_SURE_SCORE: Final = 9_500
#: Longest time between two readings of a text that comes and goes in parts.
_PART_GAP_NS: Final = NS // 2
#: A line of which both ends travel farther than this is a crawl, E4.
_TRAVEL: Final = 1_500
#: Lines are looked up by stretches of this length.
_STRETCH_NS: Final = 10 * NS
_LOWER_BAND, _UPPER_BAND, _MOST_CAPTION_HEIGHT = 6_800, 1_800, 1_600
_LONGEST_CAPTION_NS: Final = 12 * NS


@dataclass(slots=True)
class _Track:
    """A line while it is followed; `center` is that of its last box."""

    records: list[Evidence]
    texts: list[str]
    boxes: list[BoxE4]
    center: tuple[int, int]

    @property
    def start_ns(self) -> int:
        return self.records[0].span.start_ns

    @property
    def end_ns(self) -> int:
        return self.records[-1].span.end_ns


def stitch_text(
    records: Iterable[Evidence],
    judge: Judge,
    timeline: Timeline,
    edges: EdgeReader | None = None,
) -> tuple[TextLine, ...]:
    """Return lines of text in order of time, then from top to bottom.

    Args:
        records: evidence of the feature `text`; records without points are taken as they stand.
        judge: knows the detection threshold.
        timeline: the media's clock.
        edges: reader of edge grids, to place beginnings and ends to the frame.
    """
    wanted = [r for r in judge.reaching(records) if r.text.strip()]
    placed = [(r, box_of(r.points)) for r in wanted if r.points and r.span.start_frame is not None]
    placed.sort(key=_order)
    sampled = sorted({r.span.start_frame or 0 for r, _ in placed})
    read = sorted((r for r in wanted if not r.points), key=_document_order)
    tracks = _absorb(_follow(placed))
    told = [told for track in tracks if (told := _told(track, judge, timeline)) is not None]
    ends = Ends(sampled, timeline, edges)
    spans = ends.placed([Line(t.span, t.records, t.first, t.last) for t in told])
    lines = [_line(one, span) for one, span in zip(told, spans, strict=True)]
    lines.sort(key=_line_order)
    return (*(_document_line(r, judge) for r in read), *lines)


def _document_order(record: Evidence) -> tuple[object, ...]:
    """Order a document's lines: by place, then by their number in their blob."""
    number = int(record.id.rpartition("/")[2] or 0)
    return record.span, number, record.text, record.id


def _order(placed: tuple[Evidence, BoxE4]) -> tuple[object, ...]:
    """Order readings by time, then from top to bottom."""
    record, box = placed
    span = record.span
    return span.start_ns, span.end_ns, box[1], record.points, record.text, record.id


def box_of(points: tuple[int, ...]) -> BoxE4:
    """Return the upright box (left, top, width, height) around x, y pairs."""
    xs, ys = points[0::2], points[1::2]
    left, top = min(xs), min(ys)
    return left, top, max(xs) - left, max(ys) - top


def _document_line(record: Evidence, judge: Judge) -> TextLine:
    text = normalise(record.text)
    return TextLine(
        text=text,
        span=record.span,
        quad=(),
        box=None,
        score=judge.score(record),
        language=language_of(text),
        kind=TextKind.CODE if record.class_name == CODE else TextKind.UNKNOWN,
        evidence=references([record]),
    )


def _follow(placed: Iterable[tuple[Evidence, BoxE4]]) -> list[_Track]:
    """Return tracks; each record goes on with the open track that is most like it."""
    done: list[_Track] = []
    open_: list[_Track] = []
    waiting: dict[int, _Track] = {}  # open tracks that this instant has not continued
    now = -1
    for record, box in placed:
        start = record.span.start_ns
        if start != now:
            now = start
            before, open_ = open_, []
            for track in before:
                (open_ if start - track.end_ns <= _GAP_NS else done).append(track)
            waiting = dict(enumerate(open_))
        text = skeleton(record.text)
        x, y = _center(box)
        found = _nearest(waiting, record, box, (x, y), text)
        if found is not None:
            track = waiting.pop(found)
            track.records.append(record)
            track.boxes.append(box)
            track.texts.append(text or track.texts[-1])
            track.center = x, y
        else:
            open_.append(_Track([record], [text], [box], (x, y)))
    return done + open_


def _nearest(
    waiting: Mapping[int, _Track],
    record: Evidence,
    box: BoxE4,
    center: tuple[int, int],
    text: str,
) -> int | None:
    """Return the track that a reading goes on with, of those as near the first; None without one.

    Tracks that stand farther away than another one costs are not compared: no cost is less than the
    distance.
    """
    x, y = center
    found, least = None, 3 * _STRIDE + 1  # more than any cost
    for index, track in waiting.items():
        there_x, there_y = track.center
        dx, dy = abs(x - there_x), abs(y - there_y)
        if dx <= _STRIDE and dy <= _STRIDE and dx + dy < least:
            cost = _cost(track, record, box, (dx, dy), text)
            if cost is not None and cost < least:
                found, least = index, cost
    return found


def _absorb(tracks: list[_Track]) -> list[_Track]:
    """Give readings that stand alone in the middle of a line to that line: a slip, no new text."""
    lasting = [track for track in tracks if len(track.records) > 1]
    slips = [track for track in tracks if len(track.records) == 1]
    stretches = _Stretches(lasting)
    kept = list(lasting)
    for slip in slips:
        for index in stretches.around(slip.start_ns):
            track = lasting[index]
            if track.start_ns <= slip.start_ns < track.end_ns and (
                _near(track.boxes[0], slip.boxes[0]) and alike(track.texts[-1], slip.texts[0])
            ):
                track.records = sorted([*track.records, *slip.records], key=lambda r: r.span)
                stretches.add(index, track)
                break
        else:
            kept.append(slip)
    return kept


class _Stretches:
    """Which lines may be there at an instant: a long film's slips do not ask every line of it."""

    def __init__(self, tracks: Sequence[_Track]) -> None:
        self._by_stretch: dict[int, list[int]] = defaultdict(list)
        for index, track in enumerate(tracks):
            self.add(index, track)

    def add(self, index: int, track: _Track) -> None:
        """Note a line (again: its end may have moved)."""
        for stretch in range(track.start_ns // _STRETCH_NS, track.end_ns // _STRETCH_NS + 1):
            there = self._by_stretch[stretch]
            place = bisect_left(there, index)
            if place == len(there) or there[place] != index:
                there.insert(place, index)

    def around(self, time_ns: int) -> Sequence[int]:
        """Return the lines that may be there, in the order of their numbers."""
        return self._by_stretch.get(time_ns // _STRETCH_NS, ())


def _near(a: BoxE4, b: BoxE4) -> bool:
    return all(abs(x - y) <= _SAME_PLACE for x, y in zip(a, b, strict=True))


def _cost(
    track: _Track, record: Evidence, box: BoxE4, distance: tuple[int, int], text: str
) -> int | None:
    """Return how far a reading is from a track's last one; None when it is another line.

    `distance` is that of their centres: both stand within a stride of each other.
    """
    last, (dx, dy) = track.boxes[-1], distance
    if dx > _SAME_PLACE and dy > _SAME_PLACE and (dy > last[3] or dx > last[2] // 2):
        return None
    latest = track.texts[-1]
    if text and latest == text:
        return dx + dy
    sure = record.score >= _SURE_SCORE and track.records[-1].score >= _SURE_SCORE
    if alike(latest, text, sure=sure):
        return dx + dy
    before = track.texts[-2:][0]
    # One reading may be a slip: the one before it counts as well.
    if before != latest and alike(before, text, sure=sure):
        return dx + dy
    soon = record.span.start_ns - track.end_ns <= _PART_GAP_NS
    if soon and dy <= _SAME_PLACE and _shares_end(last, box) and continues(track.texts[-1], text):
        return _STRIDE + dx + dy
    return None


def _center(box: BoxE4) -> tuple[int, int]:
    return box[0] + box[2] // 2, box[1] + box[3] // 2


def _shares_end(one: BoxE4, other: BoxE4) -> bool:
    """Tell whether two boxes begin or end at the same place: text is cut there, or grows there."""
    left, right = abs(one[0] - other[0]), abs(one[0] + one[2] - other[0] - other[2])
    return min(left, right) <= _SAME_PLACE


class _Told(msgspec.Struct, frozen=True, gc=False):
    """What a track says.

    Args:
        span: from its first reading to its last.
        records: its readings, in order of time.
        first: where it stood in the first of them.
        last: where in the last one.
        text: what they agree on.
        kind: of text.
        best: the strongest of those that read it so.
        score: that one's, calibrated, E4.
        proofs: the strongest readings, in order.
    """

    span: TimeSpan
    records: Sequence[Evidence]
    first: BoxE4
    last: BoxE4
    text: str
    kind: TextKind
    best: Evidence
    score: int
    proofs: Sequence[Evidence]


def _told(track: _Track, judge: Judge, timeline: Timeline) -> _Told | None:
    """Return what a track says; None when it is too doubtful."""
    records = track.records
    first, last = records[0].span, records[-1].span
    frames = (last.end_frame or 0) - (first.start_frame or 0)
    span = timeline.frame_span(first.start_frame or 0, last.end_frame or 0)
    read = [record.text for record in records]
    texts = [normalise(text) for text in (read if len(set(read)) > 1 else read[:1])]
    differ = len(set(texts)) > 1
    shown = parts([skeleton(text) for text in texts]) if differ else []
    kind = _kind(track, shown, span, timeline)
    if shown:
        text = joined(texts)
    else:
        text = vote(zip(texts, (r.score for r in records), strict=True)) if differ else texts[0]
    proofs = strongest(records)
    best = proofs[0]
    if differ:
        reading = [r for r, form in zip(records, texts, strict=True) if form == text]
        best = min(reading or records, key=strength)
    score = judge.score(best)
    seen_once = len(records) < 2 and timeline.frame_count > 1
    if seen_once and len(skeleton(text)) < 2:
        return None
    glimpse = seen_once and span.duration_ns < _GLIMPSE_NS
    if glimpse and (score < _GLIMPSE_SCORE or frames < _LEAST_FRAMES):
        return None
    return _Told(span, records, track.boxes[0], track.boxes[-1], text, kind, best, score, proofs)


def _line(told: _Told, span: TimeSpan) -> TextLine:
    """Return the line of what a track says, from its first frame to its last."""
    points = told.best.points
    return TextLine(
        text=told.text,
        span=span,
        quad=points,
        box=box_of(points),
        score=told.score,
        language=language_of(told.text),
        kind=told.kind,
        evidence=tuple([reference(record) for record in told.proofs]),
    )


def _line_order(line: TextLine) -> tuple[object, ...]:
    """Order lines by time, then from top to bottom."""
    span, box = line.span, line.box
    return (
        span.start_ns, span.end_ns, span.start_frame, span.end_frame,
        box[1] if box else 0, line.quad, line.text,
    )  # fmt: skip


def _kind(track: _Track, shown: list[str], span: TimeSpan, timeline: Timeline) -> TextKind:
    if _travel(track.boxes) > _TRAVEL or runs(shown):
        return TextKind.CRAWL
    _, y, _, height = track.boxes[0]
    middle = y + height // 2
    in_band = middle >= _LOWER_BAND or middle <= _UPPER_BAND
    comes_and_goes = span.duration_ns < min(_LONGEST_CAPTION_NS, timeline.duration_ns)
    if in_band and comes_and_goes and height <= _MOST_CAPTION_HEIGHT:
        return TextKind.SUBTITLE
    return TextKind.FIXED


def _travel(boxes: list[BoxE4]) -> int:
    """Return how far the line moved: the end that moved less, in the direction that moved more."""
    if len(set(boxes)) < 2:
        return 0
    ends = [
        ([box[axis] for box in boxes], [box[axis] + box[axis + 2] for box in boxes])
        for axis in (0, 1)
    ]
    return max(min(max(end) - min(end) for end in both) for both in ends)
