"""From an engine's raw score to a score that means the same everywhere. Pure, integers only.

Evidence keeps raw scores; calibration happens whenever evidence is judged, so that a better table
needs no model to run again.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType
from typing import Final

from videre.common.values import SCORE_ONE
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.evidence import Evidence

#: Detection threshold E4 of a class for which the engine states none.
DEFAULT_THRESHOLD: Final = 5_000
_NO_THRESHOLDS: Final[Mapping[str, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CalibrationTable:
    """A piecewise linear map of scores E4, rising; the identity when it has no points.

    Args:
        version: version, "" for the identity.
        points: (raw, calibrated) E4, by raw upwards; outside of them the ends are continued flat.
    """

    version: str = ""
    points: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        raws, values = [p[0] for p in self.points], [p[1] for p in self.points]
        if sorted(set(raws)) != raws or sorted(values) != values:
            raise ValueError("calibration points must rise")
        if any(not 0 <= v <= SCORE_ONE for v in raws + values):
            raise ValueError("calibration points are E4")

    def apply(self, raw: int) -> int:
        """Return the calibrated score E4 of a raw one, rounded half up."""
        if not self.points:
            return raw
        index = bisect_right(self.points, (raw, SCORE_ONE + 1))
        if index == 0:
            return self.points[0][1]
        if index == len(self.points):
            return self.points[-1][1]
        (x0, y0), (x1, y1) = self.points[index - 1], self.points[index]
        return y0 + (2 * (raw - x0) * (y1 - y0) + (x1 - x0)) // (2 * (x1 - x0))

    def raw_for(self, least: int) -> int:
        """Return the lowest raw score E4 that becomes at least so much; above 10,000 if none does.

        The map never falls, so all higher ones do as well.
        """
        if not self.points:
            return least
        return bisect_left(range(SCORE_ONE + 1), least, key=self.apply)


NO_TABLES: Final[Mapping[str, CalibrationTable]] = MappingProxyType({})


#: A record, its calibrated score and its class's detection threshold, E4.
Judged = tuple[Evidence, int, int]
_IDENTITY: Final = CalibrationTable()
_FEATURE_AND_ENGINE: Final = attrgetter("feature", "engine")
#: More than any score.
_NEVER: Final = SCORE_ONE + 1


class _RawLimits(dict[str, int]):
    """By class, the raw score from which an engine's record reaches a share of its threshold."""

    def __init__(
        self, table: CalibrationTable, cap: int, thresholds: Mapping[str, int], tenths: int
    ) -> None:
        super().__init__()
        self._table, self._cap = table, cap
        self._thresholds, self._tenths = thresholds, tenths

    def __missing__(self, class_name: str) -> int:
        share = self._tenths * self._thresholds.get(class_name, DEFAULT_THRESHOLD)
        least = -(-share // 10)
        limit = self[class_name] = self._table.raw_for(least) if least <= self._cap else _NEVER
        return limit


class Judge:
    """Turns raw scores into calibrated ones, and says what counts as a detection."""

    def __init__(
        self, engines: Iterable[EngineFacts], tables: Mapping[str, CalibrationTable] = NO_TABLES
    ) -> None:
        """Take the pinned engines, and calibration tables by engine "name@version"."""
        self._engines = {(facts.feature, facts.id): facts for facts in engines}
        self._by_feature = {facts.feature: facts for facts in self._engines.values()}
        self._caps = {key: facts.score_cap for key, facts in self._engines.items()}
        self._thresholds = {key: facts.class_thresholds for key, facts in self._engines.items()}
        self._tables = dict(tables)
        self._limits: dict[tuple[tuple[str, str], int], _RawLimits] = {}

    def score(self, record: Evidence) -> int:
        """Return the calibrated score E4, cut to the engine's cap."""
        score = record.score
        if self._tables and (table := self._tables.get(record.engine)) is not None:
            score = table.apply(score)
        cap = self._caps.get((record.feature, record.engine), score)
        return cap if cap < score else score

    def threshold(self, record: Evidence) -> int:
        """Return the score E4 from which this class of this engine is a detection."""
        known = self._thresholds.get((record.feature, record.engine), _NO_THRESHOLDS)
        return known.get(record.class_name, DEFAULT_THRESHOLD)

    def detects(self, record: Evidence) -> bool:
        """Tell whether a record's calibrated score reaches its class's detection threshold."""
        return self.score(record) >= self.threshold(record)

    def scores(self, records: Iterable[Evidence]) -> list[int]:
        """Return what `score` says of each record; those of an engine are looked up once."""
        found: list[int] = []
        for of, group in groupby(records, key=_FEATURE_AND_ENGINE):
            table, cap = self._tables.get(of[1], _IDENTITY), self._caps.get(of, SCORE_ONE)
            scores = [record.score for record in group]
            if table.points or cap < SCORE_ONE:
                scores = [min(cap, table.apply(score)) for score in scores]
            found += scores
        return found

    def reaching(self, records: Iterable[Evidence], tenths: int = 10) -> Iterator[Evidence]:
        """Yield the records that reach so many tenths of their classes' detection thresholds.

        As calibration keeps the order of scores, that is a limit of the raw score, one for all
        records of a class.
        """
        for of, group in groupby(records, key=_FEATURE_AND_ENGINE):
            limits = self._limits.get((of, tenths))
            if limits is None:
                table, cap = self._tables.get(of[1], _IDENTITY), self._caps.get(of, SCORE_ONE)
                thresholds = self._thresholds.get(of, _NO_THRESHOLDS)
                limits = self._limits[of, tenths] = _RawLimits(table, cap, thresholds, tenths)
            yield from [record for record in group if record.score >= limits[record.class_name]]

    def judged(self, records: Iterable[Evidence]) -> Iterator[Judged]:
        """Yield records with their calibrated scores and their classes' detection thresholds.

        As `score` and `threshold` say; a long film has a hundred thousand, of a few engines.
        """
        for of, group in groupby(records, key=_FEATURE_AND_ENGINE):
            table = self._tables.get(of[1], _IDENTITY)
            cap, thresholds = self._caps.get(of), self._thresholds.get(of, _NO_THRESHOLDS)
            for record in group:
                score = table.apply(record.score) if table.points else record.score
                if cap is not None and cap < score:
                    score = cap
                yield record, score, thresholds.get(record.class_name, DEFAULT_THRESHOLD)

    def pinned(self, feature: str) -> EngineFacts | None:
        """Return the engine that served a feature, None when none did."""
        return self._by_feature.get(feature)
