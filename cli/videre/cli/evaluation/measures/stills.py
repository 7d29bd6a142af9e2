"""Text of still pictures: lines, receipts, single words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from videre.cli.evaluation.figures import Case, Measured
from videre.cli.evaluation.measures.intervals import interval, ratio
from videre.cli.evaluation.measures.pairs import Pairs
from videre.cli.evaluation.measures.texts import distance, letters
from videre.cli.evaluation.observed import Observed
from videre.cli.evaluation.truth import TextLayout, Truth

#: A line counts as read when at most this share of its letters and digits differs.
_FOUND: Final = 0.2


def stills(pairs: Pairs) -> list[Measured]:
    """Return line recall of Chinese and of other pictures, receipts and word crops."""
    kinds: tuple[tuple[str, Callable[[Truth], bool]], ...] = (
        ("zh pictures: line recall", lambda truth: _is_zh(truth) and _has(truth, TextLayout.LINES)),
        (
            "other pictures: line recall",
            lambda truth: not _is_zh(truth) and _has(truth, TextLayout.LINES),
        ),
        ("receipts: field recall", lambda truth: _has(truth, TextLayout.BOXES)),
        ("word crops: words read", lambda truth: _has(truth, TextLayout.CROP)),
    )
    return [_recall(name, [pair for pair in pairs if chosen(pair[0])]) for name, chosen in kinds]


def _is_zh(truth: Truth) -> bool:
    return truth.language.startswith("zh")


def _has(truth: Truth, layout: TextLayout) -> bool:
    return bool(truth.lines) and truth.layout is layout


def _recall(name: str, pairs: Pairs) -> Measured:
    units = []
    cases = []
    for truth, answer in pairs:
        for line in truth.lines or ():
            wanted = letters(line)
            if not wanted:
                continue
            errors, got = _nearest(wanted, answer)
            found = errors <= _FOUND * len(wanted)
            units.append((float(found), 1.0))
            if not found:
                cases.append(Case(truth.name, None, line, got, errors / len(wanted)))
    read = int(sum(unit[0] for unit in units))
    how = (
        f"{read} of {len(units)} in {len(pairs)} pictures, at most {_FOUND:.0%} wrong, "
        "punctuation aside"
    )
    return Measured(name, ratio(units), "share", how, interval(units, ratio), tuple(cases))


def _nearest(wanted: str, answer: Observed) -> tuple[int, str]:
    """Return the fewest errors with which any line contains a text, and that line."""
    best = (len(wanted), "nothing")
    for line in answer.lines:
        errors = distance(wanted, letters(line.text), inside=True)
        if errors < best[0]:
            best = (errors, line.text)
    return best
