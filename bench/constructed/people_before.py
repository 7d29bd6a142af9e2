"""People of a real film put before other films, with the true alpha of every frame.

They are cut out of a plain wall by GrabCut with a rectangle, the outline filled and softened: that
outline is the truth of the new film by construction, whatever it says of the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import av
import cv2
import numpy as np
from av.video.reformatter import Colorspace
from numpy.typing import NDArray

from bench.constructed.screens import HEIGHT, WIDTH, Floats, outwards

#: The film of a person, its first frame that is used, and the rectangle around her.
_FILM: Final = "asl_book.mkv"
_FIRST: Final = 20
_BOX: Final = (150, 50, 310, 430)
BACKGROUNDS: Final = ("car-detection.mp4", "bottle-detection.mp4", "mdn_frog.mp4", "flower.mp4")
_GRAIN: Final = 1.5
_SIDE: Final = 160


def write_people(
    media: Path, background: str, path: Path, count: int, keep: Callable[[Floats], Any]
) -> None:
    """Write a film of 25 frames a second, H.264 at crf 18; `keep` takes each frame's true alpha."""
    behind = cv2.resize(next(_frames(media / "video" / background)), (WIDTH, HEIGHT))
    random = np.random.default_rng(3)
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream(
            "libx264", rate=25, options={"crf": "18", "preset": "veryfast"}
        )
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        coded = stream.codec_context
        coded.color_range, coded.colorspace, coded.color_primaries, coded.color_trc = 1, 1, 1, 1
        for number, picture in enumerate(_frames(media / "video" / _FILM)):
            if number < _FIRST:
                continue
            if number >= _FIRST + count:
                break
            alpha, colours = _wide(picture, _cut(picture))
            keep(alpha)
            made = colours * alpha[..., None] + (1 - alpha[..., None]) * behind
            made += random.normal(0, _GRAIN, made.shape)
            frame = av.VideoFrame.from_ndarray(made.clip(0, 255).astype(np.uint8), format="bgr24")
            frame = frame.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def _cut(picture: NDArray[np.uint8]) -> Floats:
    left, top, width, height = _BOX
    mask = np.full(picture.shape[:2], cv2.GC_BGD, np.uint8)
    mask[top : top + height, left : left + width] = cv2.GC_PR_FGD
    cv2.setRNGSeed(1)
    behind, before = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(picture, mask, (0, 0, 0, 0), behind, before, 3, cv2.GC_INIT_WITH_MASK)
    seen = np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    outlines, _ = cv2.findContours(seen, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros_like(seen)
    cv2.drawContours(filled, [max(outlines, key=cv2.contourArea)], -1, (1,), -1)
    soft = cv2.GaussianBlur(filled.astype(np.float32), (0, 0), 1.0)
    return np.asarray(soft.clip(0, 1), np.float32)


def _wide(picture: NDArray[np.uint8], alpha: Floats) -> tuple[Floats, Floats]:
    """Return alpha and colours in the middle of a wide frame."""
    inner = WIDTH - 2 * _SIDE, HEIGHT
    colours = outwards(np.asarray(picture, np.float32), alpha)
    whole_alpha = np.zeros((HEIGHT, WIDTH), np.float32)
    whole = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    whole_alpha[:, _SIDE:-_SIDE] = cv2.resize(alpha, inner)
    whole[:, _SIDE:-_SIDE] = cv2.resize(colours, inner)
    return whole_alpha, whole


def _frames(path: Path) -> Iterator[NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
