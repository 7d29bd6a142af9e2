"""The plan of a job: what is looked at, by which engines, in which pieces. Pure.

Everything that may change an answer is resolved here once and pinned. Units come from the media
index alone; a chunk is a run of whole units and changes no answer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pydantic import TypeAdapter

from videre.common.values import NS
from videre.orchestrator.catalog import EngineFacts, ServiceCatalog, choose
from videre.orchestrator.costs import DEFAULT_SAMPLE_INTERVAL_NS, cpu_ms
from videre.orchestrator.features import (
    BY_NAME,
    DIARIZATION,
    FEATURES,
    FRAME_FEATURES,
    LOUDNESS,
    MUSIC,
    QUALITY,
    SOUND,
    SPEECH,
    SPEECH_ACTIVITY,
    Feature,
    Track,
    requested_features,
)

PLAN_VERSION: Final = "plan-1"
#: Units per chunk of a long film: less would decode more than once, at the borders of chunks.
_UNITS_PER_CHUNK: Final = 3
#: Share of the pictures that one core looks at while the sound is decoded and searched for speech.
_AHEAD_PER_CORE: Final = 0.04
#: Longest times between two sampled frames that a budget may make of the default one.
_COARSER_NS: Final = (6 * NS, 12 * NS, 24 * NS, 60 * NS)
#: Stretch of sound that one call of the sound engine owns: 40 hops of 0.48 s.
SOUND_UNIT_NS: Final = 19_200_000_000


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the picture: frames [start_frame, end_frame), instants [start_ns, end_ns).

    `content` is the digest of what is coded of it; "" where that is not told.
    """

    index: int
    start_frame: int
    end_frame: int
    start_ns: int
    end_ns: int
    content: str = ""


