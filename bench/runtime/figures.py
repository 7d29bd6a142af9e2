"""What other ways of opening a model are worth. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bench.runtime.base import Cost, Right, Work
from videre.cli.evaluation.figures import Case, Measured

#: A way wins that takes this share of the CPU, answers being equal, ...
_LESS_CPU: Final = 0.85
#: ... or keeps so much less memory at no more than this share of the CPU.
_LESS_MIB: Final = 16.0
_SAME_CPU: Final = 1.05
#: The way in which the product opens a model.
AS_SHIPPED: Final = "as shipped"
_GRAPHS: Final = ("graph none", "graph basic", "graph extended", "graph saved")
_MEMORY: Final = ("memory of runs not kept", "memory of runs kept")
_THREADS: Final = ("2 threads", "2 threads, spinning")
_BITS: Final = ("int8 dynamic", "int8 static")


@dataclass(frozen=True, slots=True)
class Answers:
    """What an engine says with another file: how far from before, and how right."""

    change: float
    right: Right | None


@dataclass(frozen=True, slots=True)
class Trial:
    """A model that was opened in several ways.

    Args:
        model: its name.
        work: what its engine does.
        costs: by way.
        answers: by way, of those that change the numbers.
        refused: what was said of ways that the model cannot be brought to.
        right: how right the engine is as it ships.
    """

    model: str
    work: Work[Any]
    costs: Mapping[str, Cost]
    answers: Mapping[str, Answers]
    refused: Mapping[str, str]
    right: Right | None

    def cpu(self, way: str) -> float:
        """Return the CPU of a way, of what the product takes."""
        return self.costs[way].cpu_ms / self.costs[way].shipped_cpu_ms

    def wins(self, way: str) -> bool:
        """Tell whether a way is better than what ships."""
        return cheaper(self.costs, way) and (way not in _BITS or self.equal(way))

    def equal(self, way: str) -> bool:
        """Tell whether the answers of a way are as good as those of the product."""
        answers = self.answers.get(way)
        if answers is None or self.work.unproven or answers.change > self.work.equal:
            return False
        if answers.right is None or self.right is None:
            return True
        lost = self.right.value - answers.right.value
        return (lost if self.right.more else -lost) <= self.work.lost


def cheaper(costs: Mapping[str, Cost], way: str) -> bool:
    """Tell whether a way takes less than what ships, of the CPU or of memory."""
    if way not in costs:
        return False
    cost, shipped = costs[way], costs[AS_SHIPPED]
    share = cost.cpu_ms / cost.shipped_cpu_ms
    less_mib = shipped.kept_mib - cost.kept_mib
    return share <= _LESS_CPU or (less_mib >= _LESS_MIB and share <= _SAME_CPU)


def figures(trials: Sequence[Trial]) -> list[Measured]:
    """Return what the models cost as they ship, beside the other ways."""
    return [
        Measured("models measured", float(len(trials)), "models", "of ONNX, by their engines"),
        _beaten("beaten by another graph", trials, _GRAPHS),
        _beaten("beaten in 8 bits, answers equal", trials, _BITS),
        _beaten("beaten by less memory", trials, _MEMORY),
        *(figure for trial in trials for figure in _figures(trial)),
    ]


def _beaten(name: str, trials: Sequence[Trial], ways: Sequence[str]) -> Measured:
    cases = tuple(
        Case(trial.model, None, "as shipped", f"{way}: {trial.cpu(way):.2f} of the CPU")
        for trial in trials
        for way in ways
        if trial.wins(way)
    )
    how = f"{_LESS_CPU:g} of the CPU, or {_LESS_MIB:g} MiB less at {_SAME_CPU:g} of it"
    return Measured(name, float(len({one.file for one in cases})), "models", how, cases=cases)


def _figures(trial: Trial) -> list[Measured]:
    shipped = trial.costs[AS_SHIPPED]
    memory = [
        f"opened in {shipped.opened_ms:.0f} ms, {shipped.opened_mib:.1f} MiB",
        _told(trial, ("graph saved",), lambda cost: f"{cost.opened_ms:.0f} ms"),
        _told(trial, (*_MEMORY, *_BITS), lambda cost: f"{cost.kept_mib:.1f} MiB"),
        f"process {shipped.process_mib:.0f} MiB",
    ]
    made = [
        Measured(f"{trial.model}: CPU of a call", shipped.cpu_ms, "ms", _ratios(trial)),
        Measured(
            f"{trial.model}: memory", shipped.kept_mib, "MiB", "; ".join(filter(None, memory))
        ),
    ]
    static = trial.answers.get(_BITS[-1])
    told = [f"{trial.work.changed}, equal up to {trial.work.equal:g}"]
    told += filter(None, (_bits(trial, way) for way in _BITS))
    change = None if static is None else static.change
    made.append(Measured(f"{trial.model}: in 8 bits, change", change, "", "; ".join(told)))
    return made


def _ratios(trial: Trial) -> str:
    ways = (*_GRAPHS, *_MEMORY, *_THREADS, *_BITS)
    told = [f"{way} × {trial.cpu(way):.2f}" for way in ways if way in trial.costs]
    clock = _told(trial, _THREADS, lambda cost: f"{cost.wall_ms / cost.shipped_wall_ms:.2f}")
    return "; ".join(told) + (f"; by the clock {clock}" if clock else "")


def _told(trial: Trial, ways: Sequence[str], words: Callable[[Cost], str]) -> str:
    return ", ".join(f"{way} {words(trial.costs[way])}" for way in ways if way in trial.costs)


def _bits(trial: Trial, way: str) -> str:
    """Return how the answers of 8 bits are, or why there are none."""
    if way in trial.refused:
        return f"{way} cannot be made ({trial.refused[way]})"
    if way not in trial.costs:
        return ""
    if way not in trial.answers:
        return f"{way} is not cheaper"
    answers, work = trial.answers[way], trial.work
    told = [f"{way} {answers.change:.3g}"]
    if answers.right is not None and trial.right is not None:
        told.append(f"{trial.right.name} {trial.right.value:.4g} → {answers.right.value:.4g}")
    verdict = work.unproven or ("" if trial.equal(way) else "not equal")
    return ", ".join([*told, verdict] if verdict else told)
