"""Evaluating a set on a running server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from videre.cli.evaluation.jobs import AT_ONCE, Outcome, analyse
from videre.cli.evaluation.observed import observe
from videre.cli.evaluation.report import Evaluation, measure, needed_features
from videre.cli.evaluation.truth import Truth
from videre.client import AsyncVidere
from videre.v1 import engine_pb2, job_pb2, types_pb2

#: One job gets this long, seconds.
PATIENCE_S: Final = 3_600.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is evaluated.

    Args:
        name: what the evaluation is called.
        folder: folder of the set.
        truths: what is known of its media.
        features: what to look for; empty = what each media's facts need.
        pins: engines instead of "auto".
    """

    name: str
    folder: Path
    truths: Sequence[Truth]
    features: tuple[str, ...] = ()
    pins: tuple[types_pb2.EnginePin, ...] = ()


async def evaluate(client: AsyncVidere, wanted: Wanted, tell: Callable[[str], None]) -> Evaluation:
    """Analyse the media of a set of which something is known, and measure the answers.

    Args:
        tell: told a line about every job that ended.
    """
    groups: dict[tuple[str, ...], list[Truth]] = {}
    for truth in wanted.truths:
        needed = needed_features(truth)
        if needed is not None:
            groups.setdefault(wanted.features or needed, []).append(truth)
    found: list[tuple[Truth, Outcome]] = []
    for features, truths in groups.items():
        outcomes = await analyse(
            client,
            [truth.path for truth in truths],
            patience_s=PATIENCE_S,
            tell=tell,
            at_once=AT_ONCE,
            features=features,
            engine_pins=_pins_of(wanted.pins, features),
        )
        found += zip(truths, outcomes, strict=True)
    answered = [(truth, outcome) for truth, outcome in found if not outcome.error]
    pairs = [(truth, observe(outcome.job, outcome.analysis)) for truth, outcome in answered]
    return Evaluation(
        name=wanted.name,
        folder=str(wanted.folder),
        media=len(answered),
        engines=_engines(outcome.job for _, outcome in answered),
        figures=measure(pairs),
        failed=tuple(_failures(found)),
    )


def _pins_of(
    pins: Sequence[types_pb2.EnginePin], features: Sequence[str]
) -> list[types_pb2.EnginePin]:
    """Return the pins of features that are looked for; all where everything is."""
    return [pin for pin in pins if not features or pin.feature in features]


def _engines(jobs: Iterable[job_pb2.Job]) -> tuple[str, ...]:
    return tuple(
        sorted(
            {f"{pin.feature}: {pin.engine}@{pin.version}" for job in jobs for pin in job.engines}
        )
    )


def _failures(found: Sequence[tuple[Truth, Outcome]]) -> list[str]:
    """Return a line for every media without an analysis, or with one that is not whole."""
    lines = [f"{truth.name}: {outcome.error}" for truth, outcome in found if outcome.error]
    return lines + [
        f"{truth.name}: ended {job_pb2.JobState.Name(outcome.job.state)}; measured as it is"
        for truth, outcome in found
        if not outcome.error and outcome.job.state != job_pb2.JOB_STATE_SUCCEEDED
    ]


async def each_engine(
    client: AsyncVidere, wanted: Wanted, feature: str, tell: Callable[[str], None]
) -> list[Evaluation]:
    """Evaluate a set with every available engine of a feature in turn, best first.

    Only media whose facts need the feature are analysed, and only for it: what else they show is
    the same for all. Where no media tells anything of the feature, nothing is returned.
    """
    engines = [
        engine
        for engine in await client.list_engines(feature)
        if engine.state == engine_pb2.ENGINE_STATE_AVAILABLE
    ]
    about = [
        truth
        for truth in wanted.truths
        if (needed := needed_features(truth)) is not None and (feature in needed or not needed)
    ]
    found = []
    for engine in engines if about else ():
        pin = types_pb2.EnginePin(feature=feature, engine=engine.name, version=engine.version)
        others = tuple(one for one in wanted.pins if one.feature != feature)
        tell(f"{feature}: {engine.name}@{engine.version}, {len(about)} media")
        chosen = replace(
            wanted,
            name=f"{engine.name}@{engine.version}",
            truths=about,
            features=wanted.features or (feature,),
            pins=(*others, pin),
        )
        found.append(await evaluate(client, chosen, tell))
    return found
