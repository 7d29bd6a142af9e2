"""Pictures as files, the same bytes for the same picture."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.common.errors import Reason, VidereError
from videre.v1 import production_pb2

Bgr = NDArray[np.uint8]

_JPEG_QUALITY: Final = 90
_WEBP_QUALITY: Final = 88
_PNG_COMPRESSION: Final = 6


@dataclass(frozen=True, slots=True)
class Format:
    """A picture format: file suffix and media type."""

    suffix: str
    media_type: str


FORMATS: Final = {
    production_pb2.IMAGE_FORMAT_JPEG: Format("jpg", "image/jpeg"),
    production_pb2.IMAGE_FORMAT_PNG: Format("png", "image/png"),
    production_pb2.IMAGE_FORMAT_WEBP: Format("webp", "image/webp"),
}


class Encoder:
    """Writes pictures on one thread."""

    def __init__(self) -> None:
        import cv2

        cv2.setNumThreads(1)
        self._cv2: ModuleType = cv2

    def encode(self, picture: Bgr, form: Format) -> bytes:
        """Return the file of a picture, uint8 BGR [height, width, 3].

        Raises:
            VidereError: ENGINE_FAILED, the encoder refuses it.
        """
        settings = {
            "jpg": [self._cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY],
            "png": [self._cv2.IMWRITE_PNG_COMPRESSION, _PNG_COMPRESSION],
            "webp": [self._cv2.IMWRITE_WEBP_QUALITY, _WEBP_QUALITY],
        }
        done, data = self._cv2.imencode(f".{form.suffix}", picture, settings[form.suffix])
        if not done:
            height, width = picture.shape[:2]
            raise VidereError(
                Reason.ENGINE_FAILED, f"no {form.suffix} of {width} × {height} pixels can be made"
            )
        return bytes(data)
