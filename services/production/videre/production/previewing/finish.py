"""From what a function made of a preview's seconds to the preview's files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from videre.common.errors import Reason, VidereError
from videre.exports.production_params.preview import Glance
from videre.production.encoding import Encoder, Format
from videre.production.functions.base import Made, Work
from videre.production.functions.retouching import first_picture
from videre.production.previewing.marks import marked
from videre.production.rendering.job import MadeFacts

Bgr = NDArray[np.uint8]

_JPEG: Final = Format("jpg", "image/jpeg")
#: Longer side of the pictures, pixels.
_SIDE: Final = 1_280
#: Squares behind what is transparent: their side, and their two greys.
_SQUARE: Final = 16
_GREYS: Final = (204, 255)
_MAIN: Final = "main"
_HEARD: Final = "audio/"


def preview_files(work: Work, glance: Glance, made: Sequence[Made]) -> list[Made]:
    """Return the files of a preview.

    Args:
        work: the task.
        glance: what is shown.
        made: what the function made.

    Raises:
        VidereError: ENGINE_FAILED, nothing was made that could be shown; DECODE_FAILED.
    """
    # What has no picture is heard.
    kinds = (_HEARD,) if glance.sound else ("image/", _HEARD)
    shown = next((one for kind in kinds for one in made if one.media_type.startswith(kind)), None)
    if shown is None:
        raise VidereError(Reason.ENGINE_FAILED, "nothing was made that a preview could show")
    if shown.media_type.startswith(_HEARD):
        suffix = Path(shown.name).suffix
        return [replace(shown, name=f"preview{suffix}", role="preview")]
    files = [_file(shown, "preview", _read(shown.data))]
    over = _over(work, shown)
    if over is not None:
        files.append(_file(Made("", "", "", b""), "preview-marked", over))
    return files


def _over(work: Work, shown: Made) -> Bgr | None:
    """Return the frame as it was, with what was found drawn over; None where nothing was."""
    if shown.glimpse is not None:
        file = shown.glimpse.file
        return None if file is None else marked(_read(file), shown, shown.glimpse.ns)
    given = work.input(getattr(work.options, "input", _MAIN))
    if given.media.kind != "image":
        return None
    return marked(first_picture(work, given), shown, None)


def _file(made: Made, name: str, picture: Bgr) -> Made:
    """Return a picture as file, with what is told of what it shows."""
    shown = _fitted(_opaque(picture))
    file = f"{name}.{_JPEG.suffix}"
    return replace(
        made,
        name=file,
        role="preview",
        media_type=_JPEG.media_type,
        data=Encoder().encode(shown, _JPEG),
        facts=MadeFacts(file, 0, shown.shape[1], shown.shape[0], frames=1),
    )


def _read(data: bytes | Path) -> Bgr:
    import cv2

    held = np.frombuffer(data if isinstance(data, bytes) else data.read_bytes(), np.uint8)
    found: Any = cv2.imdecode(held, cv2.IMREAD_UNCHANGED)
    return np.asarray(found, np.uint8)


def _opaque(picture: Bgr) -> Bgr:
    """Return a picture that is laid on squares where it is transparent."""
    if picture.shape[2] == 3:
        return picture
    rows, columns = np.indices(picture.shape[:2]) // _SQUARE
    under = np.where((rows + columns) % 2, *_GREYS)[:, :, None].astype(np.float32)
    share = picture[:, :, 3:].astype(np.float32) / 255
    return np.asarray(np.rint(under + share * (picture[:, :, :3] - under)), np.uint8)


def _fitted(picture: Bgr) -> Bgr:
    import cv2

    scale = _SIDE / max(picture.shape[:2])
    if scale >= 1:
        return picture
    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
