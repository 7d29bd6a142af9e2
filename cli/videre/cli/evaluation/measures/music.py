"""Beats and tempo."""

from __future__ import annotations

from typing import Final

from videre.cli.evaluation.figures import Case, Measured
from videre.cli.evaluation.measures.intervals import f_score, interval, ratio
from videre.cli.evaluation.measures.matching import match
from videre.cli.evaluation.measures.pairs import Pairs

#: As usual for beat tracking: seconds, and share of the tempo.
_BEAT_TOLERANCE_S: Final = 0.07
_TEMPO_TOLERANCE: Final = 0.04
_OCTAVES: Final = (1 / 3, 1 / 2, 1.0, 2.0, 3.0)


def beats(pairs: Pairs) -> Measured:
    """Return F1 of beats at ±70 ms."""
    units = []
    cases = []
    for truth, answer in pairs:
        if truth.beats is None:
            continue
        paired = match(truth.beats, answer.beats, _BEAT_TOLERANCE_S)
        counts = (
            len(paired), len(answer.beats) - len(paired), len(truth.beats) - len(paired)
        )  # fmt: skip
        units.append(counts)
        f1 = f_score([counts]) or 0.0
        expected = f"{len(truth.beats)} beats" + (f" at {truth.bpm:g} bpm" if truth.bpm else "")
        got = f"F {f1:.2f}, {len(answer.beats)} beats at {answer.bpm or 0:.1f} bpm"
        if f1 < 1:
            cases.append(Case(truth.name, None, expected, got, 1 - f1))
    how = f"{len(units)} tracks, ±{_BEAT_TOLERANCE_S * 1000:.0f} ms"
    return Measured("beats: F", f_score(units), "F1", how, interval(units, f_score), tuple(cases))


def tempo(pairs: Pairs) -> list[Measured]:
    """Return the share of tracks with the right tempo, exactly (Acc1) and up to octaves (Acc2)."""
    known = [(truth, answer) for truth, answer in pairs if truth.bpm is not None]
    return [
        _accuracy("tempo: Acc1", known, (1.0,)),
        _accuracy("tempo: Acc2", known, _OCTAVES),
    ]


def _accuracy(name: str, pairs: Pairs, factors: tuple[float, ...]) -> Measured:
    units = []
    cases = []
    for truth, answer in pairs:
        wanted = truth.bpm or 0.0
        found = answer.bpm or 0.0
        right = any(
            abs(found - wanted * factor) <= _TEMPO_TOLERANCE * wanted * factor for factor in factors
        )
        units.append((float(right), 1.0))
        if not right:
            cases.append(Case(truth.name, None, f"{wanted:g} bpm", f"{found:.1f} bpm"))
    how = f"{len(units)} tracks with a stated tempo, ±{_TEMPO_TOLERANCE:.0%}"
    return Measured(name, ratio(units), "share", how, interval(units, ratio), tuple(cases))
