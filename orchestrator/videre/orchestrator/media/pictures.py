"""Decoded frame → JPEG of the displayed picture. Imported in child processes only."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, Interpolation, VideoReformatter

from videre.orchestrator.media.hdr import TRANSFERS, ToneMapper
from videre.orchestrator.media.index import VideoTrack

Bgr = npt.NDArray[np.uint8]
LONGER_SIDE: Final = 1280
_QUALITY: Final = 90
_ALPHA: Final = ("rgba", "argb", "bgra", "abgr", "ya", "yuva", "gbra", "pal8")
#: Pictures this high are coded with BT.709 when the stream does not say (HDR: with BT.2020).
_HD_ROWS: Final = 720
_UNSPECIFIED: Final = 2  # AVCOL_SPC_UNSPECIFIED; the enum leaves it out
_TURNS: Final = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}


class PictureMaker:
    """Makes JPEGs of at most 1,280 pixels on the longer side from the frames of one track."""

    def __init__(self, track: VideoTrack) -> None:
        self._rotation = track.rotation
        hdr = track.color_transfer in TRANSFERS
        self._mapper = ToneMapper(track.color_transfer) if hdr else None
        scale = min(1.0, LONGER_SIDE / max(track.width, track.height))
        size = (max(1, round(track.width * scale)), max(1, round(track.height * scale)))
        self.width, self.height = size
        self._unturned = size[::-1] if track.rotation in (90, 270) else size
        self._scaler = VideoReformatter()  # one for all: each frame's own would be set up anew

    def jpeg(self, frame: VideoFrame) -> bytes:
        """Return the JPEG (quality 90) of a frame: rotation, pixel aspect, HDR applied."""
        done, data = cv2.imencode(".jpg", self.picture(frame), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        if not done:
            raise RuntimeError("the JPEG encoder refused the picture")
        return data.tobytes()

    def picture(self, frame: VideoFrame) -> Bgr:
        """Return the displayed picture, uint8 BGR, shape (height, width, 3)."""
        if self._mapper is not None:
            picture = self._mapper.map(self._scaled(frame, "rgb48le"))
        elif frame.format.name.startswith(_ALPHA):
            picture = _on_white(self._scaled(frame, "bgra"))
        else:
            picture = self._scaled(frame, "bgr24")
        turn = _TURNS.get(self._rotation)
        return picture if turn is None else cv2.rotate(picture, turn)  # type: ignore[return-value]

    def _scaled(self, frame: VideoFrame, format_name: str) -> npt.NDArray[Any]:
        width, height = self._unturned
        assumed = Colorspace.BT2020 if self._mapper is not None else Colorspace.ITU709
        unknown = frame.colorspace == _UNSPECIFIED and (
            self._mapper is not None or frame.height >= _HD_ROWS
        )
        scaled = self._scaler.reformat(
            frame,
            width=width,
            height=height,
            format=format_name,
            src_colorspace=assumed if unknown and not frame.format.is_rgb else None,
            interpolation=Interpolation.BILINEAR,
            threads=1,
        )
        return scaled.to_ndarray()


def _on_white(picture: Bgr) -> Bgr:
    """Lay a picture with transparency (BGRA) on white paper."""
    alpha = picture[:, :, 3:].astype(np.uint16)
    mixed = (picture[:, :, :3] * alpha + 255 * (255 - alpha) + 127) // 255
    return mixed.astype(np.uint8)
