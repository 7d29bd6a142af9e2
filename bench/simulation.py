"""The orchestrator by thousands of seeds: what breaks, and what was really met.

Each seed is a small world of its own (tests/simulation): the real flow, steps, store, fusion and
moderation under virtual time, over services, decoders and a journal that fail as the seed says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Final

from bench.harness import Outcome
from bench.options import Options
from tests.simulation.faults import Fault, Trouble
from tests.simulation.plans import IN_STEP
from tests.simulation.play import Played, player
from videre.cli.evaluation.figures import Case, Measured

_SEEDS: Final = 10_000
_QUICK_SEEDS: Final = 1_000
_STATES: Final = ("SUCCEEDED", "PARTIAL", "FAILED", "CANCELLED")
_TOLD_EVERY: Final = 500


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Play the seeds; there are no jobs of a real suite to show."""
    seeds = _QUICK_SEEDS if options.quick else _SEEDS
    played = []
    with player() as plays:
        for seed in range(seeds):
            played.append(plays.play(seed))
            for line in played[-1].broken:
                tell(f"VIDERE_SEED={seed}: {line}")
            if len(played) % _TOLD_EVERY == 0:
                tell(f"{len(played)}/{seeds} seeds")
    return measure(played), []


def measure(played: Sequence[Played]) -> list[Measured]:
    """Return the figures of the seeds."""
    broken = [
        Case(f"VIDERE_SEED={one.seed}", None, "holds", line)
        for one in played
        for line in one.broken
    ]
    faults: Counter[StrEnum] = Counter()
    troubles: Counter[StrEnum] = Counter()
    for one in played:
        faults.update(one.faults)
        troubles.update(one.troubles)
    killed_in: Counter[str] = Counter()
    for one in played:
        killed_in.update(one.kills_in)
    steps = [step.removeprefix("record ") for step in IN_STEP]
    states = Counter(state for one in played for state in one.states)
    seeds = len(played)
    jobs = sum(len(one.fates) for one in played)
    kills = sum(one.kills for one in played)
    virtual_h = sum(one.virtual_s for one in played) / 3_600
    return [
        Measured("seeds", seeds, "", f"{jobs} jobs, {virtual_h:.0f} hours of virtual time"),
        Measured(
            "promises broken", len(broken), "", f"checks after {seeds} seeds", cases=tuple(broken)
        ),
        Measured("kills of the process", kills, "", "at any operation, spread by seed"),
        _rarest("rarest fault: times met", {fault: faults[fault] for fault in Fault}),
        _rarest("rarest trouble: times met", {trouble: troubles[trouble] for trouble in Trouble}),
        _rarest("rarest final state: jobs", {state: states[state] for state in _STATES}),
        _rarest("rarest step killed before its record", {step: killed_in[step] for step in steps}),
        Measured(
            "results compared with the undisturbed one",
            sum(one.compared for one in played),
            "",
            "jobs that SUCCEEDED in a seed with a kill, a failing service or decoder",
        ),
        Measured(
            "files compared with the undisturbed ones",
            sum(one.produced for one in played),
            "",
            "jobs with a production task that SUCCEEDED",
        ),
        Measured(
            "calls of services", sum(one.calls for one in played), "", "attempts that reached one"
        ),
    ]


def _rarest(
    name: str, met: Mapping[Fault, int] | Mapping[Trouble, int] | Mapping[str, int]
) -> Measured:
    how = ", ".join(f"{kind} {count}" for kind, count in met.items())
    return Measured(name, min(met.values()), "", how)
