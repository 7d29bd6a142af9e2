"""What the services say of their engines, as values. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from videre.orchestrator.document import PinnedEngine


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """One engine as described by its service; see `EngineDescription` for the fields' meaning.

    Args:
        class_thresholds: detection threshold E4 by class, in model order.
        storing_floor: E4.
        score_cap: E4.
        failed: it was tried and cannot load.
        distribution: what brings a plug-in; "" of the suite's own engines.
        needs_strips: of shots: it looks at every frame at 48 × 27 pixels.
        embeds_texts: of classes: it embeds texts where it embeds pictures.
    """

    service: str
    feature: str
    name: str
    version: str
    tier: str
    available: bool
    message: str = ""
    model_digests: tuple[str, ...] = ()
    class_thresholds: Mapping[str, int] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    storing_floor: int = 0
    score_cap: int = 10_000
    calibration: str = ""
    max_call_seconds: float = 10.0
    cpu_seconds_per_item: float = 0.01
    max_batch: int = 16
    licence: str = ""
    failed: bool = False
    distribution: str = ""
    needs_strips: bool = False
    embeds_texts: bool = False

    @property
    def state(self) -> str:
        """Return "available", "missing" or "failed"."""
        if self.available:
            return "available"
        return "failed" if self.failed else "missing"

    @property
    def id(self) -> str:
        """Return "name@version", as evidence cites it."""
        return f"{self.name}@{self.version}"

    @property
    def pinned(self) -> PinnedEngine:
        """Return what the result document says of the engine."""
        return PinnedEngine(self.feature, self.name, self.version, self.model_digests)


@dataclass(frozen=True, slots=True)
class ServiceCatalog:
    """The engines of one service, best first within a feature; `down` when it did not answer."""

    service: str
    engines: tuple[EngineFacts, ...] = ()
    slots: int = 1
    down: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """The engine chosen for a feature, or why there is none.

    Args:
        engine: chosen engine; None when there is none.
        reason: "NO_ENGINE" or "SERVICE_DOWN" without an engine; else "".
        message: a sentence for people.
    """

    engine: EngineFacts | None
    reason: str = ""
    message: str = ""


def choose(
    catalogs: Iterable[ServiceCatalog], service: str, feature: str, pins: Mapping[str, str]
) -> Choice:
    """Resolve a feature's engine once: the pinned one, else the best available.

    Args:
        pins: feature → "name" or "name@version".
    """
    catalog = next((c for c in catalogs if c.service == service), None)
    if catalog is None or catalog.down:
        return Choice(None, "SERVICE_DOWN", f"the {service} service did not answer")
    offered = [engine for engine in catalog.engines if engine.feature == feature]
    wanted = pins.get(feature)
    if wanted is not None:
        offered = [engine for engine in offered if wanted in (engine.name, engine.id)]
        if not offered:
            return Choice(None, "NO_ENGINE", f"{feature}: engine {wanted} is not known")
    for engine in offered:
        if engine.available:
            return Choice(engine)
    hint = next((engine.message for engine in offered if engine.message), "")
    return Choice(None, "NO_ENGINE", hint or f"{feature}: no engine is registered")
