"""Parameters of `beautify_faces`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.exports.production_params.base import Function, ParamViolation
from videre.exports.production_params.painted import (
    PaintedOptions,
    check_painted,
    check_strength,
    inputs_of,
    painted_fields,
)
from videre.v1 import production_pb2

_SMOOTH: Final = 0.5
_WHITEN: Final = 0.3
_SHARPEN: Final = 0.3


@dataclass(frozen=True, slots=True)
class BeautifyFacesOptions(PaintedOptions):
    """What a beautify_faces task asks for, defaults filled in; strengths 0..1."""

    smooth: float
    whiten: float
    sharpen: float


def _check(given: production_pb2.BeautifyFacesParams) -> list[ParamViolation]:
    return [*check_painted(given), *check_strength(given, "smooth", "whiten", "sharpen")]


def _options(given: production_pb2.BeautifyFacesParams) -> BeautifyFacesOptions:
    return BeautifyFacesOptions(
        **painted_fields(given),
        smooth=given.smooth if given.HasField("smooth") else _SMOOTH,
        whiten=given.whiten if given.HasField("whiten") else _WHITEN,
        sharpen=given.sharpen if given.HasField("sharpen") else _SHARPEN,
    )


BEAUTIFY_FACES: Final = Function("beautify_faces", _check, _options, inputs_of)
