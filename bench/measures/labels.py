"""Labels: how many hold and how many of those that hold are told, by each sense and by all.

A media counts as it is: its labels from the second level on, colours aside, against the nodes that
somebody saw and heard in it, both with their parents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bench.seen import SeenLabels, is_unclear, with_parents
from videre.cli.evaluation.figures import Case, Measured
from videre.cli.evaluation.measures.intervals import f_score, interval, ratio
from videre.orchestrator.document import Label
from videre.orchestrator.features import Modality
from videre.orchestrator.taxonomy.model import Taxonomy

#: All senses together.
FUSED: Final = "fused"
SENSES: Final = (Modality.IMAGE, Modality.TEXT, Modality.SPEECH, Modality.SOUND)
#: A line of a report holds so many letters of missed nodes.
_LINE: Final = 150
_ALL: Final = 1_000

#: (hits, false alarms, misses) of one media.
Counts = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Judged:
    """One media's labels, by one voice, against the truth.

    Args:
        hits: nodes that hold and are told.
        false: labels that do not hold.
        missed: nodes that hold and are not told.
    """

    hits: frozenset[str]
    false: tuple[Label, ...]
    missed: frozenset[str]

    @property
    def counts(self) -> Counts:
        """How many of each."""
        return len(self.hits), len(self.false), len(self.missed)

    @property
    def votes(self) -> bool:
        """Whether the voice says anything."""
        return bool(self.hits or self.false)


@dataclass(frozen=True, slots=True)
class LabelCase:
    """What each voice says of one media.

    Args:
        file: the media.
        group: set it is counted in.
        by_voice: `FUSED`, the name of a sense alone, "without " and the name of one left out.
    """

    file: str
    group: str
    by_voice: Mapping[str, Judged]


def judged(told: Iterable[Label], truth: SeenLabels, taxonomy: Taxonomy) -> Judged:
    """Return a media's labels against the truth."""
    holds = with_parents(truth.nodes, taxonomy)
    labels = {label.node_id: label for label in told}
    named = with_parents(labels, taxonomy) & labels.keys()
    false = [
        labels[node]
        for node in sorted(named - holds)
        if not is_unclear(node, truth.unclear, taxonomy)
        and not (truth.unheard and set(labels[node].modalities) == {Modality.SOUND.value})
    ]
    return Judged(named & holds, tuple(false), holds - named)


def label_figures(cases: Sequence[LabelCase]) -> list[Measured]:
    """Return precision, recall and F1 of all senses, of each alone, and without each."""
    found = [_precision(cases), _recall(cases), _f1("labels: F1", FUSED, cases)]
    found += [_f1(f"labels: F1, {sense} alone", sense.value, cases) for sense in SENSES]
    found += [_f1(f"labels: F1, without {s}", f"without {s}", cases) for s in SENSES]
    return found


def _precision(cases: Sequence[LabelCase]) -> Measured:
    units = []
    wrong = []
    for case in cases:
        hits, false, _ = case.by_voice[FUSED].counts
        units.append((float(hits), float(hits + false)))
        wrong += [
            Case(case.file, _start(label), "no such thing", _told(label), label.score / 10_000)
            for label in case.by_voice[FUSED].false
        ]
    how = f"{len(wrong)} of {sum(u[1] for u in units):.0f} labels of {len(cases)} media do not hold"
    spread = interval(units, ratio)
    return Measured(
        "labels: precision", ratio(units), "share", how, spread, tuple(wrong), shown=_ALL
    )


def _recall(cases: Sequence[LabelCase]) -> Measured:
    units = []
    lost: list[Case] = []
    for case in cases:
        hits, _, missed = case.by_voice[FUSED].counts
        units.append((float(hits), float(hits + missed)))
        lost += [
            Case(case.file, None, line, "not told", missed)
            for line in _lines(case.by_voice[FUSED].missed)
        ]
    how = (
        f"{sum(u[0] for u in units):.0f} of {sum(u[1] for u in units):.0f} nodes, parents included"
    )
    spread = interval(units, ratio)
    return Measured("labels: recall", ratio(units), "share", how, spread, tuple(lost), shown=_ALL)


