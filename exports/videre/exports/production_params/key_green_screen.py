"""Parameters of `key_green_screen`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.exports.production_params.base import Function, ParamViolation
from videre.exports.production_params.painted import (
    Backdrop,
    PaintedOptions,
    Rgb,
    backdrop_of,
    check_backdrop,
    check_colour,
    check_painted,
    check_strength,
    colour_of,
    inputs_of,
    painted_fields,
)
from videre.v1 import production_pb2


@dataclass(frozen=True, slots=True)
class KeyGreenScreenOptions(PaintedOptions):
    """What a key_green_screen task asks for, defaults filled in.

    Args:
        key: colour of the screen; None = found by itself.
        despill: how much of the screen's light is taken away, 0..1.
        backdrop: what is put behind the subject.
    """

    key: Rgb | None
    despill: float
    backdrop: Backdrop


def _check(given: production_pb2.KeyGreenScreenParams) -> list[ParamViolation]:
    return [
        *check_painted(given),
        *check_colour("key_color", given.key_color),
        *check_strength(given, "despill"),
        *check_backdrop(given),
    ]


def _options(given: production_pb2.KeyGreenScreenParams) -> KeyGreenScreenOptions:
    backdrop = backdrop_of(given)
    return KeyGreenScreenOptions(
        **painted_fields(given, clear=backdrop.clear),
        key=colour_of(given.key_color) if given.key_color else None,
        despill=given.despill if given.HasField("despill") else 1.0,
        backdrop=backdrop,
    )


KEY_GREEN_SCREEN: Final = Function("key_green_screen", _check, _options, inputs_of)
