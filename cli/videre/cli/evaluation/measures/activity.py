"""Where somebody speaks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from videre.cli.evaluation.figures import Case, Measured
from videre.cli.evaluation.measures.intervals import interval, ratio
from videre.cli.evaluation.measures.pairs import Pairs
from videre.cli.evaluation.truth import Span

#: Both sides are laid on steps of this length, seconds.
_STEP_S: Final = 0.01


def speech_activity(pairs: Pairs) -> Measured:
    """Return the share of time at which speech is missed or falsely found."""
    units = []
    cases = []
    for truth, answer in pairs:
        if truth.speech is None:
            continue
        until_s = min(truth.speech_until_s or answer.seconds, answer.seconds)
        expected, found = _grid(truth.speech, until_s), _grid(answer.speech, until_s)
        missed = sum(a and not b for a, b in zip(expected, found, strict=True)) * _STEP_S
        false = sum(b and not a for a, b in zip(expected, found, strict=True)) * _STEP_S
        units.append((missed + false, until_s))
        spans = " ".join(f"{span.start_s:.2f}–{span.end_s:.2f}" for span in truth.speech)
        got = f"{missed:.2f} s missed, {false:.2f} s false"
        cases.append(Case(truth.name, None, f"speech {spans}", got, (missed + false) / until_s))
    whole = sum(unit[1] for unit in units)
    how = f"wrong time of {whole:.0f} s in {len(units)} tracks"
    return Measured(
        "speech activity: error", ratio(units), "share", how, interval(units, ratio), tuple(cases)
    )


def _grid(spans: Iterable[Span], until_s: float) -> list[bool]:
    grid = [False] * round(until_s / _STEP_S)
    for span in spans:
        for step in range(round(span.start_s / _STEP_S), round(span.end_s / _STEP_S)):
            if 0 <= step < len(grid):
                grid[step] = True
    return grid
