"""What is measured of a session, and what an engine says with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from bench.runtime.materials import Materials
    from videre.common.models import ModelStore

A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a session costs.

    Args:
        cpu_ms: of a run, all threads: the best round of each input, mean over inputs.
        shipped_cpu_ms: the same of the session that the product opens, by turns with it.
        wall_ms: of a run, by the clock.
        shipped_wall_ms: the same of the product's.
        opened_ms: CPU of opening.
        opened_mib: resident memory that opening adds.
        kept_mib: resident memory that opening and the runs add.
        process_mib: resident memory of the process after the runs.
    """

    cpu_ms: float
    shipped_cpu_ms: float
    wall_ms: float
    shipped_wall_ms: float
    opened_ms: float
    opened_mib: float
    kept_mib: float
    process_mib: float


@dataclass(frozen=True, slots=True)
class Right:
    """How right answers are by the truth; `more` = more is better."""

    name: str
    value: float
    more: bool = True


@dataclass(frozen=True, slots=True)
class Work(Generic[A]):
    """An engine at work.

    Args:
        models: its models, in the order in which it opens them.
        measured: those of them that are measured here.
        answers: what it says of materials.
        change: how far answers are from other ones; 0 = equal.
        changed: what `change` counts.
        equal: the most change that counts as equal answers.
        right: how right answers are, where the truth is known.
        lost: the most that may be lost of that.
        flushed: denormals are zero to it.
        slow: one input is enough: a run takes tenths of a second.
        unproven: why no answers can be shown to be equal; "" = they can.
    """

    models: tuple[str, ...]
    measured: tuple[str, ...]
    answers: Callable[[ModelStore, Materials], A]
    change: Callable[[A, A], float]
    changed: str
    equal: float
    right: Callable[[Materials, A], Right] | None = None
    lost: float = 0.0
    flushed: bool = False
    slow: bool = False
    unproven: str = ""
