"""Parameters of `upscale`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.exports.production_params.base import Function, ParamViolation, in_range
from videre.exports.production_params.painted import (
    PaintedOptions,
    check_painted,
    inputs_of,
    painted_fields,
)
from videre.v1 import production_pb2

FACTOR: Final = (2, 4)
_FACTOR: Final = 2


@dataclass(frozen=True, slots=True)
class UpscaleOptions(PaintedOptions):
    """What an upscale task asks for: how many times the rows and columns."""

    factor: int


def _check(given: production_pb2.UpscaleParams) -> list[ParamViolation]:
    found = check_painted(given)
    return found + (in_range("factor", given.factor, FACTOR) if given.HasField("factor") else [])


def _options(given: production_pb2.UpscaleParams) -> UpscaleOptions:
    factor = given.factor if given.HasField("factor") else _FACTOR
    return UpscaleOptions(**painted_fields(given), factor=factor)


UPSCALE: Final = Function("upscale", _check, _options, inputs_of)
