"""Films of which several senses tell: a clip with captions, with other sound, with both.

Each is made in a good and in a poor version: the picture small and dark, the sound in noise. What
holds for them is what holds for their parts, and what the captions are about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

import av
import cv2
import numpy as np

from bench.constructed.caption_looks import Look
from bench.constructed.captions import drawn
from bench.constructed.media import FRAME_RATE, SOUND_RATE, Rgb, Samples, pictures, sound
from bench.seen import SeenLabels

_SIZE: Final = (640, 360)
_LENGTH_S: Final = 4.0
_LOOK: Final = Look("voting", height=44, outline=3)
#: Frames that nothing is written on, before and after each caption.
_PAUSE: Final = 6
#: A poor picture has so many columns and rows, and this gamma.
_SMALL: Final = (144, 81)
_DARK: Final = 1.6
#: Poor sound: as loud as the noise it is in.
_LEVEL: Final = 0.06
_SEED: Final = 5


@dataclass(frozen=True, slots=True)
class Part:
    """A media of the set and what is known of it."""

    name: str
    path: Path
    seen: SeenLabels


@dataclass(frozen=True, slots=True)
class VotingFilm:
    """A film, the set it is counted in, and what holds for it."""

    path: Path
    group: str
    seen: SeenLabels


PICTURE_AND_TEXT: Final = "picture, captions"
PICTURE_AND_SOUND: Final = "picture, sound"
ALL_THREE: Final = "picture, sound, captions"


def voting_films(
    clips: Sequence[Part], heard: Sequence[Part], folder: Path
) -> Iterator[VotingFilm]:
    """Write the films and yield them.

    Args:
        clips: those with captions.
        heard: sounds; each clip gets one of them.
        folder: where the films are written.
    """
    for number, (clip, other) in enumerate(zip(clips, cycle(heard), strict=False)):
        for poor in (False, True):
            quality = "poor" if poor else "good"
            stem = f"{Path(clip.name).name.replace('.', '_')}_{quality}"
            shown = _poor(_frames(clip.path)) if poor else _frames(clip.path)
            played = _played(other.path, poor=poor, seed=number)
            frames, captions = list(shown), clip.seen.captions
            written = list(_written(frames, captions))
            both = clip.seen.together(other.seen)
            talked = clip.seen.talked_about().together(_shown_by(captions))
            for group, made, track, seen in (
                (PICTURE_AND_TEXT, written, None, talked),
                (PICTURE_AND_SOUND, frames, played, both),
                (ALL_THREE, written, played, talked.together(other.seen)),
            ):
                path = folder / f"{stem}_{'_'.join(group.split(', '))}.mkv"
                _write(path, made, track)
                yield VotingFilm(path, group, seen)


def _shown_by(captions: Sequence[str]) -> SeenLabels:
    """Return what holds because captions are in the picture."""
    letters = {
        "daily.latin_letters" if letter.isascii() else "daily.chinese_characters"
        for caption in captions
        for letter in caption
        if letter.isalpha()
    }
    return SeenLabels(frozenset({"daily.text", "daily.subtitle", *letters}))


def _frames(path: Path) -> Iterator[Rgb]:
    """Yield the frames of a clip for the length of a film; a short one is shown again."""
    wanted = round(_LENGTH_S * FRAME_RATE)
    known = list(islice(pictures(path, _SIZE), wanted))
    yield from islice(cycle(known), wanted)


def _poor(frames: Iterator[Rgb]) -> Iterator[Rgb]:
    ramp = (255 * (np.arange(256) / 255) ** _DARK).round().astype(np.uint8)
    for picture in frames:
        small = cv2.resize(picture, _SMALL, interpolation=cv2.INTER_AREA)
        yield ramp[cv2.resize(small, _SIZE, interpolation=cv2.INTER_LINEAR)]


def _written(frames: Sequence[Rgb], captions: Sequence[str]) -> Iterator[Rgb]:
    """Yield the frames with the captions on them, one after the other."""
    each = len(frames) // max(1, len(captions))
    for number, picture in enumerate(frames):
        at, step = divmod(number, each)
        shown = at < len(captions) and _PAUSE <= step < each - _PAUSE
        yield drawn(picture, _LOOK, (captions[at],), step) if shown else picture


def _played(path: Path, *, poor: bool, seed: int) -> Samples:
    """Return the sound of a media at one level, as long as a film, in noise where it is poor."""
    wanted = round(_LENGTH_S * SOUND_RATE)
    known = sound(path)
    samples = np.resize(known, wanted) if len(known) else np.zeros(wanted, np.float32)
    level = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
    samples = samples * (_LEVEL / max(level, 1e-6))
    noise = np.random.default_rng([_SEED, seed]).normal(0, _LEVEL, wanted)
    return np.asarray(samples + noise if poor else samples, np.float32)


def _write(path: Path, frames: Sequence[Rgb], track: Samples | None) -> None:
    """Write a film; the same frames and sound give the same bytes."""
    with av.open(str(path), "w") as container:
        options = {"preset": "ultrafast", "crf": "20", "g": "50"}
        picture: Any = container.add_stream("libx264", rate=FRAME_RATE, options=options)
        picture.pix_fmt, picture.width, picture.height = "yuv420p", *_SIZE
        picture.codec_context.thread_count = 1
        heard: Any = (
            container.add_stream("pcm_s16le", rate=SOUND_RATE) if track is not None else None
        )
        if heard is not None:
            heard.layout = "mono"
        for one in frames:
            container.mux(picture.encode(av.VideoFrame.from_ndarray(one, format="rgb24")))
        container.mux(picture.encode(None))
        if heard is not None and track is not None:
            whole = (np.clip(track, -1, 1) * 32_767).astype("<i2")[None]
            block = av.AudioFrame.from_ndarray(whole, format="s16", layout="mono")
            block.sample_rate = SOUND_RATE
            container.mux(heard.encode(block))
            container.mux(heard.encode(None))
