"""`DescribeEngines` for every service, and the way from a pin in a request to a loaded engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from videre.common.auth import Role
from videre.common.engine import Engine, EngineRegistry, EngineSpec, EngineStatus, State, Tier
from videre.common.errors import Reason, VidereError
from videre.common.executor import Slot
from videre.common.server import Registration
from videre.internal.v1 import engine_pb2, engine_pb2_grpc

E = TypeVar("E", bound=Engine)

_TIERS: Final = {
    Tier.BUNDLED: engine_pb2.ENGINE_TIER_BUNDLED,
    Tier.STANDARD: engine_pb2.ENGINE_TIER_STANDARD,
    Tier.EXTENDED: engine_pb2.ENGINE_TIER_EXTENDED,
    Tier.TORCH: engine_pb2.ENGINE_TIER_TORCH,
    Tier.UNKNOWN: engine_pb2.ENGINE_TIER_UNSPECIFIED,
}
_STATES: Final = {
    State.AVAILABLE: engine_pb2.ENGINE_STATE_AVAILABLE,
    State.MISSING: engine_pb2.ENGINE_STATE_MISSING,
    State.FAILED: engine_pb2.ENGINE_STATE_FAILED,
}


def describe_engine(status: EngineStatus) -> engine_pb2.EngineDescription:
    """Return the wire form of an engine's status."""
    spec = status.spec
    return engine_pb2.EngineDescription(
        feature=spec.feature,
        name=spec.name,
        version=spec.version,
        model_digests=status.model_digests,
        tier=_TIERS[spec.tier],
        state=_STATES[status.state],
        state_message=status.message,
        licence=spec.licence,
        classes=[
            engine_pb2.EngineClass(name=item.name, detection_threshold=item.detection_threshold)
            for item in spec.classes
        ],
        languages=spec.languages,
        storing_floor=spec.storing_floor,
        score_cap=spec.score_cap,
        calibration=spec.calibration,
        max_call_seconds=spec.max_call_seconds,
        cpu_seconds_per_item=spec.cpu_seconds_per_item,
        max_batch=spec.max_batch,
        distribution=status.distribution,
        needs_strips=spec.needs_strips,
        embeds_texts=spec.embeds_texts,
    )


class EngineCatalog(engine_pb2_grpc.EngineCatalogServiceServicer):
    """Tells what engines this process has."""

    def __init__(self, service: str, registry: EngineRegistry[Any], slots: int) -> None:
        """Describe `registry` as the engines of `service` on `slots` inference threads."""
        self._service = service
        self._registry = registry
        self._slots = slots

    async def DescribeEngines(
        self, request: engine_pb2.DescribeEnginesRequest, context: object
    ) -> engine_pb2.DescribeEnginesResponse:
        """See the proto."""
        return engine_pb2.DescribeEnginesResponse(
            service=self._service,
            engines=[describe_engine(status) for status in self._registry.describe()],
            slots=self._slots,
        )


@contextmanager
def engine_at_work(spec: EngineSpec, doing: str, **metadata: str) -> Iterator[None]:
    """Turn whatever an engine's runtime throws in the block into this engine's failure.

    Args:
        spec: the engine.
        doing: what it was to do, for the message: "frame 7".
        metadata: more for the error's metadata.

    Raises:
        VidereError: ENGINE_FAILED; what the engine raises as VidereError passes as it is.
    """
    try:
        yield
    except VidereError:
        raise
    except Exception as error:
        raise VidereError(
            Reason.ENGINE_FAILED,
            f"{spec.name} failed on {doing}",
            metadata={"feature": spec.feature, "engine": spec.name, **metadata},
        ) from error


def catalog_registration(service: str, registry: EngineRegistry[Any], slots: int) -> Registration:
    """Return the registration of a service's engine catalog."""
    return Registration(
        engine_pb2.DESCRIPTOR.services_by_name["EngineCatalogService"],
        engine_pb2_grpc.add_EngineCatalogServiceServicer_to_server,
        EngineCatalog(service, registry, slots),
        Role.SUBMITTER,
    )


def acquire_selected(
    registry: EngineRegistry[E], selection: engine_pb2.EngineSelection, feature: str, slot: Slot
) -> E:
    """Return the engine a request pins, loaded for the slot; to be called on the slot's thread.

    Args:
        registry: the service's engines.
        selection: the request's pin.
        feature: feature the call serves; a pin of another one is refused.
        slot: the slot that will use the engine.

    Raises:
        VidereError: FIELD_INVALID for another feature; ENGINE_VERSION, MODEL_UNAVAILABLE,
            ENGINE_FAILED.
    """
    if selection.feature != feature:
        raise VidereError(
            Reason.FIELD_INVALID,
            f"engine.feature: this call serves {feature!r}",
            metadata={"field": "engine.feature", "limit": feature, "actual": selection.feature},
        )
    return registry.acquire(
        feature, selection.name, selection.version, selection.model_digests, slot.index
    )
