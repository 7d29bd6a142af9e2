"""What every module of parameters offers, and the checks they share. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

_MAIN: Final = "main"


@dataclass(frozen=True, slots=True)
class ParamViolation:
    """A parameter out of its range. `field` counts from the task, such as "cover.count"."""

    field: str
    description: str
    limit: str
    actual: str


@dataclass(frozen=True, slots=True)
class Options:
    """What a task asks for, defaults filled in; every function has its own."""


def only_main(_message: Any) -> tuple[str, ...]:
    """Return the inputs of a function that works on the main one alone."""
    return (_MAIN,)


class Preview(StrEnum):
    """What a function shows in a preview."""

    #: One frame as it is made.
    FRAME = "frame"
    #: Seconds of sound.
    SOUND = "sound"
    #: Nothing: it only writes down what the analysis or a text says.
    WRITTEN = "its files are made as quickly as a preview would be"
    #: Nothing: a few seconds tell nothing of the whole.
    WHOLE = "it judges its input as a whole"


@dataclass(frozen=True, slots=True)
class Function:
    """The parameters of one function.

    Args:
        name: field of `ProductionTask.function`.
        check: message → violations, their fields counted from the message.
        options: message without violations → what is asked for.
        inputs: message → names of the inputs that it works on; empty = all of the job.
        uses: parts of the analysis that the function makes use of.
        preview: what it shows in a preview, or why nothing.
    """

    name: str
    check: Callable[[Any], list[ParamViolation]]
    options: Callable[[Any], Options]
    inputs: Callable[[Any], tuple[str, ...]] = only_main
    uses: tuple[str, ...] = ()
    preview: Preview = Preview.FRAME


def in_range(field: str, value: float, bounds: tuple[float, float]) -> list[ParamViolation]:
    """Refuse a number outside its bounds (and NaN)."""
    low, high = bounds
    if low <= value <= high:
        return []
    limit = f"{low}..{high}"
    return [ParamViolation(field, f"must be {limit}", limit, str(value))]


def known_value(field: str, value: int, names: Sequence[str]) -> list[ParamViolation]:
    """Refuse enum values of another release; names are numbered from 0 without gaps."""
    if 0 <= value < len(names):
        return []
    limit = ", ".join(names[1:])
    return [ParamViolation(field, "is not a value of this release", limit, str(value))]


def one_of(field: str, value: str, names: Sequence[str]) -> list[ParamViolation]:
    """Refuse a word that is not in a list."""
    if value in names:
        return []
    limit = ", ".join(names)
    return [ParamViolation(field, f"must be one of {limit}", limit, value[:80])]


def placed(where: str, found: Sequence[ParamViolation]) -> list[ParamViolation]:
    """Return violations of a message as those of the message around it."""
    return [
        ParamViolation(f"{where}.{one.field}", one.description, one.limit, one.actual)
        for one in found
    ]
