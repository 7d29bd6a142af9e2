"""Credits and slates, by what is written, where, and when. Pure.

Credits are lines that roll up together, or several lines at a time that name who did what, at the
beginning or the end of the film. A slate is a still card near the beginning with the fields of a
programme's or a take's papers. A title card, a slide or a news ticker is neither.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from videre.common.values import NS
from videre.orchestrator.document import (
    MAX_REFS,
    Condition,
    EvidenceRef,
    FrameCondition,
    TextKind,
    TextLine,
)
from videre.orchestrator.fusion.text_reading import skeleton
from videre.orchestrator.timeline import Timeline

#: Lines at a time that may be credits; of a roll that is read now and then, lines that overlap.
_AT_A_TIME: Final = 3
#: Stretches with that many lines which are no farther apart belong together.
_GAP_NS: Final = 2 * NS
_LEAST_NS: Final = 2 * NS
#: Lines that roll together stand at different heights, E4.
_LEAST_HEIGHT: Final = 1_500
#: Mean luma (0..255) of writing on a dark ground.
_DARK: Final = 50.0
#: Different lines of cards that count without a word that says what they are.
_MANY_LINES: Final = 10
_ROLL_SCORE, _NAMED_SCORE, _CARDS_SCORE, _SLATE_SCORE = 9_000, 8_000, 6_000, 8_000
#: Credits begin in the first fifth, at most five minutes, or end in the last one, at most fifteen.
_SHARE: Final = 5
_OPENING_NS, _CLOSING_NS = 300 * NS, 900 * NS
_SLATE_NS: Final = 180 * NS
_SLATE_FIELDS: Final = 3

#: Phrases that only credits use, and words that two of them use together.
_PHRASES: Final = re.compile(
    r"\b(directed by|(?:executive |co-)?produced by|executive producers?|written by|story by"
    r"|music by|edited by|director of photography|starring|assistant director|special thanks"
    r"|all rights reserved)\b|领衔主演|联合出品|联合摄制|总制片"
)
_WORDS: Final = re.compile(
    r"\b(director|producers?|screenplay|editor|cinematograph\w+|photography|cast|casting"
    r"|costumes?|make-?up|sound design|visual effects|animators?|gaffer|best boy|composer)\b"
    r"|导演|编剧|监制|制片|出品|主演|摄影|剪辑|作曲|配乐|美术|灯光|录音|策划|统筹|场记|配音|鸣谢"
)
_SLATE_WORDS: Final = re.compile(
    r"\b(scene|take|roll|slate|production|programme|program|episode|duration|timecode|time code"
    r"|aspect ratio|client|agency|version|first air|audio|date|camera|director|product)"
    r"\b *[:#.0-9]|片名|集数|时长|场次|镜次|镜号|客户|版本|首播|画幅|制作单位"
)


@dataclass(frozen=True, slots=True)
class _Page:
    """Lines that can be read together, or one right after the other."""

    start_ns: int
    end_ns: int
    lines: tuple[TextLine, ...]


def written_cues(
    lines: Iterable[TextLine],
    luma: Sequence[float] | npt.NDArray[Any],
    timeline: Timeline,
) -> list[FrameCondition]:
    """Return credits and slates in order of time.

    Args:
        lines: lines of text in the picture.
        luma: mean luma 0..255 of every frame; () where it was not measured.
        timeline: the media's clock.
    """
    if timeline.frame_count < 2:
        return []
    placed = [line for line in lines if line.box is not None]
    pages = _pages(placed)
    found = [cue for page in pages if (cue := _credits(page, luma, timeline)) is not None]
    found += [cue for page in pages if (cue := _slate(page, timeline)) is not None]
    return sorted(found, key=lambda cue: (cue.span, cue.kind))


def _pages(lines: Sequence[TextLine]) -> list[_Page]:
    """Return stretches with several lines at a time, those joined that follow at once."""
    changes = sorted(
        [(line.span.start_ns, 1) for line in lines] + [(line.span.end_ns, -1) for line in lines]
    )
    stretches: list[tuple[int, int]] = []
    open_, began = 0, 0
    for time_ns, step in changes:
        if open_ + step == _AT_A_TIME and step > 0:
            began = time_ns
        if open_ == _AT_A_TIME and step < 0:
            if stretches and began - stretches[-1][1] <= _GAP_NS:
                stretches[-1] = (stretches[-1][0], time_ns)
            else:
                stretches.append((began, time_ns))
        open_ += step
    begins = [start_ns for start_ns, _ in stretches]
    held: list[list[TextLine]] = [[] for _ in stretches]
    for line in sorted(lines, key=lambda line: (line.span, line.box or (), line.text)):
        # Where its middle is: a logo that stays for the whole film belongs to no page but one.
        middle_ns = (line.span.start_ns + line.span.end_ns) // 2
        page = bisect_right(begins, middle_ns) - 1
        if page >= 0 and middle_ns < stretches[page][1]:
            held[page].append(line)
    return [
        _Page(start_ns, end_ns, tuple(page))
        for (start_ns, end_ns), page in zip(stretches, held, strict=True)
    ]


def _credits(
    page: _Page, luma: Sequence[float] | npt.NDArray[Any], timeline: Timeline
) -> FrameCondition | None:
    kind = _place(page, timeline.duration_ns)
    if kind is None or len(page.lines) < _AT_A_TIME:
        return None
    score = _credit_score(page, _is_dark(page, luma, timeline))
    if not score or page.end_ns - page.start_ns < _LEAST_NS:
        return None
    start_ns = min(page.start_ns, *(line.span.start_ns for line in page.lines))
    end_ns = max(page.end_ns, *(line.span.end_ns for line in page.lines))
    return FrameCondition(kind, timeline.with_frames(start_ns, end_ns), score, _refs(page.lines))


def _place(page: _Page, duration_ns: int) -> Condition | None:
    """Return which credits may stand there: the nearer end of the film decides."""
    head, tail = page.start_ns, duration_ns - page.end_ns
    if tail <= head:
        return Condition.CLOSING_CREDITS if tail <= _limit(duration_ns, _CLOSING_NS) else None
    return Condition.OPENING_CREDITS if head <= _limit(duration_ns, _OPENING_NS) else None


def _limit(duration_ns: int, most_ns: int) -> int:
    return min(most_ns, duration_ns // _SHARE)


def _credit_score(page: _Page, dark: bool) -> int:
    """Return how surely lines are credits, E4; 0 where they are not."""
    rolling = [line for line in page.lines if line.kind is TextKind.CRAWL]
    heights = [line.box[1] for line in rolling if line.box is not None]
    phrases = {found for line in page.lines for found in _found(_PHRASES, line.text)}
    words = {found for line in page.lines for found in _found(_WORDS, line.text)}
    named = len(phrases) + len(words) > 1
    if len(rolling) > _AT_A_TIME and max(heights) - min(heights) >= _LEAST_HEIGHT:
        return _ROLL_SCORE if dark or named else _NAMED_SCORE
    if named or (phrases and dark):
        return _NAMED_SCORE
    different = {skeleton(line.text) for line in page.lines}
    return _CARDS_SCORE if dark and len(different) >= _MANY_LINES else 0


def _found(pattern: re.Pattern[str], text: str) -> set[str]:
    return {match.group(0) for match in pattern.finditer(text.casefold())}


def _is_dark(page: _Page, luma: Sequence[float] | npt.NDArray[Any], timeline: Timeline) -> bool:
    span = timeline.with_frames(page.start_ns, page.end_ns)
    frames = np.asarray(luma[span.start_frame : span.end_frame])
    return bool(len(frames)) and float(np.median(frames)) < _DARK


def _slate(page: _Page, timeline: Timeline) -> FrameCondition | None:
    if page.start_ns > _SLATE_NS or page.end_ns - page.start_ns < NS // 2:
        return None
    told = [line for line in page.lines if _found(_SLATE_WORDS, line.text)]
    fields = {found for line in told for found in _found(_SLATE_WORDS, line.text)}
    if len(fields) < _SLATE_FIELDS:
        return None
    start_ns = min(line.span.start_ns for line in told)
    end_ns = max(line.span.end_ns for line in told)
    span = timeline.with_frames(start_ns, end_ns)
    return FrameCondition(Condition.SLATE, span, _SLATE_SCORE, _refs(told))


def _refs(lines: Iterable[TextLine]) -> tuple[EvidenceRef, ...]:
    """Return the strongest reading of every line."""
    best = [line.evidence[0] for line in lines if line.evidence]
    ordered = sorted(best, key=lambda ref: (-ref.raw_score, ref.span, ref.id))
    return tuple(ordered[:MAX_REFS])
