"""Refusing pins of engines that nobody has, while the caller can still hear it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from videre.common.errors import FieldViolation, Reason, VidereError
from videre.orchestrator.catalog import ServiceCatalog
from videre.orchestrator.features import BY_NAME, SPEECH, SPEECH_ACTIVITY


def services_of(pins: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the services that know the pinned engines."""
    features = (SPEECH if name == SPEECH_ACTIVITY else BY_NAME[name] for name, _ in pins)
    return frozenset(feature.service for feature in features)


def check_pins(pins: Iterable[tuple[str, str]], catalogs: Sequence[ServiceCatalog]) -> None:
    """Make sure that each pinned engine is one that its service knows.

    A pin for a service that does not answer now is left to the plan, which waits for it.

    Args:
        pins: (feature, "name" or "name@version").

    Raises:
        VidereError: ENGINE_UNKNOWN with the engines there are.
    """
    for feature, wanted in pins:
        offered = [
            engine
            for catalog in catalogs
            for engine in catalog.engines
            if engine.feature == feature
        ]
        if offered and all(wanted not in (engine.name, engine.id) for engine in offered):
            known = ", ".join(engine.id for engine in offered)
            raise VidereError(
                Reason.ENGINE_UNKNOWN,
                f"{feature}: no engine {wanted}",
                violations=(FieldViolation("engine_pins", "is no engine", known, wanted),),
                metadata={"field": "engine_pins", "limit": known, "actual": wanted},
            )
