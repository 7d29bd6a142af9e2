"""Our measures against the field's own: mir_eval, simpleder, SciPy, on random inputs."""

from __future__ import annotations

import random

import field_measures
import pytest

from videre.cli.evaluation.measures.intervals import f_score, rate_interval
from videre.cli.evaluation.measures.matching import match
from videre.cli.evaluation.measures.speakers import Said, speaker_error

TRIES = 200
PAIRED = """
import mir_eval, numpy
for one in given:
    wanted, found = (numpy.array(one[name], float) for name in ("wanted", "found"))
    paired = mir_eval.util.match_events(wanted, found, one["window"])
    told.append([len(paired), mir_eval.beat.f_measure(wanted, found, one["window"])])
"""
SPEAKERS = """
import simpleder
for truth, found in given:
    told.append(simpleder.DER(*[[tuple(turn) for turn in turns] for turns in (truth, found)]))
"""
RATES = """
from scipy.stats import chi2
for events in given:
    low = chi2.ppf(.025, 2 * events) / 2 if events else 0.0
    told.append([low, chi2.ppf(.975, 2 * events + 2) / 2])
"""


@field_measures.needed
def test_times_are_paired_and_beats_are_scored_as_by_mir_eval() -> None:
    """Cuts and fades are counted in whole frames, beats in seconds; borders are inside."""
    chance = random.Random(8)
    given = []
    for number in range(TRIES):
        frames = number % 2
        draw = (lambda: float(chance.randint(0, 60))) if frames else (lambda: chance.uniform(0, 20))
        sides = [sorted({draw() for _ in range(chance.randint(1, 25))}) for _ in range(2)]
        window = float(chance.choice([1, 8])) if frames else 0.07 * chance.randint(1, 8)
        given.append({"wanted": sides[0], "found": sides[1], "window": window})
    theirs = field_measures.told_by(PAIRED, given)
    for one, (number, f1) in zip(given, theirs, strict=True):
        hits = len(match(one["wanted"], one["found"], one["window"]))
        assert hits == number, one
        ours = f_score([(hits, len(one["found"]) - hits, len(one["wanted"]) - hits)])
        assert ours == pytest.approx(f1, abs=1e-9), one


@field_measures.needed
def test_the_diarization_error_is_that_of_simpleder() -> None:
    chance = random.Random(9)
    given = [
        [_turns(chance, names) for names in ("abc", "uvwxy"[: chance.randint(1, 5)])]
        for _ in range(TRIES)
    ]
    theirs = field_measures.told_by(SPEAKERS, given)
    for (truth, found), rate in zip(given, theirs, strict=True):
        sides = [[Said(start, end, name) for name, start, end in side] for side in (truth, found)]
        error = speaker_error(*sides)
        assert error.wrong / error.spoken == pytest.approx(rate, abs=1e-6)


def _turns(chance: random.Random, names: str) -> list[tuple[str, float, float]]:
    """Return who speaks when, one at a time, in steps of 10 ms."""
    at, turns = 0, []
    for _ in range(chance.randint(1, 12)):
        start = at + chance.choice([0, 0, chance.randint(1, 200)])
        at = start + chance.randint(1, 500)
        turns.append((chance.choice(names), start / 100, at / 100))
    return turns


@field_measures.needed
def test_intervals_of_rates_are_those_of_the_chi_squared_distribution() -> None:
    counts = [0, 1, 2, 5, 17, 60]
    for events, theirs in zip(counts, field_measures.told_by(RATES, counts), strict=True):
        assert rate_interval(events, 1.0) == pytest.approx(tuple(theirs), rel=1e-6, abs=1e-9)
