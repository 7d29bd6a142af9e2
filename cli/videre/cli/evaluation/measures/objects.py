"""Objects and faces: those that are known to be seen, and those that are not there."""

from __future__ import annotations

from videre.cli.evaluation.figures import Case, Measured
from videre.cli.evaluation.measures.intervals import interval, ratio
from videre.cli.evaluation.measures.pairs import Pair, Pairs
from videre.cli.evaluation.observed import Observed
from videre.cli.evaluation.truth import Truth


def objects(pairs: Pairs) -> list[Measured]:
    """Return the share of known objects found in their clips, and false labels per 10 shots."""
    known = [pair for pair in pairs if pair[0].objects is not None]
    judged = [pair for pair in pairs if _seen(pair[0]) is not None]
    return [_present(known), _false(judged)]


def _seen(truth: Truth) -> frozenset[str] | None:
    return truth.objects if truth.all_objects is None else truth.all_objects


def _present(pairs: Pairs) -> Measured:
    units = []
    cases = []
    for truth, answer in pairs:
        for name in sorted(truth.objects or ()):
            found = any(thing.name == name for thing in answer.objects) or _labelled(name, answer)
            units.append((float(found), 1.0))
            if not found:
                got = ", ".join(sorted({thing.name for thing in answer.objects})) or "no object"
                cases.append(Case(truth.name, None, name, got))
    how = f"{len(units)} known classes in {len(pairs)} clips, as an object or a label"
    return Measured(
        "objects: present", ratio(units), "share", how, interval(units, ratio), tuple(cases)
    )


def _labelled(name: str, answer: Observed) -> bool:
    return any(
        shown.casefold() == name or node.rpartition(".")[2] == name for node, shown in answer.labels
    )


def _false(pairs: Pairs) -> Measured:
    units = []
    cases = []
    for pair in pairs:
        false = _false_of(pair)
        units.append((10.0 * len(false), float(max(1, len(pair[1].shots)))))
        cases += false
    shots = sum(unit[1] for unit in units)
    how = (
        f"{len(cases)} classes that cannot be seen in {shots:.0f} shots of {len(pairs)} clips "
        "(where nobody listed all: not named by the truth, an upper bound)"
    )
    return Measured(
        "objects: false per 10 shots",
        ratio(units),
        "labels",
        how,
        interval(units, ratio),
        tuple(cases),
    )


def _false_of(pair: Pair) -> list[Case]:
    truth, answer = pair
    seen = _seen(truth) or frozenset()
    return [
        Case(
            truth.name, thing.span.start_s, ", ".join(sorted(seen)),
            f"{thing.name} {thing.confidence:.2f}", thing.confidence,
        )
        for thing in answer.objects
        if thing.name not in seen
    ]  # fmt: skip


def faces(pairs: Pairs) -> Measured:
    """Return the false faces per 10 shots, of shots that are known to show none."""
    units = []
    cases = []
    for truth, answer in pairs:
        faceless = {
            index
            for index, shot in enumerate(answer.shots)
            if any(
                stretch.start_s * answer.rate <= shot.first + 1
                and shot.end - 1 <= stretch.end_s * answer.rate
                for stretch in truth.faceless
            )
        }
        false = [face for face in answer.faces if face.shot in faceless]
        units.append((10.0 * len(false), float(len(faceless))))
        cases += [
            Case(truth.name, face.span.start_s, "no face", f"face {face.confidence:.2f}")
            for face in false
        ]
    how = f"{len(cases)} in {sum(unit[1] for unit in units):.0f} shots that show none"
    spread = interval(units, ratio)
    return Measured("faces: false per 10 shots", ratio(units), "faces", how, spread, tuple(cases))
