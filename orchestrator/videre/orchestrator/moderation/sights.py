"""Where what feeds labels is seen or heard in one media. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Final

from videre.common.values import SCORE_ONE, TimeSpan
from videre.orchestrator.document import Analysis, EvidenceRef, TextKind
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import FRAME_FEATURES
from videre.orchestrator.fusion.calibration import DEFAULT_THRESHOLD, Judge
from videre.orchestrator.fusion.refs import reference
from videre.orchestrator.fusion.stitch_shots import ShotFinder
from videre.orchestrator.moderation.counting import at_least
from videre.orchestrator.moderation.feeds import (
    Classes,
    Feed,
    LargeText,
    OfEvent,
    OfLibrary,
    Together,
)
from videre.orchestrator.moderation.inputs import ModerationInput

_SAMPLED: Final = frozenset(feature.name for feature in FRAME_FEATURES)
#: Text that lies over the picture and does not belong to what it shows.
_LAID_OVER: Final = frozenset({TextKind.SUBTITLE, TextKind.CRAWL})


@dataclass(frozen=True, slots=True)
class Sight:
    """Something that was seen or heard once.

    Args:
        span: when; of a sampled frame until the next one or the end of its shot.
        score: how surely, E4.
        refs: the evidence, strongest first.
    """

    span: TimeSpan
    score: int
    refs: tuple[EvidenceRef, ...]


class Sights:
    """What feeds find in one media: what they share is made once."""

    def __init__(
        self, given: ModerationInput, judge: Judge, classes: Iterable[tuple[str, str]]
    ) -> None:
        """Take all (feature, class) that will be asked for."""
        self._given, self._judge = given, judge
        self._classes = frozenset(classes)

    def of(self, feed: Feed) -> list[Sight]:
        """Return everything that a feed finds."""
        match feed:
            case Classes():
                return self._classified(feed)
            case LargeText():
                return self._large_texts(feed)
            case OfEvent():
                return [
                    Sight(event.span, event.score, event.evidence)
                    for event in self._given.analysis.events
                    if event.rule_id == feed.rule_id
                ]
            case Together():
                return self._together(feed)
            case OfLibrary():
                return []  # rules find the entries of their libraries themselves

    def stretch(self, record: Evidence) -> TimeSpan:
        """Return how long a record speaks."""
        return self._stretches.of(record)

    def _classified(self, feed: Classes) -> list[Sight]:
        records = [
            record
            for name in sorted(feed.names)
            for record in self._by_class.get((feed.feature, name), ())
            if self._counts(record, feed.at_least)
        ]
        if feed.count == 1:
            return [
                Sight(self._stretches.of(r), self._judge.score(r), (reference(r),)) for r in records
            ]
        frames: dict[TimeSpan, list[Evidence]] = defaultdict(list)
        for record in records:
            frames[record.span].append(record)
        found = (self._several(group, feed.count) for group in frames.values())
        return [sight for sight in found if sight is not None]

    def _counts(self, record: Evidence, limit: int | None) -> bool:
        if limit is None:
            return self._judge.detects(record)
        return self._judge.score(record) >= limit

    def _several(self, records: Sequence[Evidence], count: int) -> Sight | None:
        """Return the sight of `count` things in one frame; None where it is too unsure."""
        if len(records) < count:
            return None
        score = at_least((self._judge.score(record) for record in records), count)
        if score < DEFAULT_THRESHOLD:
            return None
        best = sorted(records, key=lambda r: (-self._judge.score(r), r.id))[:count]
        return Sight(self._stretches.of(best[0]), score, tuple(map(reference, best)))

    def _large_texts(self, feed: LargeText) -> list[Sight]:
        return [
            Sight(line.span, line.score, line.evidence)
            for line in self._given.analysis.text_lines
            if line.box is not None
            and line.kind not in _LAID_OVER
            and line.box[2] * line.box[3] >= feed.area * SCORE_ONE
        ]

    def _together(self, feed: Together) -> list[Sight]:
        """Return sights of the first part while all others are there, as sure as the least sure."""
        first, *others = (self.of(part) for part in feed.parts)
        beside = [_AtATime(sights) for sights in others]
        found = []
        for sight in first:
            same = [strongest for one in beside if (strongest := one.strongest(sight.span))]
            if len(same) == len(beside):
                score = min(sight.score, *(one.score for one in same))
                refs = (*sight.refs, *(ref for one in same for ref in one.refs))
                found.append(Sight(sight.span, score, refs))
        return found

    @cached_property
    def _by_class(self) -> Mapping[tuple[str, str], Sequence[Evidence]]:
        """Records that some feed asks for, in their order, by feature and class."""
        found: dict[tuple[str, str], list[Evidence]] = defaultdict(list)
        for record in self._given.evidence:
            kind = record.feature, record.class_name
            if kind in self._classes:
                found[kind].append(record)
        return found

    @cached_property
    def _stretches(self) -> _Stretches:
        given = self._given
        sampled = sampled_spans(given.evidence) if given.sampled is None else given.sampled
        return _Stretches(given.analysis, sampled)


def sampled_spans(evidence: Iterable[Evidence]) -> tuple[TimeSpan, ...]:
    """Return the spans of all sampled frames, in order of time."""
    return in_order(
        r.span for r in evidence if r.feature in _SAMPLED and r.span.start_frame is not None
    )


def in_order(frames: Iterable[TimeSpan]) -> tuple[TimeSpan, ...]:
    """Return the spans of frames in order of time, each once."""
    spans = {(one.start_ns, one.end_ns, one.start_frame, one.end_frame): one for one in frames}
    return tuple(spans[place] for place in sorted(spans))


class _AtATime:
    """Finds what is there at some time."""

    def __init__(self, sights: Iterable[Sight]) -> None:
        self._sights = sorted(sights, key=_order)
        self._starts = [sight.span.start_ns for sight in self._sights]
        self._reach = list(accumulate((_end(sight.span) for sight in self._sights), max))

    def strongest(self, span: TimeSpan) -> Sight | None:
        """Return the strongest sight that shares time with a span; the first of equal ones."""
        at = bisect_left(self._starts, _end(span))
        same = []
        while at and self._reach[at - 1] > span.start_ns:
            at -= 1
            if _end(self._sights[at].span) > span.start_ns:
                same.append(self._sights[at])
        return min(same, key=lambda sight: (-sight.score, _order(sight)), default=None)


def _end(span: TimeSpan) -> int:
    """Return the end of a span; an instant, as that of a still picture, has some length here."""
    return max(span.end_ns, span.start_ns + 1)


def _order(sight: Sight) -> tuple[object, ...]:
    span = sight.span
    return span.start_ns, span.end_ns, -sight.score, tuple(ref.id for ref in sight.refs)


class _Stretches:
    """A sampled frame speaks until the next sampled frame or the end of its shot."""

    def __init__(self, analysis: Analysis, sampled: Iterable[TimeSpan]) -> None:
        self._shots = analysis.shots
        self._finder = ShotFinder(analysis.shots)
        self._next = dict(pairwise(sampled))

    def of(self, record: Evidence) -> TimeSpan:
        span = record.span
        if record.feature not in _SAMPLED or span.start_frame is None:
            return span
        end_ns, end_frame = span.end_ns, span.end_frame or 0
        follower = self._next.get(span)
        if follower is not None:
            end_ns, end_frame = follower.start_ns, follower.start_frame or 0
        if self._shots:
            shot = self._shots[self._finder.at(span.start_frame)].span
            if follower is None or end_ns > shot.end_ns:
                end_ns, end_frame = shot.end_ns, shot.end_frame or 0
        return TimeSpan(
            span.start_ns,
            max(end_ns, span.end_ns),
            span.start_frame,
            max(end_frame, span.end_frame or 0),
        )
