"""The first and last frames of lines: found for many at a time as for each alone."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from statistics import median

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

from videre.common.values import NS
from videre.orchestrator.document import BoxE4
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.text_edges import Ends, Line
from videre.orchestrator.timeline import Timeline

_FRAMES, _EVERY = 120, 12
_CLOCK = Timeline(
    duration_ns=_FRAMES * NS // 25,
    frame_starts_ns=[frame * NS // 25 for frame in range(_FRAMES)],
    video_end_ns=_FRAMES * NS // 25,
    average_rate=Fraction(25),
)
_SAMPLED = list(range(0, _FRAMES, _EVERY))
_BOX: BoxE4 = (1_000, 8_000, 4_000, 700)
_CELLS = (slice(7, 8), slice(1, 9))  # those that the box touches


def _line(first: int, last: int, box: BoxE4 = _BOX) -> Line:
    """Return a line that was read in two sampled frames, each standing for all until the next."""
    read = [
        Evidence("text", "reader@1", _CLOCK.frame_span(frame, min(frame + _EVERY, _FRAMES)))
        for frame in (first, last)
    ]
    span = _CLOCK.frame_span(first, read[-1].span.end_frame or 0)
    return Line(span, read, box, box)


def _ends(edges: npt.NDArray[np.uint8]) -> Ends:
    return Ends(_SAMPLED, _CLOCK, lambda start, end: edges[start:end])


def _shown(start: int, end: int) -> npt.NDArray[np.uint8]:
    edges = np.zeros((_FRAMES, 9, 16), np.uint8)
    edges[start:end, *_CELLS] = 90
    return edges


def test_a_line_begins_and_ends_where_its_cells_change() -> None:
    (span,) = _ends(_shown(30, 57)).placed([_line(36, 48)])
    assert (span.start_frame, span.end_frame) == (30, 57)


def test_a_line_whose_cells_never_change_stays_where_it_was_read() -> None:
    line = _line(36, 48)
    assert _ends(_shown(0, _FRAMES)).placed([line]) == [line.span]


def test_without_edges_lines_stay_where_they_were_read() -> None:
    line = _line(36, 48)
    assert Ends(_SAMPLED, _CLOCK, None).placed([line]) == [line.span]


def test_no_lines_have_no_ends() -> None:
    assert _ends(_shown(0, 1)).placed([]) == []


@st.composite
def _films(draw: st.DrawFn) -> tuple[npt.NDArray[np.uint8], list[Line]]:
    """Draw a film of noise in which cells step up and down, and lines anywhere in it."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    edges = rng.integers(0, draw(st.integers(1, 60)), (_FRAMES, 9, 16)).astype(np.uint8)
    for frame in draw(st.lists(st.integers(0, _FRAMES - 1), max_size=6)):
        edges[frame:] ^= rng.integers(0, 2, (9, 16)).astype(np.uint8) * np.uint8(128)
    lines = []
    for _ in range(draw(st.integers(1, 12))):
        first = draw(st.integers(0, _FRAMES // _EVERY - 1))
        last = draw(st.integers(first, _FRAMES // _EVERY - 1))
        x, y = draw(st.integers(0, 9_000)), draw(st.integers(0, 9_000))
        box = (x, y, draw(st.integers(1, 10_000 - x)), draw(st.integers(1, 10_000 - y)))
        lines.append(_line(first * _EVERY, last * _EVERY, box))
    return edges, lines


@given(_films())
@settings(max_examples=60, deadline=None)
def test_many_lines_are_placed_like_each_alone(
    film: tuple[npt.NDArray[np.uint8], list[Line]],
) -> None:
    edges, lines = film
    ends = _ends(edges)
    assert ends.placed(lines) == [ends.placed([line])[0] for line in lines]


@given(_films())
@settings(max_examples=60, deadline=None)
def test_ends_stand_at_steps_that_stand_out(
    film: tuple[npt.NDArray[np.uint8], list[Line]],
) -> None:
    """As the rule says in plain numbers: 2 levels, six times the median of the others, a half."""
    edges, lines = film
    for line, span in zip(lines, _ends(edges).placed(lines), strict=True):
        start, end = _by_the_rule(line, edges)
        assert (span.start_frame, span.end_frame) == (start, end)


def _by_the_rule(line: Line, edges: npt.NDArray[np.uint8]) -> tuple[int, int]:
    first, behind = line.span.start_frame or 0, line.span.end_frame or 0
    start, end = first, behind
    floor = max(0, first - _EVERY)
    if floor < first:
        unlike = _unlike(edges[floor : first + 2], line.first, -1)[: first - floor + 1]
        steps = _clear([before - after for before, after in pairwise(unlike)])
        start = floor + 1 + steps[-1] if steps else first
    last = max(line.records[-1].span.start_frame or 0, first + 1)
    stop = min(behind, _FRAMES - 1)
    if last < stop:
        unlike = _unlike(edges[last - 1 : stop + 1], line.last, 0)[1:]
        steps = _clear([after - before for before, after in pairwise(unlike)])
        end = last + 1 + steps[0] if steps else behind
    return (start, end) if start < end else (first, behind)


def _unlike(edges: npt.NDArray[np.uint8], box: BoxE4, like: int) -> list[float]:
    left, top, width, height = box
    rows = slice(min(top * 9 // 10_000, 8), min((top + height) * 9 // 10_000, 8) + 1)
    columns = slice(min(left * 16 // 10_000, 15), min((left + width) * 16 // 10_000, 15) + 1)
    cells = edges[:, rows, columns].astype(int)
    return [float(np.abs(frame - cells[like]).mean()) for frame in cells]


def _clear(steps: list[float]) -> list[int]:
    highest = max(steps)
    others = sorted(map(abs, steps))
    if highest < 2:
        return []
    others.remove(highest)
    usual = median(others) if others else 0.0
    return [i for i, step in enumerate(steps) if step >= max(2, 6 * usual, highest / 2)]
