"""What every function of the vendor's production jobs offers to the map. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from videre.common.errors import FieldViolation, Reason, VidereError
from videre.v1 import production_pb2 as pb

#: Reads the bytes of an output.
Read = Callable[[pb.OutputArtifact], bytes]

_CLOCK: Final = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d(?:\.\d{1,3})?)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a call asks of us.

    Args:
        tasks: what is made.
        features: what the analysis must look for first; empty = no analysis.
        inputs: address by name of inputs beside the main one.
    """

    tasks: tuple[pb.ProductionTask, ...]
    features: tuple[str, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was made for a call.

    Args:
        input: the call's input, as it was given.
        outputs: the files, in the function's order.
        url: where a reader finds a file.
        read: gives a file's bytes.
    """

    input: Any
    outputs: Sequence[pb.OutputArtifact]
    url: Callable[[pb.OutputArtifact], str]
    read: Read

    def of_role(self, role: str) -> list[pb.OutputArtifact]:
        """Return the files of one role."""
        return [one for one in self.outputs if one.role == role]

    def json(self, role: str) -> Any:
        """Return what the JSON file of a role holds; None where there is none."""
        files = self.of_role(role)
        return json.loads(self.read(files[0])) if files else None


@dataclass(frozen=True, slots=True)
class Mapped:
    """A function of the vendor and how ours does it.

    Args:
        name: FunctionName.
        wanted: parameters and whether several files may be made → what is asked of us.
        result: what was made → Data of the vendor's result.
        ours: name of our function.
    """

    name: str
    wanted: Callable[[Params, bool], Wanted]
    result: Callable[[Answer], Any]
    ours: str


class Params:
    """JobParams, taken field by field; what nobody took is refused at the end."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        """Take the parsed object."""
        self._given = dict(given)

    def take(self, name: str, default: Any = None) -> Any:
        """Return a value and strike it out; a value is missing where it is null or ""."""
        value = self._given.pop(name, None)
        return default if value is None or value == "" else value

    def text(self, name: str, allowed: Sequence[str] = ()) -> str:
        """Return a text.

        Raises:
            VidereError: FIELD_INVALID, it is none or none of those allowed.
        """
        value = self.take(name, "")
        if not isinstance(value, str) or (allowed and value not in ("", *allowed)):
            raise refused(name, "is not one of the vendor's", ", ".join(allowed) or "text", value)
        return value

    def flag(self, name: str, default: bool) -> bool:
        """Return true or false, as JSON or as a word.

        Raises:
            VidereError: FIELD_INVALID.
        """
        value = self.take(name, default)
        found = {True: True, False: False, "true": True, "false": False}.get(value)
        if found is None or (isinstance(value, int | float) and not isinstance(value, bool)):
            raise refused(name, "must be true or false", "true, false", value)
        return found

    def number(self, name: str, default: float, bounds: tuple[float, float]) -> float:
        """Return a number, as JSON or as text.

        Raises:
            VidereError: FIELD_INVALID, it is none or out of its bounds.
        """
        value = self.take(name, default)
        limit = f"{bounds[0]:g}..{bounds[1]:g}"
        try:
            found = float(value)
        except (TypeError, ValueError):
            raise refused(name, f"must be {limit}", limit, value) from None
        if not bounds[0] <= found <= bounds[1]:
            raise refused(name, f"must be {limit}", limit, value)
        return found

    def clock(self, name: str) -> Fraction | None:
        """Return seconds of "HH:MM:SS"; None where there is none.

        Raises:
            VidereError: FIELD_INVALID.
        """
        value = self.text(name)
        if not value:
            return None
        found = _CLOCK.fullmatch(value)
        if found is None:
            raise refused(name, "must be HH:MM:SS", "HH:MM:SS", value)
        return int(found[1]) * 3600 + int(found[2]) * 60 + Fraction(found[3])

    def boxes(self, name: str, most: int) -> list[tuple[float, float, float, float]]:
        """Return boxes [[x, y, w, h], …], shares of the picture, as JSON or as a text of it.

        Raises:
            VidereError: FIELD_INVALID.
        """
        value = self.take(name, [])
        try:
            listed = json.loads(value) if isinstance(value, str) else value
            boxes = [(float(x), float(y), float(w), float(h)) for x, y, w, h in listed]
        except (TypeError, ValueError):
            raise refused(name, "must be [[x,y,w,h],…]", "[[x,y,w,h],…]", value) from None
        inside = all(
            min(x, y) >= 0 and min(w, h) > 0 and x + w <= 1 and y + h <= 1 for x, y, w, h in boxes
        )
        if not inside or len(boxes) > most:
            limit = f"at most {most} boxes inside 0..1"
            raise refused(name, f"must be {limit}", limit, value)
        return boxes

    def finish(self) -> None:
        """Refuse what nobody took.

        Raises:
            VidereError: OPTION_UNIMPLEMENTED.
        """
        for name, value in self._given.items():
            if value not in (None, ""):
                raise unimplemented(name, value)


def refused(name: str, words: str, limit: str, actual: Any) -> VidereError:
    """Return the error of a parameter that is wrong."""
    return _error(Reason.FIELD_INVALID, f"JobParams.{name}", words, limit, actual)


def missing(name: str, words: str, limit: str) -> VidereError:
    """Return the error of a parameter that must be there."""
    return _error(Reason.FIELD_REQUIRED, f"JobParams.{name}", words, limit, None)


def unimplemented(name: str, actual: Any) -> VidereError:
    """Return the error of a parameter that our function has not."""
    words = "is not something that our function can be told"
    return _error(Reason.OPTION_UNIMPLEMENTED, f"JobParams.{name}", words, "left out", actual)


def _error(reason: Reason, where: str, words: str, limit: str, actual: Any) -> VidereError:
    told = json.dumps(actual, ensure_ascii=False, default=str)[:200]
    return VidereError(
        reason,
        f"{where}: {words}",
        violations=(FieldViolation(where, words, limit, told),),
        metadata={"field": where, "limit": limit, "actual": told},
    )


def no_params(make: Callable[[], Wanted]) -> Callable[[Params, bool], Wanted]:
    """Return how a function is asked for that has no parameters there."""
    return lambda _params, _several: make()


def files(answer: Answer) -> dict[str, Any]:
    """Return an empty result: the files stand in OutputFiles."""
    del answer
    return {}


def rational(seconds: Fraction) -> pb.RationalTime:
    """Return a time as message."""
    return pb.RationalTime(value=seconds.numerator, rate_numerator=seconds.denominator)


def seconds(duration: str) -> float:
    """Return the seconds of a duration in the JSON form of protobuf, "1.500s"."""
    return float(duration.removesuffix("s"))
