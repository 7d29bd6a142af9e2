"""People: whether those who are one are told as one, and nobody else with them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

from bench.constructed.people_film import PersonShot
from videre.cli.evaluation.figures import Case, Measured
from videre.cli.evaluation.measures.intervals import interval, ratio
from videre.v1 import analysis_pb2

#: Persons told in each shot of the film.
Told = Sequence[frozenset[str]]


def told_in(shots: Sequence[PersonShot], analysis: analysis_pb2.Analysis) -> list[frozenset[str]]:
    """Return the ids of the persons whose tracks lie in each shot."""
    found: list[set[str]] = [set() for _ in shots]
    for person in analysis.people:
        for track in person.tracks:
            start = track.span.start_offset.ToNanoseconds() / 1e9
            end = track.span.end_offset.ToNanoseconds() / 1e9
            for number, shot in enumerate(shots):
                if shot.span.start_s <= (start + end) / 2 < shot.span.end_s:
                    found[number].add(person.person_id)
    return [frozenset(ids) for ids in found]


def people_figures(kind: str, shots: Sequence[PersonShot], told: Told) -> list[Measured]:
    """Return purity, pairs found and shots with somebody, of one film.

    Args:
        kind: which faces, as the figures' names say it.
        shots: who is shown when.
        told: who is told when.
    """
    return [_purity(kind, shots, told), _pairs(kind, shots, told), _found(kind, shots, told)]


def _purity(kind: str, shots: Sequence[PersonShot], told: Told) -> Measured:
    shown: dict[str, Counter[str]] = defaultdict(Counter)
    for shot, ids in zip(shots, told, strict=True):
        for person in ids:
            shown[person][shot.person] += 1
    units = [(float(max(c.values())), float(sum(c.values()))) for c in shown.values()]
    cases = [
        Case(kind, None, "one person", ", ".join(f"{n} ×{c}" for n, c in known.most_common()))
        for known in shown.values()
        if len(known) > 1
    ]
    real = len({shot.person for shot in shots})
    how = f"{len(shown)} persons told of {real}; share of their shots that show their main one"
    return Measured(
        f"people: purity, {kind}", ratio(units), "share", how, interval(units, ratio), tuple(cases)
    )


def _pairs(kind: str, shots: Sequence[PersonShot], told: Told) -> Measured:
    by_person: dict[str, list[int]] = defaultdict(list)
    for number, shot in enumerate(shots):
        by_person[shot.person].append(number)
    units = []
    cases = []
    for person, numbers in by_person.items():
        pairs = list(combinations(numbers, 2))
        same = sum(bool(told[a] & told[b]) for a, b in pairs)
        units.append((float(same), float(len(pairs))))
        alone = _alone(numbers, shots, told)
        if alone:
            cases.append(Case(person, None, "one person throughout", alone, len(pairs) - same))
    how = f"pairs of shots of one person, {len(by_person)} persons in {len(shots)} shots"
    spread = interval(units, ratio)
    return Measured(
        f"people: pairs found, {kind}", ratio(units), "share", how, spread, tuple(cases), shown=20
    )


def _alone(numbers: Sequence[int], shots: Sequence[PersonShot], told: Told) -> str:
    """Return which shots are not with the person's main entry, in words."""
    entries: Mapping[str, int] = Counter(person for n in numbers for person in told[n])
    main = max(entries, key=lambda person: (entries[person], person), default="")
    nobody = [shots[n].change for n in numbers if not told[n]]
    other = [shots[n].change for n in numbers if told[n] and main not in told[n]]
    parts = [("nobody", nobody), ("somebody else", other)]
    return "; ".join(f"{word}: {', '.join(names)}" for word, names in parts if names)


def _found(kind: str, shots: Sequence[PersonShot], told: Told) -> Measured:
    units = [(float(bool(ids)), 1.0) for ids in told]
    how = f"{len(shots)} shots that show one face each"
    return Measured(
        f"people: shots with a person, {kind}", ratio(units), "share", how, interval(units, ratio)
    )
