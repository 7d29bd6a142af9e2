"""Parameters of `obscure`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.exports.production_params.base import Function, ParamViolation, known_value
from videre.exports.production_params.regions import Region, check_regions, regions_of
from videre.exports.production_params.retouched import (
    MAIN,
    RetouchedOptions,
    check_image_format,
    check_retouched,
    check_share,
    common_of,
    image_format_of,
)
from videre.v1 import production_pb2

GROW: Final = (0, 1)
_GROW: Final = 0.15
_TARGETS: Final = {
    production_pb2.OBSCURE_TARGET_FACES: "face",
    production_pb2.OBSCURE_TARGET_TEXT: "text",
    production_pb2.OBSCURE_TARGET_PLATES: "plate",
}
_MODES: Final = {
    production_pb2.OBSCURE_MODE_MOSAIC: "mosaic",
    production_pb2.OBSCURE_MODE_FILL: "fill",
}


@dataclass(frozen=True, slots=True)
class ObscureOptions(RetouchedOptions):
    """What an obscure task asks for, defaults filled in.

    Args:
        targets: "face", "text" or "plate": what is looked for.
        regions: given parts of the picture.
        mode: "blur", "mosaic" or "fill".
        grow: by how much the boxes of what is found are moved out, share of their sides.
        image_format: of what is made of a picture.
    """

    targets: tuple[str, ...]
    regions: tuple[Region, ...]
    mode: str
    grow: float
    image_format: production_pb2.ImageFormat.ValueType


def _check(given: production_pb2.ObscureParams) -> list[ParamViolation]:
    found = check_retouched(given) + check_image_format(given)
    if not given.targets and not given.regions:
        limit = "targets or regions"
        found.append(ParamViolation("targets", f"needs {limit}", limit, "none"))
    names = production_pb2.ObscureTarget.keys()
    if len(given.targets) >= len(names):
        limit, actual = str(len(names) - 1), str(len(given.targets))
        words = f"has {actual} entries, at most {limit}"
        found.append(ParamViolation("targets", words, limit, actual))
    for index, target in enumerate(given.targets):
        field = f"targets[{index}]"
        found += known_value(field, target, names)
        if target == production_pb2.OBSCURE_TARGET_UNSPECIFIED:
            found.append(ParamViolation(field, "names nothing", ", ".join(names[1:]), names[0]))
        elif target != production_pb2.OBSCURE_TARGET_FACES and (given.input or MAIN) != MAIN:
            limit = "the main input"
            words = f"is known of {limit} alone"
            found.append(ParamViolation(field, words, limit, given.input[:80]))
    found += known_value("mode", given.mode, production_pb2.ObscureMode.keys())
    return [
        *found,
        *check_share(given, "grow", GROW),
        *check_regions("regions", given.regions),
    ]


def _options(given: production_pb2.ObscureParams) -> ObscureOptions:
    return ObscureOptions(
        **common_of(given),
        targets=tuple(dict.fromkeys(_TARGETS[target] for target in given.targets)),
        regions=regions_of(given.regions),
        mode=_MODES.get(given.mode, "blur"),
        grow=given.grow if given.HasField("grow") else _GROW,
        image_format=image_format_of(given),
    )


def _inputs(given: production_pb2.ObscureParams) -> tuple[str, ...]:
    return (given.input or MAIN,)


OBSCURE: Final = Function(
    "obscure", _check, _options, _inputs, uses=("faces", "tracks", "text_lines")
)
