"""Parameters of `cartoonize`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.exports.production_params.base import Function, ParamViolation, in_range
from videre.exports.production_params.painted import (
    PaintedOptions,
    check_painted,
    check_strength,
    inputs_of,
    painted_fields,
)
from videre.v1 import production_pb2

LEVELS: Final = (2, 32)
_LEVELS: Final = 10
_OUTLINES: Final = 0.8


@dataclass(frozen=True, slots=True)
class CartoonizeOptions(PaintedOptions):
    """What a cartoonize task asks for, defaults filled in: steps of luma, strength of outlines."""

    levels: int
    outlines: float


def _check(given: production_pb2.CartoonizeParams) -> list[ParamViolation]:
    found = [*check_painted(given), *check_strength(given, "outlines")]
    return found + (in_range("levels", given.levels, LEVELS) if given.HasField("levels") else [])


def _options(given: production_pb2.CartoonizeParams) -> CartoonizeOptions:
    return CartoonizeOptions(
        **painted_fields(given),
        levels=given.levels if given.HasField("levels") else _LEVELS,
        outlines=given.outlines if given.HasField("outlines") else _OUTLINES,
    )


CARTOONIZE: Final = Function("cartoonize", _check, _options, inputs_of)
