"""Parameters of `matte_portrait`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.exports.production_params.base import Function, ParamViolation
from videre.exports.production_params.painted import (
    Backdrop,
    PaintedOptions,
    backdrop_of,
    check_backdrop,
    check_painted,
    inputs_of,
    painted_fields,
)
from videre.v1 import production_pb2


@dataclass(frozen=True, slots=True)
class MattePortraitOptions(PaintedOptions):
    """What a matte_portrait task asks for, defaults filled in; what is put behind the people."""

    backdrop: Backdrop


def _check(given: production_pb2.MattePortraitParams) -> list[ParamViolation]:
    return [*check_painted(given), *check_backdrop(given)]


def _options(given: production_pb2.MattePortraitParams) -> MattePortraitOptions:
    backdrop = backdrop_of(given)
    return MattePortraitOptions(**painted_fields(given, clear=backdrop.clear), backdrop=backdrop)


MATTE_PORTRAIT: Final = Function("matte_portrait", _check, _options, inputs_of)
