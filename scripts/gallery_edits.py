"""Rows of docs/gallery: films cut, joined, chosen from, captioned, and freed of a logo."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

import av
import cv2
import numpy as np

from bench.producing import Maker
from scripts.gallery_films import Bgr, Stretch, frames_of_preview, instant, stretch
from videre.production.functions.base import Made
from videre.v1 import production_pb2 as pb

_SMALL: Final = (160, 90)
_ROW: Final = 3
#: Of the film with a logo: its size, above the clip's subtitles, and the rows of the clip that it
#: shows; frames a second, seconds of the clip, and which frames are taken.
_FILM: Final = (640, 270)
_ROWS: Final = 540
_RATE: Final = 10
_LOGO_FROM, _LOGO_TO = 5.0, 30.0
_EVERY: Final = 3


def cover(maker: Maker, sample: Path) -> Stretch:
    """Return frames of the clip, and the stills that are chosen from it."""
    made = maker.make(pb.ProductionTask(cover=pb.CoverParams(count=_ROW)), {"main": sample})
    words = "the three stills chosen of the whole clip; before: a frame every 6 s"
    return Stretch("cover", words, _looks(sample, 6.0), _tiled(frames_of_preview(made)))


def summarize(maker: Maker, sample: Path) -> Stretch:
    """Return frames of the clip, and of its summary."""
    asked = pb.SummarizeParams(length=instant(6.0))
    made = maker.make(pb.ProductionTask(summarize=asked), {"main": sample})
    words = "a summary of 6 s, a frame every .7 s; before: the clip, a frame every 6 s"
    return Stretch("summarize", words, _looks(sample, 6.0), _looks(_film(made), 0.7))


def sprite(maker: Maker, sample: Path) -> Stretch:
    """Return frames of the clip, and its sheet of thumbnails."""
    asked = pb.SpriteParams(columns=4, tile_width=160)
    asked.interval.seconds = 4
    made = maker.make(pb.ProductionTask(sprite=asked), {"main": sample})
    (sheet,) = frames_of_preview([one for one in made if one.media_type.startswith("image/")])
    words = "a sheet of thumbnails, one every 4 s (the places are in a VTT file beside it)"
    return Stretch("sprite", words, _frames(sample, [8.0])[0], sheet)


def trim(maker: Maker, sample: Path) -> Stretch:
    """Return a stretch of the clip, and what two cuts leave of it."""
    keep = [stretch(6.0, 8.0), stretch(12.0, 15.0)]
    made = maker.make(pb.ProductionTask(trim=pb.TrimParams(keep=keep)), {"main": sample})
    words = "seconds 6–8 and 12–15, a frame of each second; before: seconds 6–15"
    before = _frames(sample, [float(second) for second in range(6, 15)])
    after = _frames(_film(made), [0.0, 1.0, 2.0, 3.0, 4.0])
    return Stretch("trim", words, _tiled(before), _tiled(after))


def concatenate(maker: Maker, sample: Path) -> Stretch:
    """Return two stretches of the clip, and both the other way round."""
    parts = [
        pb.ConcatenatePart(range=stretch(*one)) for one in ((19.0, 22.0), (13.0, 16.0))
    ]  # fmt: skip
    task = pb.ProductionTask(concatenate=pb.ConcatenateParams(parts=parts))
    made = maker.make(task, {"main": sample})
    words = "seconds 19–22, then 13–16, a frame of each second; before: as in the clip"
    before = _frames(sample, [13.0, 14.0, 15.0, 19.0, 20.0, 21.0])
    after = _frames(_film(made), [float(second) for second in range(6)])
    return Stretch("concatenate", words, _tiled(before), _tiled(after))


def transcode(maker: Maker, sample: Path) -> Stretch:
    """Return a frame, and the same one in other shapes of one task."""
    fits = {360: pb.FIT_PAD, 202: pb.FIT_CROP, 288: pb.FIT_PAD}
    renditions = [
        pb.Rendition(name=f"v{width}", width=width, height=360, fit=fit)
        for width, fit in fits.items()
    ]
    asked = pb.TranscodeParams(range=stretch(13.0, 15.0), renditions=renditions)
    made = maker.make(pb.ProductionTask(transcode=asked), {"main": sample})
    shown = [_frames(one.data, [1.0])[0] for one in made if isinstance(one.data, Path)]
    gap = np.full((shown[0].shape[0], 12, 3), 255, np.uint8)
    parts = [part for one in shown for part in (one, gap)][:-1]
    words = "1:1 padded, 9:16 cropped, 4:5 padded, of one decode"
    return Stretch("transcode", words, _frames(sample, [14.0])[0], np.concatenate(parts, axis=1))


def burn_captions(maker: Maker, sample: Path) -> Stretch:
    """Return a frame without and with captions that come with the task."""
    said = "An astronaut smiles\n一位宇航员在微笑"
    track = pb.CaptionTrack(cues=[pb.CaptionCue(range=stretch(13.0, 16.0), text=said)])
    task = pb.ProductionTask(burn_captions=pb.BurnCaptionsParams(track=track, margin=0.24))
    task.preview.at.CopyFrom(instant(14.0))
    after = frames_of_preview(maker.make(task, {"main": sample}))[0]
    words = "a preview: a cue of two lines that came with the task"
    return Stretch("burn_captions", words, _frames(sample, [14.0])[0], after)


def remove_logo(maker: Maker, sample: Path, folder: Path) -> Stretch:
    """Return a film with a half transparent logo, which is found and taken away."""
    film = folder / "logo.mp4"
    _with_logo(sample, film)
    task = pb.ProductionTask(remove_logo=pb.RemoveLogoParams())
    made = maker.make(task, {"main": film})
    words = "a logo of 60 % that nobody pointed at: found because it stays, and filled"
    return Stretch("remove_logo", words, _frames(film, [9.0])[0], _frames(_film(made), [9.0])[0])


def edits(maker: Maker, sample: Path, folder: Path) -> Mapping[str, Callable[[], Stretch]]:
    """Return what makes each row, by the function's name."""
    plain = (cover, summarize, sprite, trim, concatenate, transcode, burn_captions)
    rows: dict[str, Callable[[], Stretch]] = {
        one.__name__: partial(one, maker, sample) for one in plain
    }
    return rows | {"remove_logo": partial(remove_logo, maker, sample, folder)}


