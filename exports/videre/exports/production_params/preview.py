"""Previews of production tasks: what of the input is looked at, and what becomes of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from videre.exports.production_params.base import Function, Options, ParamViolation, Preview
from videre.exports.production_params.times import Stretch, check_time, seconds_of
from videre.v1 import production_pb2

#: What is listened to at most, and what around a frame is looked at, seconds.
LENGTH: Final = Fraction(5)
SIGHT: Final = Fraction(3)
#: The same where looking costs more: what stood behind a subtitle is carried from frame to frame.
_SIGHT_OF: Final = {"remove_text": Fraction(2)}


@dataclass(frozen=True, slots=True)
class Glance:
    """A preview that is asked for.

    Args:
        at: instant of what is made; None = its middle.
        sound: whether it is listened to instead of looked at.
        sight: what is looked at around the frame, seconds.
    """

    at: Fraction | None
    sound: bool
    sight: Fraction = SIGHT


def check_preview(function: Function, task: production_pb2.ProductionTask) -> list[ParamViolation]:
    """Return what is wrong with the preview that a task asks for, if it does."""
    if not task.HasField("preview"):
        return []
    if function.preview not in (Preview.FRAME, Preview.SOUND):
        words = f"{function.name} has none: {function.preview}"
        return [ParamViolation("preview", words, "no preview", function.name)]
    return check_time("preview.at", task.preview.at) if task.preview.HasField("at") else []


def glance_of(function: Function, task: production_pb2.ProductionTask) -> Glance | None:
    """Return the preview that a task without violations asks for; None = none."""
    if not task.HasField("preview"):
        return None
    at = seconds_of(task.preview.at) if task.preview.HasField("at") else None
    sight = _SIGHT_OF.get(function.name, SIGHT)
    return Glance(at, function.preview is Preview.SOUND, sight)


def stretch_within(options: Options) -> Stretch | None:
    """Return the stretch of its one input that a task works on; None where it works on several."""
    found = getattr(options, "stretch", None)
    return found if isinstance(found, Stretch) else None


def narrowed(options: Options, glance: Glance, end: Fraction) -> tuple[Options, Glance]:
    """Return a task's parameters for the seconds around an instant, and the preview inside of them.

    Args:
        options: of a function with a stretch of one input.
        glance: the preview; its instant is the input's.
        end: of the input.

    Raises:
        ValueError: the instant lies outside of the stretch; the words say which that is.
    """
    stretch = stretch_within(options)
    assert stretch is not None
    last = end if stretch.end is None else min(stretch.end, end)
    if stretch.start >= last:
        return options, glance  # the function itself refuses the stretch
    at = (stretch.start + last) / 2 if glance.at is None else glance.at
    if not stretch.start <= at < last:
        raise ValueError(f"in {float(stretch.start):g}..{float(last):g} s")
    length = LENGTH if glance.sound else glance.sight
    said = glance.sound and glance.at is not None
    first = at if said else max(stretch.start, at - length / 2)
    few = Stretch(first, min(last, first + length))
    return replace(options, stretch=few), replace(glance, at=at - first)  # type: ignore[call-arg]
