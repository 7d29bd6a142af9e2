"""Engines that other distributions bring: found by entry points, looked at before they are let in.

A distribution names its engines in the group `videre.engines.<service>`, as `<feature>.<name>`.
What cannot be imported or does not fit its seat is refused by that name: it is described as FAILED
with the reason, and the service goes on with the other engines. A plug-in runs inside the service's
process with all its rights: installing one is trusting it, as with any Python package.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from importlib import metadata
from typing import Any, Final

import structlog

from videre.common.engine import Engine, EngineSpec, Tier

log = structlog.get_logger(__name__)

_GROUP: Final = "videre.engines."
#: What stands before the first dot of an entry point's name, and after it.
_NAME: Final = re.compile(r"([a-z][a-z_]*)\.([a-z0-9][a-z0-9._-]*)")
#: Longest name, version or licence of an engine, characters.
_MAX_TEXT: Final = 100
#: Longest time that an engine may ask for one call, seconds.
_MAX_CALL_S: Final = 3_600.0
#: Most frames in one call; the contract of AnalyzeFrames and ReadFrames.
_MAX_BATCH: Final = 16
_NOT_KNOWN: Final = "not known"


class Refused(ValueError):
    """A plug-in does not fit; the message says why."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """An engine of another distribution, or why it is refused.

    Args:
        feature: feature that its entry point names.
        name: engine that its entry point names.
        distribution: name and version of what brings it, "acme-signs 1.2".
        factory: makes the unloaded engine; None when it is refused.
        problem: why it is refused; "" when it is not.
    """

    feature: str
    name: str
    distribution: str
    factory: Callable[[], Any] | None
    problem: str = ""

    @property
    def placeholder(self) -> EngineSpec:
        """What there is to say of an engine that was refused."""
        return EngineSpec(self.feature, self.name, "0", Tier.UNKNOWN, _NOT_KNOWN)


def find_plugins(service: str, seats: Mapping[str, type]) -> list[Plugin]:
    """Return the plug-ins of a service that are installed here, by distribution and name.

    Args:
        service: name of the service.
        seats: the protocol (checkable at run time) of each feature that the service serves.
    """
    points = metadata.entry_points(group=_GROUP + service)
    found = [_plugin(point, service, seats) for point in points]
    for plugin in found:
        if plugin.problem:
            log.warning(
                "plug-in refused", plugin=plugin.name, distribution=plugin.distribution,
                reason=plugin.problem,
            )  # fmt: skip
    return sorted(found, key=lambda plugin: (plugin.distribution, plugin.feature, plugin.name))


def _plugin(point: metadata.EntryPoint, service: str, seats: Mapping[str, type]) -> Plugin:
    distribution = f"{point.dist.name} {point.dist.version}" if point.dist else _NOT_KNOWN
    parts = _NAME.fullmatch(point.name)
    feature, name = parts.groups() if parts else ("plugin", point.name[:_MAX_TEXT])
    try:
        if not parts:
            raise Refused(f"its entry point {point.name!r} is not named FEATURE.ENGINE")
        if feature not in seats:
            raise Refused(f"the {service} service has no feature {feature!r}")
        factory = point.load()
        check_engine(factory(), feature, name, seats[feature])
    except Refused as refused:
        return Plugin(feature, name, distribution, None, str(refused))
    except (Exception, SystemExit) as error:  # its code may do anything while it is imported
        words = f"{type(error).__name__}: {error}"
        return Plugin(feature, name, distribution, None, f"it cannot be imported ({words[:300]})")
    return Plugin(feature, name, distribution, factory)


def check_engine(engine: Any, feature: str, name: str, seat: type) -> None:
    """Check what an unloaded engine says of itself.

    Args:
        engine: what the factory returned.
        feature: feature it is to serve.
        name: name it is to have.
        seat: its protocol.

    Raises:
        Refused: it lacks a method or says something that cannot be.
    """
    spec = getattr(engine, "spec", None)
    if not isinstance(spec, EngineSpec):
        raise Refused("its engine has no EngineSpec as spec")
    if not isinstance(engine, seat):
        lacking = ", ".join(sorted(_lacking(engine, seat)))
        raise Refused(f"its engine is no {seat.__name__}: it lacks {lacking}")
    if (spec.feature, spec.name) != (feature, name):
        raise Refused(f"its engine says it is {spec.feature}.{spec.name}")
    for problem in _problems(spec):
        raise Refused(problem)


def _lacking(engine: Engine, seat: type) -> Collection[str]:
    wanted = {name for base in seat.__mro__ for name in vars(base) if not name.startswith("_")}
    return {name for name in wanted if not hasattr(engine, name)}


def _problems(spec: EngineSpec) -> list[str]:
    """Return what a spec says that cannot be; a wrong type counts as well."""
    for one in fields(EngineSpec):
        value = getattr(spec, one.name)
        if one.type == "str" and not (isinstance(value, str) and len(value) <= _MAX_TEXT):
            return [f"spec.{one.name} is no text of at most {_MAX_TEXT} characters"]
    names = [item.name for item in spec.classes]
    shares = [spec.storing_floor, spec.score_cap]
    shares += [item.detection_threshold for item in spec.classes]
    holds = {
        "spec.version is empty": bool(spec.version),
        "spec.licence is empty": bool(spec.licence),
        "spec.tier is no tier": spec.tier in set(Tier) - {Tier.UNKNOWN},
        "spec.classes has a name twice or an empty one": len({*names, ""}) == len(names) + 1,
        "a score of spec is not within 0..1": all(0 <= share <= 1 for share in shares),
        f"spec.max_batch is not within 1..{_MAX_BATCH}": 1 <= spec.max_batch <= _MAX_BATCH,
        f"spec.max_call_seconds is not within 0..{_MAX_CALL_S:.0f}": 0
        < spec.max_call_seconds
        <= _MAX_CALL_S,
        "spec.cpu_seconds_per_item is no cost": 0 <= spec.cpu_seconds_per_item < math.inf,
    }
    return [problem for problem, good in holds.items() if not good]