@dataclass(frozen=True, slots=True)
class PlannedFeature:
    """What the plan says of one feature.

    Args:
        state: "PENDING" when it will be looked at, else the stage's final state.
        reason: why it will not be looked at.
        engine: who looks; None for the orchestrator's own passes and where nobody looks.
    """

    name: str
    state: str
    reason: str = ""
    message: str = ""
    engine: EngineFacts | None = None


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What of a job's request matters for the plan.

    Args:
        features: requested names; empty = all.
        pins: feature → "name" or "name@version".
        units_per_chunk: None = as many as give every slot work.
        samples_as_asked: the request says how densely frames are looked at; a budget leaves it.
        budget_cpu_ms: most CPU-milliseconds; None = no limit.
        looks: whether anything is looked for.
    """

    features: tuple[str, ...] = ()
    pins: tuple[tuple[str, str], ...] = ()
    languages: tuple[str, ...] = ()
    sample_interval_ns: int = DEFAULT_SAMPLE_INTERVAL_NS
    samples_as_asked: bool = False
    units_per_chunk: int | None = None
    budget_cpu_ms: int | None = None
    looks: bool = True


@dataclass(frozen=True, slots=True)
class PlanMedia:
    """What of the media matters for the plan."""

    digest: str
    kind: str
    duration_ns: int
    has_picture: bool
    has_sound: bool
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A job's plan, stored as an artifact."""

    version: str
    project_id: str
    media_id: str
    media_digest: str
    index_digest: str
    kind: str
    duration_ns: int
    has_picture: bool
    has_sound: bool
    units: tuple[Unit, ...]
    units_per_chunk: int
    sample_interval_ns: int
    features: tuple[PlannedFeature, ...]
    speech_activity: EngineFacts | None
    language_hints: tuple[str, ...]
    #: Version of the project's additions to the taxonomy; 0 = none.
    taxonomy_overlay: int = 0
    #: Most CPU-milliseconds that engines may take; None = no limit.
    budget_cpu_ms: int | None = None
    #: The budget made sampling coarser than it is by default.
    is_coarser: bool = False

    def feature(self, name: str) -> PlannedFeature:
        """Return what the plan says of a feature."""
        return next(feature for feature in self.features if feature.name == name)

    def wants(self, feature: Feature) -> bool:
        """Tell whether the feature will be looked at."""
        return self.feature(feature.name).state == "PENDING"

    def engine(self, feature: Feature) -> EngineFacts:
        """Return the pinned engine of a feature that has one."""
        engine = self.feature(feature.name).engine
        if engine is None:
            raise ValueError(f"{feature.name} has no engine in this plan")
        return engine

    def coarser_ns(self, feature: Feature) -> int:
        """Return how far apart the budget made a feature's frames; 0 = as they are by default."""
        looked = self.is_coarser and feature in FRAME_FEATURES and self.wants(feature)
        return self.sample_interval_ns if looked else 0

    @property
    def picture_chunks(self) -> int:
        """Number of chunks of the picture; 0 when nothing looks at it."""
        wanted = any(
            feature.state == "PENDING"
            and BY_NAME[feature.name].track in (Track.PICTURE, Track.BOTH)
            for feature in self.features
        )
        return -(-len(self.units) // self.units_per_chunk) if wanted else 0

    @property
    def listens(self) -> bool:
        """Whether something is looked for in the whole sound track."""
        looking = (SPEECH, DIARIZATION, SOUND, LOUDNESS, MUSIC)
        heard = any(self.wants(feature) for feature in looking)
        return heard or (self.wants(QUALITY) and self.has_sound)

    def chunk_units(self, chunk: int) -> tuple[Unit, ...]:
        """Return the units of one chunk of the picture."""
        first = chunk * self.units_per_chunk
        return self.units[first : first + self.units_per_chunk]

    @property
    def chunk_ns(self) -> int:
        """Nominal length of a chunk of the sound."""
        return self.units_per_chunk * SOUND_UNIT_NS


PLAN: Final = TypeAdapter(Plan)


def make_plan(
    *,
    project_id: str,
    media_id: str,
    index_digest: str,
    media: PlanMedia,
    request: PlanRequest,
    catalogs: Sequence[ServiceCatalog],
    costs: Mapping[tuple[str, str], float],
    slots: int,
    taxonomy_overlay: int = 0,
) -> Plan:
    """Resolve engines and pieces.

    Args:
        taxonomy_overlay: version of the project's additions to the taxonomy; 0 = none.
        slots: what the machine works on at once, at least 1.
        costs: as of `cpu_ms`.
    """
    pins = dict(request.pins)
    wanted = _wanted(request)
    planned = [_plan_feature(feature, wanted, media, catalogs, pins) for feature in FEATURES]
    interval_ns = request.sample_interval_ns
    if request.budget_cpu_ms is not None:
        planned, interval_ns = _afforded(planned, media, costs, request, request.budget_cpu_ms)
    planned = _following(planned)
    spoken = (SPEECH.name, DIARIZATION.name, SOUND.name)
    hears = any(f.state == "PENDING" and f.name in spoken for f in planned)
    activity = choose(catalogs, SPEECH.service, SPEECH_ACTIVITY, pins).engine if hears else None
    return Plan(
        version=PLAN_VERSION,
        project_id=project_id,
        media_id=media_id,
        media_digest=media.digest,
        index_digest=index_digest,
        kind=media.kind,
        duration_ns=media.duration_ns,
        has_picture=media.has_picture,
        has_sound=media.has_sound,
        units=media.units,
        units_per_chunk=request.units_per_chunk or units_per_chunk(len(media.units), slots),
        sample_interval_ns=interval_ns,
        features=tuple(planned),
        speech_activity=activity,
        language_hints=request.languages,
        taxonomy_overlay=taxonomy_overlay,
        budget_cpu_ms=request.budget_cpu_ms,
        is_coarser=interval_ns > request.sample_interval_ns,
    )


def units_per_chunk(units: int, slots: int) -> int:
    """Return how many units make a chunk: a short film is spread over the slots."""
    return max(1, min(_UNITS_PER_CHUNK, units // slots))


def pictures_ahead(chunks: int, slots: int) -> int:
    """Return how many chunks of the picture begin before the sound has been listened to."""
    return min(chunks, slots + 1 + math.ceil(chunks * slots * _AHEAD_PER_CORE))


def services_to_ask(media: PlanMedia, request: PlanRequest) -> frozenset[str]:
    """Return the services among whose engines the plan chooses; `sound` has voices found, too."""
    wanted = _wanted(request)
    asking = [f for f in FEATURES if f.service and _without_engine(f, wanted, media) is None]
    return frozenset(f.service for f in (*asking, *((SPEECH,) if SOUND in asking else ())))


def _wanted(request: PlanRequest) -> frozenset[str]:
    return requested_features(request.features) if request.looks else frozenset()


def _plan_feature(
    feature: Feature,
    wanted: frozenset[str],
    media: PlanMedia,
    catalogs: Sequence[ServiceCatalog],
    pins: Mapping[str, str],
) -> PlannedFeature:
    settled = _without_engine(feature, wanted, media)
    if settled is not None:
        return settled
    choice = choose(catalogs, feature.service, feature.name, pins)
    if choice.engine is None:
        state = "FAILED" if choice.reason == "SERVICE_DOWN" else "NOT_CHECKED"
        return PlannedFeature(feature.name, state, choice.reason, choice.message)
    return PlannedFeature(feature.name, "PENDING", engine=choice.engine)


def _without_engine(
    feature: Feature, wanted: frozenset[str], media: PlanMedia
) -> PlannedFeature | None:
    """Return the plan of a feature that no engine looks for here; None = one is to be chosen."""
    if feature.name not in wanted:
        return PlannedFeature(feature.name, "SKIPPED", "NOT_REQUESTED")
    if media.kind == "text" and feature.name == "text":
        return PlannedFeature(feature.name, "PENDING")
    tracks = {
        Track.PICTURE: media.has_picture,
        Track.SOUND: media.has_sound,
        Track.BOTH: media.has_picture or media.has_sound,
        Track.NONE: True,
    }
    if not tracks[feature.track]:
        return PlannedFeature(feature.name, "SKIPPED", "NO_TRACK")
    return None if feature.service else PlannedFeature(feature.name, "PENDING")


def _following(planned: Sequence[PlannedFeature]) -> list[PlannedFeature]:
    """Return the features; nobody follows what nobody looks at."""
    known = {feature.name: feature for feature in planned}

    def settled(feature: PlannedFeature) -> PlannedFeature:
        followed = known.get(BY_NAME[feature.name].follows)
        if followed is None or feature.state != "PENDING" or followed.state == "PENDING":
            return feature
        return replace(followed, name=feature.name)

    return [settled(feature) for feature in planned]


def _afforded(
    planned: Sequence[PlannedFeature],
    media: PlanMedia,
    costs: Mapping[tuple[str, str], float],
    request: PlanRequest,
    budget_ms: int,
) -> tuple[list[PlannedFeature], int]:
    """Return what a budget leaves, and the longest time between two sampled frames.

    Frames are looked at less densely where more features fit then; as densely as those allow.
    """
    asked = request.sample_interval_ns
    coarser = () if request.samples_as_asked else _COARSER_NS
    plans = [
        (_within_budget(planned, media, costs, budget_ms, interval_ns), interval_ns)
        for interval_ns in (asked, *coarser)
    ]
    return max(plans, key=lambda one: (sum(f.state == "PENDING" for f in one[0]), -one[1]))


def _within_budget(
    planned: Sequence[PlannedFeature],
    media: PlanMedia,
    costs: Mapping[tuple[str, str], float],
    budget_ms: int,
    interval_ns: int,
) -> list[PlannedFeature]:
    left = budget_ms
    kept: list[PlannedFeature] = []
    for feature in planned:
        if feature.state != "PENDING":
            kept.append(feature)
            continue
        cost, _ = cpu_ms(feature.name, feature.engine, media.duration_ns, costs, interval_ns)
        if cost <= left:
            left -= cost
            kept.append(feature)
        else:
            message = f"needs {cost} CPU-ms, {left} left of {budget_ms}"
            kept.append(PlannedFeature(feature.name, "NOT_CHECKED", "BUDGET", message))
    return kept