def _lines(nodes: Iterable[str]) -> Iterator[str]:
    line = ""
    for node in sorted(nodes):
        if line and len(line) + len(node) > _LINE:
            yield line
            line = ""
        line = f"{line} {node}".strip()
    if line:
        yield line


def _start(label: Label) -> float | None:
    return label.spans[0].start_ns / 1e9 if label.spans else None


def _told(label: Label) -> str:
    return f"{label.node_id} {label.score / 10_000:.2f} ({', '.join(label.modalities)})"


def _f1(name: str, voice: str, cases: Sequence[LabelCase]) -> Measured:
    units = [case.by_voice[voice].counts for case in cases]
    hits, false, missed = (sum(unit[part] for unit in units) for part in range(3))
    precision = f"{hits / (hits + false):.2f}" if hits + false else "–"
    recall = f"{hits / (hits + missed):.2f}" if hits + missed else "–"
    voting = sum(case.by_voice[voice].votes for case in cases)
    how = f"precision {precision}, recall {recall}; {voting} of {len(cases)} media have such labels"
    return Measured(name, f_score(units), "F1", how, interval(units, f_score))


def voting_figures(cases: Sequence[LabelCase]) -> list[Measured]:
    """Return what fusion adds to the best sense alone, on media of which several senses tell."""
    voting = [
        case for case in cases if sum(case.by_voice[sense.value].votes for sense in SENSES) > 1
    ]
    groups = sorted({case.group for case in voting})
    gains = {group: [case for case in voting if case.group == group] for group in groups}
    found = [_set(group, members) for group, members in gains.items()]
    worst = min((row for row in found if row.value is not None), key=_value, default=None)
    return [
        Measured(
            "sets: least gain",
            None if worst is None else worst.value,
            "F1",
            f"of {len(found)} sets: {'' if worst is None else worst.name.partition(': ')[2]}",
        ),
        *_overall(voting),
        *found,
    ]


def _value(row: Measured) -> float:
    return row.value or 0.0


def _set(group: str, cases: Sequence[LabelCase]) -> Measured:
    return Measured(
        f"gain: {group}",
        _gain(cases),
        "F1",
        _scores(cases),
        interval(cases, _gain),
        tuple(_worse(cases)),
    )


def _overall(cases: Sequence[LabelCase]) -> list[Measured]:
    spread = interval(cases, _gain)
    low = None if spread is None else spread[0]
    return [
        Measured("sets: gain over all", _gain(cases), "F1", _scores(cases), spread),
        Measured("sets: gain over all, low end", low, "F1", "of its interval"),
    ]


def _scores(cases: Sequence[LabelCase]) -> str:
    told = {voice: _score(voice, cases) for voice in (FUSED, *(s.value for s in SENSES))}
    return f"{len(cases)} media; F1 " + ", ".join(
        f"{voice} {score:.3f}" for voice, score in told.items() if score is not None
    )


def _score(voice: str, cases: Sequence[LabelCase]) -> float | None:
    return f_score([case.by_voice[voice].counts for case in cases])


def _gain(cases: Sequence[LabelCase]) -> float | None:
    """Return the F1 of all senses less that of the best one alone."""
    fused = _score(FUSED, cases)
    alone = [score for s in SENSES if (score := _score(s.value, cases)) is not None]
    return None if fused is None or not alone else fused - max(alone)


def _worse(cases: Sequence[LabelCase]) -> Iterator[Case]:
    """Yield the media on which one sense alone does better."""
    for case in cases:
        gain = _gain([case])
        if gain is not None and gain < 0:
            best = max(SENSES, key=lambda sense: _score(sense.value, [case]) or 0.0)
            yield Case(case.file, None, f"as {best.value} alone", f"{gain:+.3f}", -gain)
