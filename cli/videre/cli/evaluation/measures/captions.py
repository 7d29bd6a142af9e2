"""Lines of text in moving pictures: read or not, how exactly, and when they come and go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from videre.cli.evaluation.figures import Case, Measured
from videre.cli.evaluation.measures.intervals import interval, middle, ratio
from videre.cli.evaluation.measures.pairs import Pairs
from videre.cli.evaluation.measures.texts import distance, folded, letters
from videre.cli.evaluation.observed import Line, Observed
from videre.cli.evaluation.truth import Caption, Span

#: A line counts as found when at most this share of its letters differs.
_FOUND: Final = 0.34
EDGE_FRAMES: Final = 2
#: How far the text of a neighbouring shot may reach into one without, seconds.
_REACH_S: Final = 0.2
#: Lines with fewer letters and digits say nothing.
_JUNK_LETTERS: Final = 1


@dataclass(frozen=True, slots=True)
class Read:
    """A caption beside the lines that say it, the best first; none = not found."""

    file: str
    caption: Caption
    lines: tuple[Line, ...]
    errors: int
    edges: tuple[int, int] | None

    @property
    def size(self) -> int:
        """Number of characters of the truth."""
        return len(folded(self.caption.text))


def read(pairs: Pairs) -> list[Read]:
    """Return every caption of the truth beside what was read of it."""
    return [
        _read_one(truth.name, caption, answer)
        for truth, answer in pairs
        for caption in truth.captions or ()
    ]


def _read_one(file: str, caption: Caption, answer: Observed) -> Read:
    wanted = folded(caption.text)
    near = [
        (distance(wanted, folded(line.text)), line)
        for line in answer.lines
        if line.span.start_s < caption.span.end_s and caption.span.start_s < line.span.end_s
    ]
    said = [(errors, line) for errors, line in near if errors <= _FOUND * len(wanted)]
    if not said:
        return Read(file, caption, (), len(wanted), None)
    said.sort(key=lambda found: (found[0], -_overlap(found[1].span, caption.span)))
    lines = tuple(line for _, line in said)
    return Read(file, caption, lines, said[0][0], _edges(caption, lines, answer.rate))


def _edges(caption: Caption, lines: Sequence[Line], rate: float) -> tuple[int, int] | None:
    """Return how many frames too late the text begins and ends, over all its parts."""
    first = [line.first for line in lines if line.first is not None]
    end = [line.end for line in lines if line.end is not None]
    if not first or not end:
        return None
    return (
        min(first) - round(caption.span.start_s * rate),
        max(end) - round(caption.span.end_s * rate),
    )


def captions(pairs: Pairs) -> list[Measured]:
    """Return line recall, character error rate, edge errors and split lines."""
    reads = read(pairs)
    units = [(float(bool(one.lines)), 1.0) for one in reads]
    found = [one for one in reads if one.lines]
    return [
        Measured(
            "captions: line recall",
            ratio(units),
            "share",
            f"{len(found)} of {len(reads)} lines, at most {_FOUND:.0%} of a line wrong",
            interval(units, ratio),
            tuple(
                Case(one.file, one.caption.span.start_s, _named(one.caption), "not read")
                for one in reads
                if not one.lines
            ),
        ),
        _error_rate(found),
        *_edge_figures(found),
        _splits(found),
    ]


def _error_rate(found: Sequence[Read]) -> Measured:
    units = [(float(one.errors), float(one.size)) for one in found]
    cases = tuple(
        Case(one.file, one.caption.span.start_s, _named(one.caption), one.lines[0].text, one.errors)
        for one in found
        if one.errors
    )
    how = "wrong characters of the lines found, case, width and blanks aside"
    return Measured("captions: CER", ratio(units), "share", how, interval(units, ratio), cases)


def _edge_figures(found: Sequence[Read]) -> list[Measured]:
    timed = [(one, one.edges) for one in found if one.edges is not None and not one.caption.gradual]
    errors = [float(abs(error)) for _, edges in timed for error in edges]
    within = [(float(error <= EDGE_FRAMES), 1.0) for error in errors]
    cases = tuple(
        Case(
            one.file,
            one.caption.span.start_s,
            _named(one.caption),
            f"starts {edges[0]:+d}, ends {edges[1]:+d} frames",
            max(map(abs, edges)),
        )
        for one, edges in timed
        if max(map(abs, edges)) > EDGE_FRAMES
    )
    return [
        Measured(
            "captions: edges within 2 frames",
            ratio(within),
            "share",
            f"{len(errors)} starts and ends of the lines found",
            interval(within, ratio),
            cases,
        ),
        Measured(
            "captions: edge error",
            middle(errors),
            "frames",
            "median of starts and ends",
            interval(errors, middle),
        ),
    ]


def _splits(found: Sequence[Read]) -> Measured:
    split = [one for one in found if len(one.lines) > 1]
    cases = tuple(
        Case(
            one.file,
            one.caption.span.start_s,
            _named(one.caption),
            " | ".join(f"{line.text} [{line.first}–{line.end}]" for line in one.lines),
            len(one.lines),
        )
        for one in split
    )
    how = f"of {len(found)} captions, given as more than one line over their time"
    value = float(len(split)) if found else None
    return Measured("captions: given in parts", value, "captions", how, cases=cases)


def junk(pairs: Pairs) -> Measured:
    """Return the number of text-free stretches in which a text was read."""
    stretches = [(truth, answer, span) for truth, answer in pairs for span in truth.text_free]
    cases = []
    for truth, answer, span in stretches:
        read_there = [line for line in answer.lines if _is_junk(line, span)]
        if read_there:
            got = " | ".join(line.text for line in read_there[:5])
            start_s = read_there[0].span.start_s
            cases.append(Case(truth.name, start_s, "no text", got, len(read_there)))
    units = [(float(index < len(cases)), 1.0) for index in range(len(stretches))]
    how = f"{len(cases)} of {len(stretches)} stretches without text show lines"
    return Measured(
        "text: junk on text-free shots",
        ratio(units),
        "share",
        how,
        interval(units, ratio),
        tuple(cases),
    )


def _is_junk(line: Line, span: Span) -> bool:
    inside = _overlap(line.span, span)
    return (
        inside > min(_REACH_S, (span.end_s - span.start_s) / 2)
        and len(letters(line.text)) >= _JUNK_LETTERS
    )


def _overlap(one: Span, other: Span) -> float:
    return min(one.end_s, other.end_s) - max(one.start_s, other.start_s)


def _named(caption: Caption) -> str:
    return f"{caption.text} ({caption.style})" if caption.style else caption.text
