"""Words that were spoken: which, and when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import jiwer

from videre.cli.evaluation.figures import Case, Measured
from videre.cli.evaluation.measures.intervals import interval, middle, ratio
from videre.cli.evaluation.measures.pairs import Pair, Pairs
from videre.cli.evaluation.measures.texts import letters
from videre.cli.evaluation.observed import Observed, Word
from videre.cli.evaluation.truth import Edge, Truth

#: Farther from the truth, a word of the same text is another occurrence, seconds.
_SAME_WORD_S: Final = 0.5


def spoken_words(text: str) -> list[str]:
    """Return the words of a text as they are compared."""
    return [word for part in re.split(r"[\s—–-]+", text) if (word := letters(part))]


def heard_words(answer: Observed) -> list[str]:
    """Return the words shown, in order of time."""
    words = [word for utterance in answer.utterances for word in utterance.words]
    return [word for one in words for word in spoken_words(one.text)]


def error_rates(pairs: Pairs, alone: dict[str, Sequence[str]]) -> list[Measured]:
    """Return the word error rate per set, over all, and against the engine alone.

    Args:
        alone: words that the recogniser writes when it is given the whole file, by name.
    """
    known = [pair for pair in pairs if _is_english(pair[0])]
    groups: dict[str, list[Pair]] = {}
    for pair in known:
        groups.setdefault(pair[0].group, []).append(pair)
    figures = [_error_rate(f"WER {group}", members) for group, members in sorted(groups.items())]
    return [*figures, _error_rate("WER, English", known), _against(known, alone)]


def _is_english(truth: Truth) -> bool:
    return truth.language == "en" and bool(truth.transcript)


def _counts(pair: Pair) -> tuple[float, float]:
    expected, heard = spoken_words(pair[0].transcript or ""), heard_words(pair[1])
    return float(_errors(expected, heard)), float(len(expected))


def _errors(expected: Sequence[str], heard: Sequence[str]) -> int:
    """Return the replaced, lost and added words, as jiwer counts them."""
    if not expected:
        return len(heard)  # jiwer refuses an empty reference
    counted = jiwer.process_words(" ".join(expected), " ".join(heard))
    return counted.substitutions + counted.deletions + counted.insertions


def _error_rate(name: str, pairs: Pairs) -> Measured:
    units = [_counts(pair) for pair in pairs]
    cases = tuple(
        Case(truth.name, None, truth.transcript or "", " ".join(heard_words(answer)), wrong)
        for (truth, answer), (wrong, _) in zip(pairs, units, strict=True)
        if wrong
    )
    how = f"{len(pairs)} recordings, {sum(unit[1] for unit in units):.0f} words, words shown"
    return Measured(name, ratio(units), "share", how, interval(units, ratio), cases)


def _against(pairs: Pairs, alone: dict[str, Sequence[str]]) -> Measured:
    units = []
    cases = []
    for pair in pairs:
        truth = pair[0]
        if truth.name not in alone:
            continue
        wrong, size = _counts(pair)
        expected = spoken_words(truth.transcript or "")
        reference = _errors(expected, alone[truth.name])
        units.append((wrong - reference, size))
        if wrong > reference:
            got = f"{wrong:.0f} errors: {' '.join(heard_words(pair[1]))}"
            words = " ".join(alone[truth.name])
            cases.append(Case(truth.name, None, f"{reference}: {words}", got, wrong - reference))
    return Measured(
        "WER above the engine alone",
        ratio(units),
        "share",
        f"{len(units)} recordings; alone = the bundled recogniser given the whole file at once",
        interval(units, ratio),
        tuple(cases),
    )


def word_times(pairs: Pairs) -> list[Measured]:
    """Return how far recognised words begin and end from where they are known to.

    Only words that were recognised as what they are count: the rest is error rate.
    """
    errors = []
    cases = []
    wanted = 0
    for truth, answer in pairs:
        words = [word for utterance in answer.utterances for word in utterance.words]
        wanted += len(truth.edges)
        for edge in truth.edges:
            error = _edge_error(edge, words)
            if error is None:
                continue
            errors.append(abs(error))
            side = "begins" if edge.onset else "ends"
            expected = f"“{edge.word}” {side} at {edge.at_s:.2f} s"
            cases.append(Case(truth.name, edge.at_s, expected, f"{error:+.3f} s", abs(error)))
    how = f"{len(errors)} of {wanted} known edges of joined words have their word recognised there"
    return [
        Measured(
            "word times: error",
            middle(errors),
            "s",
            f"median; {how}",
            interval(errors, middle),
            tuple(cases),
        ),
    ]


def _edge_error(edge: Edge, words: Sequence[Word]) -> float | None:
    times = [
        word.span.start_s if edge.onset else word.span.end_s
        for word in words
        if letters(word.text) == letters(edge.word)
    ]
    near = min((time - edge.at_s for time in times), key=abs, default=None)
    return near if near is not None and abs(near) <= _SAME_WORD_S else None
