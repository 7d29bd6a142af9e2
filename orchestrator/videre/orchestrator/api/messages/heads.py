"""What an analysis says of itself and of the media as a whole → public messages."""

from __future__ import annotations

from videre.orchestrator import document as d
from videre.v1 import analysis_pb2 as pb
from videre.v1 import types_pb2


def engine_pin(pin: d.PinnedEngine) -> types_pb2.EnginePin:
    """Return the engine that served a feature."""
    return types_pb2.EnginePin(
        feature=pin.feature,
        engine=pin.engine,
        version=pin.version,
        model_digests=pin.model_digests,
    )


def rule_versions(rules: d.RuleVersions) -> pb.RuleVersions:
    """Return the versions of the rules."""
    return pb.RuleVersions(
        plan=rules.plan,
        taxonomy=rules.taxonomy,
        fusion=rules.fusion,
        moderation=rules.moderation,
        analysis_template=rules.analysis_template,
        moderation_template=rules.moderation_template,
        production_template=rules.production_template,
        calibration=rules.calibration,
        events=rules.events,
        libraries=rules.libraries,
        hash_lists=rules.hash_lists,
    )


def loudness(value: d.Loudness | None) -> pb.Loudness | None:
    """Return the loudness; None stays unset."""
    if value is None:
        return None
    return pb.Loudness(
        integrated_lufs=_units(value.integrated_mlufs),
        range_lu=_units(value.range_mlu),
        true_peak_dbtp=_units(value.true_peak_mdbtp),
    )


def _units(thousandths: int | None) -> float | None:
    return None if thousandths is None else thousandths / 1_000
