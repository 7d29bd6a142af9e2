"""Judging by what other engines saw of a media, where some analysis of it keeps that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from videre.common.errors import Reason, VidereError
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.document import StageState
from videre.orchestrator.moderation.coverage import asked_features
from videre.orchestrator.moderation.evaluate import moderate
from videre.orchestrator.moderation.inputs import ModerationInput
from videre.orchestrator.moderation.listed import list_names
from videre.orchestrator.moderation.other_engine import Sighting, seen_by
from videre.orchestrator.moderation.template import ModerationTemplate
from videre.orchestrator.steps.conclusion import pinned_engines
from videre.orchestrator.steps.judging import (
    Judgement,
    Kept,
    evidence_of,
    judged_by,
    kept_of,
    opened,
)
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.store.records import AnalysisRecord


@dataclass(frozen=True, slots=True)
class Pin:
    """An engine of a feature; `version` "" = any."""

    feature: str
    engine: str
    version: str = ""

    @property
    def id(self) -> str:
        """ "name@version", or the name."""
        return f"{self.engine}@{self.version}" if self.version else self.engine

    def names(self, engine: EngineFacts) -> bool:
        """Tell whether it means an engine."""
        return engine.feature == self.feature and self.id in (engine.name, engine.id)


def judge_with(
    run: Runtime,
    record: AnalysisRecord,
    template: ModerationTemplate,
    pins: Sequence[Pin],
    others: Sequence[AnalysisRecord],
) -> Judgement:
    """Judge a published analysis as if other engines had looked. No model is called.

    Args:
        pins: the engines, one per feature.
        others: analyses of the same bytes, those to be preferred first.

    Raises:
        VidereError: NO_EVIDENCE, no analysis keeps what an engine saw; what `judge_again` raises.
    """
    published = opened(run, record)
    given = judged_by(run, published, template, whole=True)
    for pin in pins:
        if not any(pin.names(engine) for engine in given.engines):
            given = _seen_by(run, record, template, given, pin, others)
    verdict = moderate(template, given)
    lists = list_names(given.hash_lists, template)
    return Judgement(record, published.document, published.analysis, verdict, lists)


def _seen_by(
    run: Runtime,
    record: AnalysisRecord,
    template: ModerationTemplate,
    given: ModerationInput,
    pin: Pin,
    others: Sequence[AnalysisRecord],
) -> ModerationInput:
    kept, interval_ns = _looked(run, record)
    for other in others:
        found = _sighting(run, other, template, pin, kept, interval_ns)
        if found is not None:
            return seen_by(given, found)
    raise VidereError(
        Reason.NO_EVIDENCE,
        f"no analysis of media {record.media_id} keeps what {pin.id} saw for {pin.feature}; "
        "a job that pins it would",
        metadata={"media_id": record.media_id, "feature": pin.feature, "engine": pin.id},
    )


def _looked(run: Runtime, record: AnalysisRecord) -> tuple[Kept, int]:
    kept, plan = kept_of(run, record)
    return kept, plan.sample_interval_ns


def _sighting(
    run: Runtime,
    record: AnalysisRecord,
    template: ModerationTemplate,
    pin: Pin,
    like: Kept,
    interval_ns: int,
) -> Sighting | None:
    """Return what an engine saw in another analysis; None where it did not look at as much."""
    if not record.judged_digest:
        return None
    kept, plan = kept_of(run, record)
    engine = next((one for one in pinned_engines(plan) if pin.names(one)), None)
    if engine is None or (kept.ranges, plan.sample_interval_ns) != (like.ranges, interval_ns):
        return None
    analysis = opened(run, record).analysis
    stage = next((one for one in analysis.stages if one.name == pin.feature), None)
    if stage is None or stage.state is not StageState.SUCCEEDED:
        return None
    wanted = asked_features(template) & {pin.feature}
    return Sighting(engine, analysis, evidence_of(run, record, kept, wanted), kept.sampled)
