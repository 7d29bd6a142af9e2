"""Outputs of production tasks: preset, shape, rate, options. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from videre.exports.production_params.base import (
    ParamViolation,
    in_range,
    known_value,
    one_of,
)
from videre.exports.production_params.presets import (
    DEFAULT_PRESET,
    PRESETS,
    Preset,
    check_options,
)
from videre.exports.production_params.times import (
    RATE_DENOMINATOR,
    RATE_NUMERATOR,
    rate_of,
)
from videre.v1 import production_pb2

SIDE: Final = (16, 8_192)
FRAME_RATE: Final = (1, 240)
_NAME: Final = re.compile(r"[a-z0-9_-]{1,64}")
_ASPECT: Final = re.compile(r"([1-9]\d?|100):([1-9]\d?|100)")
_FITS: Final = {
    production_pb2.FIT_INSIDE: "inside",
    production_pb2.FIT_PAD: "pad",
    production_pb2.FIT_CROP: "crop",
}


@dataclass(frozen=True, slots=True)
class RenditionOptions:
    """An output, defaults filled in.

    Args:
        name: of the file, without its ending.
        preset: how it is encoded.
        width: of the frame, pixels; 0 = follows.
        height: of the frame, pixels; 0 = follows.
        aspect: width over height of the frame; None = by width and height, or the source's.
        fit: "inside", "pad" or "crop".
        frame_rate: frames a second; None = the source's.
        options: of the encoders, the preset's and the caller's.
        with_sound: whether sound is kept.
    """

    name: str
    preset: Preset
    width: int
    height: int
    aspect: Fraction | None
    fit: str
    frame_rate: Fraction | None
    options: Mapping[str, str]
    with_sound: bool

    @property
    def transparent(self) -> bool:
        """Whether transparency is kept."""
        return self.preset.transparent


def check_rendition(given: production_pb2.Rendition) -> list[ParamViolation]:
    """Return what is wrong with an output; fields count from it."""
    found = []
    if given.name and not _NAME.fullmatch(given.name):
        found.append(
            ParamViolation("name", f"must match {_NAME.pattern}", _NAME.pattern, given.name[:80])
        )
    wrong = one_of("preset", given.preset or DEFAULT_PRESET, tuple(PRESETS))
    if not wrong:
        preset = PRESETS[given.preset or DEFAULT_PRESET]
        wrong = check_options(preset, given.encoder_options)
        if given.without_sound and not preset.video:
            wrong.append(
                ParamViolation("without_sound", "leaves nothing", "a preset with a picture", "true")
            )
    found += wrong + known_value("fit", given.fit, production_pb2.Fit.keys())
    for side in ("width", "height"):
        if given.HasField(side):
            found += in_range(side, getattr(given, side), SIDE)
    return found + _check_shape(given) + _check_rate(given)


def _check_shape(given: production_pb2.Rendition) -> list[ParamViolation]:
    sides = [side for side in ("width", "height") if given.HasField(side)]
    if given.aspect and not _ASPECT.fullmatch(given.aspect):
        limit = "width:height of 1..100"
        return [ParamViolation("aspect", f"must be {limit}", limit, given.aspect[:80])]
    if given.aspect and sides:
        return [ParamViolation("aspect", f"excludes {sides[0]}", "aspect or sides", given.aspect)]
    whole = bool(given.aspect) or len(sides) != 1
    if given.fit in (production_pb2.FIT_PAD, production_pb2.FIT_CROP) and not whole:
        actual = production_pb2.Fit.Name(given.fit)
        limit = "width and height, or aspect"
        return [ParamViolation("fit", f"needs {limit}", limit, actual)]
    return []


def _check_rate(given: production_pb2.Rendition) -> list[ParamViolation]:
    if not given.HasField("frame_rate"):
        return []
    rate = given.frame_rate
    denominator = rate.rate_denominator if rate.HasField("rate_denominator") else 1
    found = in_range("frame_rate.rate_numerator", rate.rate_numerator, RATE_NUMERATOR)
    found += in_range("frame_rate.rate_denominator", denominator, RATE_DENOMINATOR)
    if rate.value:
        found += [ParamViolation("frame_rate.value", "must be left out", "0", str(rate.value))]
    if found or FRAME_RATE[0] <= rate_of(rate) <= FRAME_RATE[1]:
        return found
    limit = f"{FRAME_RATE[0]}..{FRAME_RATE[1]} a second"
    return [ParamViolation("frame_rate", f"must be {limit}", limit, f"{float(rate_of(rate)):g}")]


def rendition_of(given: production_pb2.Rendition) -> RenditionOptions:
    """Return an output without violations, defaults filled in."""
    preset = PRESETS[given.preset or DEFAULT_PRESET]
    shaped = bool(given.aspect) or given.HasField("width") or given.HasField("height")
    found = _ASPECT.fullmatch(given.aspect)
    default = "crop" if given.aspect else "inside" if shaped else preset.fit
    caller = dict(given.encoder_options)
    own = {
        name: value
        for name, value in preset.options.items()
        if not (name == "crf" and "bitrate" in caller)
    }
    return RenditionOptions(
        name=given.name or preset.name,
        preset=preset,
        width=given.width if shaped else preset.width,
        height=given.height if shaped else preset.height,
        aspect=Fraction(int(found[1]), int(found[2])) if found else None,
        fit=_FITS.get(given.fit, default),
        frame_rate=rate_of(given.frame_rate) if given.HasField("frame_rate") else None,
        options={**own, **caller},
        with_sound=not given.without_sound,
    )


def check_names(field: str, given: Sequence[production_pb2.Rendition]) -> list[ParamViolation]:
    """Refuse two outputs whose files would have one name."""
    names = [one.name or one.preset or DEFAULT_PRESET for one in given]
    if len(set(names)) == len(names):
        return []
    return [ParamViolation(field, "has a name twice", "unique names", ", ".join(names)[:200])]
