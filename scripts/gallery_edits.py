"""Rows of docs/gallery: films cut, joined, chosen from, captioned, and freed of a logo."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np

from bench.constructed.media import FRAME_RATE, pictures, write_film
from bench.producing import Maker
from scripts.gallery_films import (
    Bgr,
    Stretch,
    frames_at,
    frames_of_preview,
    instant,
    stretch,
    tiled,
)
from videre.production.functions.base import Made
from videre.v1 import production_pb2 as pb

#: Stills that are chosen.
_STILLS: Final = 3
#: Of the film with a logo: the size of the clip's frames, and of what is above the subtitles; the
#: frames of the clip, from, to and every; and what is shown, seconds of the film.
_WHOLE: Final = (640, 360)
_FILM: Final = (640, 270)
_LOGO_FRAMES: Final = (150, 900, 3)
_LOGO_AT: Final = 90 / FRAME_RATE


def cover(maker: Maker, sample: Path) -> Stretch:
    """Return frames of the clip, and the stills that are chosen from it."""
    made = maker.make(pb.ProductionTask(cover=pb.CoverParams(count=_STILLS)), {"main": sample})
    words = "the three stills chosen of the whole clip; before: a frame every 6 s"
    return Stretch("cover", words, _looks(sample, 6.0), tiled(frames_of_preview(made)))


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
    return Stretch("sprite", words, frames_at(sample, [8.0])[0], sheet)


def trim(maker: Maker, sample: Path) -> Stretch:
    """Return a stretch of the clip, and what two cuts leave of it."""
    keep = [stretch(6.0, 8.0), stretch(12.0, 15.0)]
    made = maker.make(pb.ProductionTask(trim=pb.TrimParams(keep=keep)), {"main": sample})
    words = "seconds 6–8 and 12–15, a frame of each second; before: seconds 6–15"
    before = frames_at(sample, [float(second) for second in range(6, 15)])
    after = frames_at(_film(made), [0.0, 1.0, 2.0, 3.0, 4.0])
    return Stretch("trim", words, tiled(before), tiled(after))


def concatenate(maker: Maker, sample: Path) -> Stretch:
    """Return two stretches of the clip, and both the other way round."""
    parts = [
        pb.ConcatenatePart(range=stretch(*one)) for one in ((19.0, 22.0), (13.0, 16.0))
    ]  # fmt: skip
    task = pb.ProductionTask(concatenate=pb.ConcatenateParams(parts=parts))
    made = maker.make(task, {"main": sample})
    words = "seconds 19–22, then 13–16, a frame of each second; before: as in the clip"
    before = frames_at(sample, [13.0, 14.0, 15.0, 19.0, 20.0, 21.0])
    after = frames_at(_film(made), [float(second) for second in range(6)])
    return Stretch("concatenate", words, tiled(before), tiled(after))


def transcode(maker: Maker, sample: Path) -> Stretch:
    """Return a frame, and the same one in other shapes of one task."""
    fits = {360: pb.FIT_PAD, 202: pb.FIT_CROP, 288: pb.FIT_PAD}
    renditions = [
        pb.Rendition(name=f"v{width}", width=width, height=360, fit=fit)
        for width, fit in fits.items()
    ]
    asked = pb.TranscodeParams(range=stretch(13.0, 15.0), renditions=renditions)
    made = maker.make(pb.ProductionTask(transcode=asked), {"main": sample})
    shown = [frames_at(one.data, [1.0])[0] for one in made if isinstance(one.data, Path)]
    gap = np.full((shown[0].shape[0], 12, 3), 255, np.uint8)
    parts = [part for one in shown for part in (one, gap)][:-1]
    words = "1:1 padded, 9:16 cropped, 4:5 padded, of one decode"
    return Stretch("transcode", words, frames_at(sample, [14.0])[0], np.concatenate(parts, axis=1))


def burn_captions(maker: Maker, sample: Path) -> Stretch:
    """Return a frame without and with captions that come with the task."""
    said = "An astronaut smiles\n一位宇航员在微笑"
    track = pb.CaptionTrack(cues=[pb.CaptionCue(range=stretch(13.0, 16.0), text=said)])
    task = pb.ProductionTask(burn_captions=pb.BurnCaptionsParams(track=track, margin=0.24))
    task.preview.at.CopyFrom(instant(14.0))
    after = frames_of_preview(maker.make(task, {"main": sample}))[0]
    words = "a preview: a cue of two lines that came with the task"
    return Stretch("burn_captions", words, frames_at(sample, [14.0])[0], after)


def remove_logo(maker: Maker, sample: Path, folder: Path) -> Stretch:
    """Return a film with a half transparent logo, which is found and taken away."""
    film = folder / "logo.mp4"
    _with_logo(sample, film)
    task = pb.ProductionTask(remove_logo=pb.RemoveLogoParams())
    made = maker.make(task, {"main": film})
    words = "a logo of 60 % that nobody pointed at: found because it stays, and filled"
    before, after = (frames_at(one, [_LOGO_AT])[0] for one in (film, _film(made)))
    return Stretch("remove_logo", words, before, after)


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
    return tiled(frames_at(path, [n * every for n in range(1 + int(length / every - 0.01))]))


def _with_logo(sample: Path, target: Path) -> None:
    """Write the upper part of frames of the clip, under a logo of 60 %."""
    ink = np.zeros((_FILM[1], _FILM[0]), np.uint8)
    cv2.circle(ink, (50, 36), 14, (255,), 5, cv2.LINE_AA)
    cv2.putText(ink, "VTV 9", (72, 44), (255,), cv2.FontFace("sans"), 24, 700)
    share = (ink / 255 * 0.6)[..., None]
    plain = islice(pictures(sample, _WHOLE), *_LOGO_FRAMES)
    mixed = (one[: _FILM[1]] * (1 - share) + 240 * share for one in plain)
    write_film(target, (np.rint(one).astype(np.uint8) for one in mixed))
