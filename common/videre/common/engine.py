"""The seat every engine sits in: its description, its locked lazy loading, its registry.

A service registers its engines once, best first within a feature. A modality's own protocol (what
an engine *does*) lives in that service's `engines/base.py` and extends `Engine`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar, runtime_checkable

from videre.common.errors import Reason, VidereError
from videre.common.models import ModelStore

if TYPE_CHECKING:
    from videre.common.plugins import Plugin


class Tier(StrEnum):
    """Where an engine comes from."""

    BUNDLED = "bundled"
    STANDARD = "standard"
    EXTENDED = "extended"
    TORCH = "torch"
    #: Of a plug-in that cannot even be imported.
    UNKNOWN = "unknown"


class State(StrEnum):
    """Whether an engine can work."""

    AVAILABLE = "available"
    MISSING = "missing"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ClassSpec:
    """A class an engine can name, with the calibrated score (0..1) that makes a detection."""

    name: str
    detection_threshold: float = 0.5


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """What is known of an engine without loading it.

    Args:
        feature: feature it serves.
        name: its name.
        version: changes whenever its answers may change.
        tier: where it comes from.
        licence: SPDX expression or short text for the model.
        models: names in the model manifest, in the order of `model_digests`.
        packages: Python packages beside the service's own that it imports, such as torch.
        environment: target of `make` that sets up an environment with them; "" of none.
        lacks: what the configuration does not name and the engine needs; "" = nothing.
        refused: why what the configuration names is of no use; "" when it is not refused.
        classes: classes in model order; empty for recognisers.
        languages: BCP 47; empty where language does not matter.
        storing_floor: observations below this raw score (0..1) are not reported.
        score_cap: scores above are cut to it (0..1); 1 = no cap.
        calibration: version of its calibration table; empty = identity.
        max_call_seconds: longest time of one call.
        cpu_seconds_per_item: expected cost of one frame or one second of sound.
        max_batch: most frames in one call.
        needs_strips: of shots: it looks at every frame at 48 × 27 pixels.
        embeds_texts: of classes: it embeds texts where it embeds pictures.
        thread_safe: one instance may serve all slots; otherwise each slot loads its own.
    """

    feature: str
    name: str
    version: str
    tier: Tier
    licence: str
    models: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    environment: str = ""
    lacks: str = ""
    refused: str = ""
    classes: tuple[ClassSpec, ...] = ()
    languages: tuple[str, ...] = ()
    storing_floor: float = 0.05
    score_cap: float = 1.0
    calibration: str = ""
    max_call_seconds: float = 10.0
    cpu_seconds_per_item: float = 0.01
    max_batch: int = 16
    needs_strips: bool = False
    embeds_texts: bool = False
    thread_safe: bool = True


@runtime_checkable
class Engine(Protocol):
    """What every engine has, whatever it does."""

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""

    def load(self, models: ModelStore) -> None:
        """Load everything the first call needs; heavy imports happen here.

        Raises:
            VidereError: MODEL_UNAVAILABLE.
        """


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """An engine's description together with what is true of it on this machine.

    `distribution` is the name and version of what brings a plug-in; "" of the suite's own engines.
    """

    spec: EngineSpec
    state: State
    message: str
    model_digests: tuple[str, ...]
    distribution: str = ""


E = TypeVar("E", bound=Engine)
_SHARED: Final = -1


class EngineRegistry(Generic[E]):
    """The engines of one service: what there is, and a loaded instance for a slot."""

    def __init__(
        self,
        factories: Iterable[Callable[[], E]],
        models: ModelStore,
        plugins: Iterable[Plugin] = (),
    ) -> None:
        """Take factories of unloaded engines, best first within a feature; plug-ins come last."""
        self._models = models
        self._factories: dict[tuple[str, str], Callable[[], E]] = {}
        self._specs: list[EngineSpec] = []
        self._loaded: dict[tuple[str, str, int], E] = {}
        self._failures: dict[tuple[str, str], str] = {}
        self._locks: dict[tuple[str, str, int], threading.Lock] = {}
        self._guard = threading.Lock()
        self._distributions: dict[tuple[str, str], str] = {}
        for factory in factories:
            spec = factory().spec
            key = (spec.feature, spec.name)
            if key in self._factories:
                raise ValueError(f"engine registered twice: {key}")
            self._factories[key] = factory
            self._specs.append(spec)
        for plugin in plugins:
            self._let_in(plugin)

    def _let_in(self, plugin: Plugin) -> None:
        """Register a plug-in; one that cannot be is described with the reason."""
        refused = plugin.placeholder
        spec, problem = (plugin.factory().spec, "") if plugin.factory else (refused, plugin.problem)
        known = {entry.name for entry in self._models.entries()}
        if unknown := [name for name in spec.models if name not in known]:
            problem = f"the manifest has no model {', '.join(unknown)}"
        if any((one.feature, one.name) == (spec.feature, spec.name) for one in self._specs):
            problem = problem or f"another engine has the name {spec.feature}.{spec.name}"
            refused = replace(refused, name=f"{plugin.distribution.split()[0]}/{plugin.name}")
        if problem:
            spec = refused
            self._failures[spec.feature, spec.name] = (
                f"plug-in {plugin.name} of {plugin.distribution} is refused: {problem}"
            )
        elif plugin.factory:
            self._factories[spec.feature, spec.name] = plugin.factory
        self._specs.append(spec)
        self._distributions[spec.feature, spec.name] = plugin.distribution

    def describe(self) -> list[EngineStatus]:
        """Return every engine with its state, best first within a feature."""
        return [self._status(spec) for spec in self._specs]

    def _status(self, spec: EngineSpec) -> EngineStatus:
        key = (spec.feature, spec.name)
        failure = spec.refused or self._failures.get(key, "")
        missing = missing_packages(spec) or spec.lacks or self._models.missing(spec.models)
        state = State.MISSING if missing else State.FAILED if failure else State.AVAILABLE
        return EngineStatus(
            spec=spec,
            state=state,
            message=missing or failure,
            model_digests=self._models.digests(spec.models),
            distribution=self._distributions.get(key, ""),
        )

    def acquire(
        self, feature: str, name: str, version: str, model_digests: Iterable[str], slot: int
    ) -> E:
        """Return the pinned engine, loaded, for the use of one slot.

        Raises:
            VidereError: ENGINE_VERSION when this process has another version or other model files;
                MODEL_UNAVAILABLE or ENGINE_FAILED when it cannot load.
        """
        key = (feature, name)
        factory = self._factories.get(key)
        if factory is None and key in self._failures:
            raise VidereError(
                Reason.ENGINE_FAILED,
                self._failures[key],
                metadata={"feature": feature, "engine": name},
            )
        spec = factory().spec if factory else None
        installed = self._models.digests(spec.models) if spec else ()
        if (
            factory is None
            or spec is None
            or spec.version != version
            or (tuple(model_digests) != installed)
        ):
            have = f"{spec.name}@{spec.version}" if spec else "none"
            raise VidereError(
                Reason.ENGINE_VERSION,
                f"{feature}: asked for {name}@{version}, this replica has {have}",
                metadata={"feature": feature, "asked": f"{name}@{version}", "installed": have},
            )
        return self._load((feature, name, _SHARED if spec.thread_safe else slot), factory)

    def _load(self, key: tuple[str, str, int], factory: Callable[[], E]) -> E:
        with self._guard:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            engine = self._loaded.get(key)
            if engine is None:
                engine = factory()
                _refuse_telemetry()
                try:
                    if missing := missing_packages(engine.spec) or engine.spec.lacks:
                        raise VidereError(Reason.MODEL_UNAVAILABLE, missing)
                    if engine.spec.refused:
                        raise VidereError(Reason.MODEL_UNAVAILABLE, engine.spec.refused)
                    engine.load(self._models)
                except VidereError as error:
                    self._failures[key[:2]] = error.message
                    raise
                except Exception as error:
                    self._failures[key[:2]] = f"cannot load: {error}"
                    raise VidereError(
                        Reason.ENGINE_FAILED, f"{key[1]} cannot load: {error}"
                    ) from error
                self._failures.pop(key[:2], None)
                self._loaded[key] = engine
            return engine


def missing_packages(spec: EngineSpec) -> str:
    """Return "" when every package an engine imports is installed, else what to do about it."""
    absent = [name for name in spec.packages if find_spec(name) is None]
    if not absent:
        return ""
    words = f"{spec.name} needs {', '.join(absent)}, not installed here"
    return f"{words}; see `make {spec.environment}`" if spec.environment else words


def _refuse_telemetry() -> None:
    """Keep model runtimes from reporting home; to be called before one is imported.

    ONNX Runtime's Linux wheels do since 1.29 (names of models, an id kept in ~/.cache/Microsoft)
    unless they find this variable when they start.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
