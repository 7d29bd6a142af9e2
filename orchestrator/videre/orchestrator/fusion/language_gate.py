"""Whether a recogniser understood what it heard. Pure, integers only.

A recogniser of one language writes that language whatever it hears. The gate reads the recogniser's
own measurements: a logistic score per utterance, steadied by the other utterances of the track,
against two thresholds. Its table belongs to one version of one recogniser and is fitted by
`bench.calibrate_language`.

The score of an utterance is a logit E4: positive speaks for the recogniser's language. A score
counts for as much as there is speech behind it: an utterance leans on the rest of its track by up
to `evidence_ms`, and where both together are shorter, the score shrinks towards doubt. An
utterance that falls far below its track is another voice or another language: the track cannot
lift it.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from videre.common.values import SCORE_ONE, score_e4
from videre.orchestrator.document import Understanding
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.stitch_speech import Judgement

#: Numbers of measurements and logits stand for 1/10,000.
_ONE: Final = SCORE_ONE
_MS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class GateTable:
    """The calibration for one recogniser.

    Args:
        version: changes whenever a number changes.
        language: BCP 47 language the recogniser writes.
        weights: logit E4 for one whole unit of a measurement, by its name.
        intercept: logit E4.
        limit: scores of single utterances are cut to ±limit (logit E4).
        evidence_ms: speech that makes a score count in full, milliseconds.
        outlier: an utterance this far (logit E4) below the rest of its track is not lifted by it.
        understood: scores from here are UNDERSTOOD (logit E4).
        not_understood: scores below are NOT_UNDERSTOOD (logit E4).
    """

    version: str
    language: str
    weights: Mapping[str, int]
    intercept: int
    limit: int
    evidence_ms: int
    outlier: int
    understood: int
    not_understood: int

    def logit(self, measurements: Mapping[str, int]) -> int:
        """Return the score (logit E4) of one utterance by itself.

        Args:
            measurements: E4, by name.

        Raises:
            KeyError: a measurement is missing.
        """
        weighted = sum(weight * measurements[name] for name, weight in self.weights.items())
        return max(-self.limit, min(self.limit, self.intercept + weighted // _ONE))


@cache
def gate_tables() -> Mapping[str, GateTable]:
    """Return the tables of this release by engine "name@version"."""
    text = resources.files("videre.orchestrator.fusion").joinpath("language_gate.toml").read_text()
    tables: dict[str, dict[str, Any]] = tomllib.loads(text)
    return MappingProxyType({engine: GateTable(**table) for engine, table in tables.items()})


def understand(records: Sequence[Evidence], hints: tuple[str, ...] = ()) -> list[Judgement]:
    """Judge the utterances of one track, in their order.

    Args:
        records: evidence of the feature `speech`, of one recogniser. Without a table for it
            hints alone decide; where they do not, all is UNCERTAIN.
        hints: BCP 47 languages the caller expects. They decide when they all name the
            recogniser's language or none does; otherwise the measurements decide.
    """
    table = gate_tables().get(records[0].engine) if records else None
    if table is None:
        return [_wordless(record) or _expected(record, hints) for record in records]
    return judge(records, table, hints)


def judge(
    records: Sequence[Evidence], table: GateTable, hints: tuple[str, ...] = ()
) -> list[Judgement]:
    """Judge the utterances of one track by a table; see `understand`."""
    hinted = {_primary(hint) == _primary(table.language) for hint in hints}
    return [
        _wordless(record) or _judgement(score, table, hinted)
        for record, score in zip(records, _scores(records, table), strict=True)
    ]


def _expected(record: Evidence, hints: tuple[str, ...]) -> Judgement:
    """Judge an utterance of a recogniser without a table: by the language it was written in."""
    hinted = {_primary(hint) == _primary(record.class_name) for hint in hints}
    if hinted == {True}:
        return Judgement(Understanding.UNDERSTOOD, record.score)
    if hinted == {False}:
        return Judgement(Understanding.NOT_UNDERSTOOD, 0)
    return _UNKNOWN


_UNKNOWN: Final = Judgement(Understanding.UNCERTAIN, _ONE // 2)


def _wordless(record: Evidence) -> Judgement | None:
    return None if record.words else Judgement(Understanding.NOT_UNDERSTOOD, 0)


def _primary(language: str) -> str:
    return language.split("-")[0].lower()


def _judgement(score: int, table: GateTable, hinted: set[bool]) -> Judgement:
    confidence = score_e4(1 / (1 + math.exp(-score / _ONE)))
    if hinted == {True} or (hinted != {False} and score >= table.understood):
        return Judgement(Understanding.UNDERSTOOD, confidence)
    if hinted == {False} or score < table.not_understood:
        return Judgement(Understanding.NOT_UNDERSTOOD, confidence)
    return Judgement(Understanding.UNCERTAIN, confidence)


def _scores(records: Sequence[Evidence], table: GateTable) -> list[int]:
    """Return the logit E4 of each utterance in the light of its track; 0 where it has no words."""
    own = [table.logit(record.attributes) if record.words else 0 for record in records]
    lengths = [record.span.duration_ns // _MS if record.words else 0 for record in records]
    total_ms = sum(lengths)
    total = sum(score * length for score, length in zip(own, lengths, strict=True))
    scores = []
    for score, length in zip(own, lengths, strict=True):
        rest_ms = total_ms - length
        rest = (total - score * length) // rest_ms if rest_ms else 0
        lent_ms = min(rest_ms, table.evidence_ms)
        together = (score * length + rest * lent_ms) // max(table.evidence_ms, length + lent_ms)
        alone = score * length // max(table.evidence_ms, length)
        scores.append(min(alone, together) if score < rest - table.outlier else together)
    return scores
