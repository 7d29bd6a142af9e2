"""The language gate: foreign speech must not pass as English, English must not be lost.

Words of speech that was not understood are not shown, so shares are shares of speech time.
"""

from __future__ import annotations

from typing import Final

from videre.cli.evaluation.figures import Case, Measured
from videre.cli.evaluation.measures.intervals import interval, ratio
from videre.cli.evaluation.measures.pairs import Pair, Pairs
from videre.cli.evaluation.observed import Observed

_RECOGNISED: Final = "en"
#: Foreign recordings from this length must not be presented as understood, seconds.
_LONG_S: Final = 8.0
#: A recording whose speech is understood for a larger share is presented as understood.
_PRESENTED: Final = 0.5


def language_gate(pairs: Pairs) -> list[Measured]:
    """Return what of foreign and of English speech is understood, uncertain or not."""
    spoken = [pair for pair in pairs if pair[0].language and pair[1].utterances]
    english = [pair for pair in spoken if pair[0].language == _RECOGNISED]
    foreign = [pair for pair in spoken if pair[0].language not in (_RECOGNISED, "mul")]
    return [
        _presented(foreign),
        _share("language: foreign UNDERSTOOD", foreign, "understood"),
        _share("language: English NOT_UNDERSTOOD", english, "not understood"),
        _share("language: English UNCERTAIN", english, "uncertain"),
    ]


def _times(answer: Observed, understanding: str) -> tuple[float, float]:
    """Return the speech time with an understanding, and all speech time, seconds."""
    lengths = [(u.span.end_s - u.span.start_s, u.understanding) for u in answer.utterances]
    return (
        sum(length for length, what in lengths if what == understanding),
        sum(length for length, _ in lengths),
    )


def _presented(foreign: Pairs) -> Measured:
    long = [pair for pair in foreign if pair[1].seconds >= _LONG_S]
    passed = [pair for pair in long if _is_presented(pair)]
    cases = tuple(_case(pair, "understood") for pair in passed)
    languages = ", ".join(sorted({truth.language for truth, _ in long}))
    return Measured(
        "language: foreign files presented as English",
        float(len(passed)) if long else None,
        "files",
        f"of {len(long)} with ≥ {_LONG_S:g} s ({languages}); more than half of the speech",
        cases=cases,
    )


def _is_presented(pair: Pair) -> bool:
    passed, whole = _times(pair[1], "understood")
    return passed > _PRESENTED * whole


def _share(name: str, pairs: Pairs, understanding: str) -> Measured:
    units = [_times(answer, understanding) for _, answer in pairs]
    cases = tuple(
        _case(pair, understanding) for pair, unit in zip(pairs, units, strict=True) if unit[0]
    )
    whole = sum(unit[1] for unit in units)
    how = f"share of {whole:.0f} s of speech in {len(pairs)} recordings"
    return Measured(name, ratio(units), "share", how, interval(units, ratio), cases)


def _case(pair: Pair, understanding: str) -> Case:
    truth, answer = pair
    length, whole = _times(answer, understanding)
    words = " ".join(
        word.text
        for utterance in answer.utterances
        if utterance.understanding == understanding
        for word in utterance.words
    )
    first = next(u for u in answer.utterances if u.understanding == understanding)
    got = f"{length:.1f} of {whole:.1f} s {understanding}: {words}".rstrip(": ")
    return Case(truth.name, first.span.start_s, truth.language, got, length)
