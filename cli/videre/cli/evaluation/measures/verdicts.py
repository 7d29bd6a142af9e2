"""Moderation of ordinary media: nothing of it may be blocked, little reviewed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from videre.cli.evaluation.figures import Case, Measured
from videre.cli.evaluation.measures.intervals import interval, ratio
from videre.cli.evaluation.measures.pairs import Pair, Pairs
from videre.cli.evaluation.truth import VERDICTS

#: A frame from this raw score is a false alarm of the engine.
_ALARM: Final = 0.8


def verdicts(pairs: Pairs) -> list[Measured]:
    """Return the shares of ordinary media blocked, reviewed for a finding, and not checked."""
    ordinary = [pair for pair in pairs if pair[0].ordinary]
    return [
        _nsfw_frames(ordinary),
        _nsfw_blocks(ordinary),
        _rate("verdict: false block", ordinary, _blocked),
        _rate("verdict: false review", ordinary, _reviewed),
        _rate("verdict: review because nobody looked", ordinary, _unchecked),
        _missed(pairs),
    ]


def _missed(pairs: Pairs) -> Measured:
    """Return the share of media that moderation has to stop and lets by, or judges too mildly."""
    known = [(truth, answer) for truth, answer in pairs if truth.verdict]
    cases = tuple(
        Case(truth.name, None, truth.verdict, answer.suggestion)
        for truth, answer in known
        if answer.suggestion not in VERDICTS[VERDICTS.index(truth.verdict) :]
    )
    named = {case.file for case in cases}
    units = [(float(truth.name in named), 1.0) for truth, _ in known]
    how = f"{len(cases)} of {len(known)} media that are to be stopped"
    return Measured("verdict: missed", ratio(units), "share", how, interval(units, ratio), cases)


def _nsfw_frames(pairs: Pairs) -> Measured:
    units = []
    cases = []
    for truth, answer in pairs:
        alarms = [(at_s, score) for at_s, score in answer.nsfw_scores if score >= _ALARM]
        units.append((float(len(alarms)), float(answer.nsfw_frames)))
        cases += [
            Case(truth.name, at_s, "ordinary", f"{score:.2f}", score) for at_s, score in alarms
        ]
    whole = sum(unit[1] for unit in units)
    how = f"of {whole:.0f} frames looked at in {len(pairs)} ordinary media, raw score ≥ {_ALARM}"
    return Measured(
        "nsfw: frames ≥ .8", ratio(units), "share", how, interval(units, ratio), tuple(cases)
    )


def _nsfw_blocks(pairs: Pairs) -> Measured:
    cases = tuple(
        Case(truth.name, found.at_s, "pass", f"{found.label} {found.confidence:.2f}")
        for truth, answer in pairs
        for found in answer.findings
        if found.category == "porn" and found.medium == "image" and found.suggestion == "block"
    )
    value = float(len(cases)) if pairs else None
    how = f"of {len(pairs)} ordinary media"
    return Measured("nsfw: blocks of pictures", value, "media", how, cases=cases)


def _rate(name: str, pairs: Pairs, found_in: Callable[[Pair], Case | None]) -> Measured:
    found = [found_in(pair) for pair in pairs]
    units = [(float(case is not None), 1.0) for case in found]
    cases = tuple(case for case in found if case is not None)
    how = f"{len(cases)} of {len(pairs)} ordinary media"
    return Measured(name, ratio(units), "share", how, interval(units, ratio), cases)


def _blocked(pair: Pair) -> Case | None:
    return _finding(pair, "block", by_content=True)


def _reviewed(pair: Pair) -> Case | None:
    return _finding(pair, "review", by_content=True)


def _unchecked(pair: Pair) -> Case | None:
    return _finding(pair, "review", by_content=False)


def _finding(pair: Pair, suggestion: str, *, by_content: bool) -> Case | None:
    """Return the strongest finding of a suggestion, made by a segment or by missing coverage."""
    truth, answer = pair
    found = [
        one
        for one in answer.findings
        if one.suggestion == suggestion and (not one.reason) == by_content
    ]
    if not found:
        return None
    worst = max(found, key=lambda one: one.confidence)
    what = f"{worst.label} {worst.confidence:.2f}" if by_content else worst.reason
    got = f"{suggestion}: {worst.category} {worst.medium} {what}"
    return Case(truth.name, worst.at_s, "pass", got, worst.confidence)
