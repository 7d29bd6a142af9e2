"""Hard cuts and gradual changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from videre.cli.evaluation.figures import Case, Measured
from videre.cli.evaluation.measures.intervals import f_score, interval, ratio
from videre.cli.evaluation.measures.matching import match
from videre.cli.evaluation.measures.pairs import Pair, Pairs
from videre.cli.evaluation.truth import FadeKind

CUT_TOLERANCE: Final = 1
FADE_TOLERANCE: Final = 8


def cuts(pairs: Pairs) -> list[Measured]:
    """Return F1 of hard cuts at ±1 frame, and the false boundaries of clips without any.

    Where fades are known too, a boundary at one of them is neither right nor wrong here.
    """
    known = [pair for pair in pairs if pair[0].cuts is not None]
    results = [_cut_counts(pair) for pair in known]
    units = [counts for counts, _ in results]
    cases = tuple(case for _, found in results for case in found)
    one_shot = [
        (counts[1], truth.name)
        for (truth, _), counts in zip(known, units, strict=True)
        if truth.cuts == () and not truth.fades
    ]
    hits, false, missed = (sum(unit[part] for unit in units) for part in range(3))
    how = (
        f"{hits} of {hits + missed} cuts, {false} false, {len(known)} media, ±{CUT_TOLERANCE} frame"
    )
    false_in_one_shot = float(sum(count for count, _ in one_shot)) if one_shot else None
    return [
        Measured("cuts: F1", f_score(units), "F1", how, interval(units, f_score), cases),
        Measured(
            "cuts: false in one-shot clips",
            false_in_one_shot,
            "boundaries",
            f"hard or gradual, in {len(one_shot)} clips of one shot",
        ),
    ]


def _cut_counts(pair: Pair) -> tuple[tuple[int, int, int], list[Case]]:
    truth, answer = pair
    expected = list(truth.cuts or ())
    gradual = [fade.frame for fade in truth.fades or ()]
    found = [
        shot.first
        for shot in answer.shots[1:]
        if (truth.boundaries_until is None or shot.first < truth.boundaries_until)
        and not _near(shot.first, gradual, FADE_TOLERANCE)
    ]
    paired = match(expected, found, CUT_TOLERANCE)
    missed = sorted(set(range(len(expected))) - {index for index, _ in paired})
    false = sorted(set(range(len(found))) - {index for _, index in paired})
    cases = [
        Case(truth.name, _at(pair, expected[index]), f"cut at frame {expected[index]}", "none", 2)
        for index in missed
    ]
    cases += [
        Case(truth.name, _at(pair, found[index]), "no boundary", f"shot from frame {found[index]}")
        for index in false
    ]
    return (len(paired), len(false), len(missed)), cases


def fades(pairs: Pairs) -> list[Measured]:
    """Return, per kind of gradual change, the share that is found at ±8 frames."""
    return [_fades_of(kind, pairs) for kind in FadeKind]


def _fades_of(kind: FadeKind, pairs: Pairs) -> Measured:
    units: list[tuple[float, float]] = []
    cases = []
    for truth, answer in pairs:
        expected = [fade.frame for fade in truth.fades or () if fade.kind is kind]
        found = [shot.first for shot in answer.shots[1:]]
        paired = {index for index, _ in match(expected, found, FADE_TOLERANCE)}
        units += [(float(index in paired), 1.0) for index in range(len(expected))]
        for index in sorted(set(range(len(expected))) - paired):
            frame = expected[index]
            nearest = min(found, key=lambda there: abs(there - frame), default=None)
            got = "none" if nearest is None else f"nearest boundary at {nearest}"
            cases.append(
                Case(truth.name, _at((truth, answer), frame), f"{kind} around frame {frame}", got)
            )
    how = f"{len(units)} changes, ±{FADE_TOLERANCE} frames of the middle"
    name = f"fades: {kind} recall"
    return Measured(name, ratio(units), "share", how, interval(units, ratio), tuple(cases))


def _near(frame: int, others: Iterable[int], tolerance: int) -> bool:
    return any(abs(frame - other) <= tolerance for other in others)


def _at(pair: Pair, frame: int) -> float | None:
    rate = pair[1].rate
    return frame / rate if rate else None