def _film(made: Sequence[Made]) -> Path:
    return next(one.data for one in made if isinstance(one.data, Path))


def _looks(path: Path, every: float) -> Bgr:
    """Return a frame of every so many seconds, as tiles."""
    with av.open(str(path)) as container:
        length = float(container.duration or 0) / av.time_base
    return _tiled(_frames(path, [n * every for n in range(1 + int(length / every - 0.01))]))


def _frames(path: Path, seconds: Sequence[float]) -> list[Bgr]:
    """Return the first frame from each of the rising instants on."""
    found: list[Bgr] = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            while (
                len(found) < len(seconds) and float(frame.time or 0) >= seconds[len(found)] - 1e-3
            ):
                found.append(np.asarray(frame.to_ndarray(format="bgr24"), np.uint8))
    return found


def _tiled(pictures: Sequence[Bgr]) -> Bgr:
    """Return pictures three in a row."""
    small = [np.asarray(cv2.resize(one, _SMALL, interpolation=cv2.INTER_AREA), np.uint8)
             for one in pictures]  # fmt: skip
    small += [np.full_like(small[0], 255)] * (-len(small) % _ROW)
    rows = [np.concatenate(small[at : at + _ROW], axis=1) for at in range(0, len(small), _ROW)]
    return np.concatenate(rows)


def _with_logo(sample: Path, target: Path) -> None:
    ink = np.zeros((_FILM[1], _FILM[0]), np.uint8)
    cv2.circle(ink, (50, 36), 14, (255,), 5, cv2.LINE_AA)
    cv2.putText(ink, "VTV 9", (72, 44), (255,), cv2.FontFace("sans"), 24, 700)
    share = (ink / 255 * 0.6)[..., None]
    with av.open(str(sample)) as container, av.open(str(target), "w") as out:
        stream: Any = out.add_stream("libx264", rate=_RATE, options={"crf": "16"})
        stream.width, stream.height, stream.pix_fmt = *_FILM, "yuv420p"
        frames = (
            frame for frame in container.decode(video=0)
            if _LOGO_FROM <= float(frame.time or 0) < _LOGO_TO
        )  # fmt: skip
        for number, frame in enumerate(islice(frames, 0, None, _EVERY)):
            plain = cv2.resize(frame.to_ndarray(format="bgr24")[:_ROWS], _FILM)
            mixed = np.rint(plain * (1 - share) + 240 * share).astype(np.uint8)
            made = av.VideoFrame.from_ndarray(mixed, format="bgr24")
            made.pts, made.time_base = number, Fraction(1, _RATE)
            out.mux(stream.encode(made))
        out.mux(stream.encode(None))
