"""What a task asks for: of a preview, for its few seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from videre.exports.production_params import Options, function_of, options_of
from videre.exports.production_params.preview import (
    Glance,
    glance_of,
    narrowed,
    stretch_within,
)
from videre.production.functions.base import Input
from videre.production.media_index import Media
from videre.production.previewing.moment import refused
from videre.v1 import production_pb2

_MAIN: Final = "main"


def asked_of(
    task: production_pb2.ProductionTask, open_input: Callable[[str], Input]
) -> tuple[Options, Glance | None]:
    """Return a task's parameters and its preview, if it asks for one.

    Args:
        task: without violations.
        open_input: opens an input by name.

    Raises:
        VidereError: FIELD_INVALID, the preview's instant lies outside of what the task works on.
    """
    options, function = options_of(task), function_of(task)
    glance = None if function is None else glance_of(function, task)
    if glance is None or stretch_within(options) is None:
        return options, glance
    media = open_input(getattr(options, "input", _MAIN)).media
    if media.kind == "image":
        return options, glance
    if _sounds_alone(options, media):
        glance = replace(glance, sound=True)
    try:
        return narrowed(options, glance, media.end)
    except ValueError as error:
        raise refused(str(error), f"{float(glance.at or 0):g} s") from error


def _sounds_alone(options: Options, media: Media) -> bool:
    """Tell whether what is made of an input has no picture: it has none, or none is kept."""
    renditions = getattr(options, "renditions", None)
    unseen = renditions is not None and not any(one.preset.video for one in renditions)
    return unseen or media.pictures is None
