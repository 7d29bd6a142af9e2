"""A set's own labels: those that are known to be shown, and those that are not."""

from __future__ import annotations

from collections.abc import Iterable

from videre.cli.evaluation.figures import Case, Measured
from videre.cli.evaluation.measures.intervals import interval, ratio
from videre.cli.evaluation.measures.pairs import Pairs
from videre.cli.evaluation.observed import Observed


def own_labels(pairs: Pairs) -> list[Measured]:
    """Return which share of the labels is found, and which share of what is found is shown.

    A label is found as a label of the answer or as an entry of an own library, by its name. Names
    that no media of the set has are not looked at: nobody said that they are not there.
    """
    known = [(truth, answer) for truth, answer in pairs if truth.labels is not None]
    names = {name.casefold() for truth, _ in known for name in truth.labels or ()}
    recall: list[tuple[float, float]] = []
    precision: list[tuple[float, float]] = []
    missed: list[Case] = []
    false: list[Case] = []
    for truth, answer in known:
        shown = {name.casefold() for name in truth.labels or ()}
        found = _named(answer) & names
        right = float(len(shown & found))
        recall.append((right, float(len(shown))))
        precision.append((right, float(len(found))))
        got, expected = _listed(found), _listed(shown)
        missed += [Case(truth.name, None, name, got) for name in sorted(shown - found)]
        false += [Case(truth.name, None, expected, name) for name in sorted(found - shown)]
    how = f"{len(names)} labels in {len(known)} media"
    return [
        Measured("labels: present", ratio(recall), "share", how, interval(recall, ratio),
                 tuple(missed)),
        Measured("labels: right", ratio(precision), "share", how, interval(precision, ratio),
                 tuple(false)),
    ]  # fmt: skip


def _named(answer: Observed) -> set[str]:
    return {name.casefold() for _, name in answer.labels} | {
        name.casefold() for name in answer.matches
    }


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
