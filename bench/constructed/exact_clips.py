"""Clips of every kind of clock and picture, and what a correct answer says of each.

The clips are written frame by frame; every frame shows its own number. The truth follows from what
was written and from how finely the container counts time, never from reading the file back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import count, islice, pairwise
from pathlib import Path
from statistics import median

from bench.constructed.exact_plans import (
    FEW,
    NTSC,
    X264,
    NumberedFilm,
    PlainFilm,
    Plan,
    plans,
    read_gray,
    read_level,
)
from tests import synth


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of one clip.

    Args:
        name: what the clip is about.
        path: the file.
        numbers: the number that each frame shows, in presentation order; empty without video.
        starts: start of each frame from the media's origin, exact seconds.
        end: end of the last frame, exact seconds.
        labels: SMPTE timecode of each frame and of the end.
        cuts: first frames of new shots.
        size: width and height as displayed, pixels.
        rotation: clockwise degrees applied for display.
        rate: nominal frames per second.
        variable: frames are not equally spaced.
        pixel_format: as stored.
        transfer: transfer characteristic; empty when not stated.
        beeps: when they sound, seconds from the origin.
        lossless: the sound's codec smears nothing.
        channels: of the sound; 0 without.
        tracks: audio streams in the file.
        language: of the selected audio stream.
        read: returns the number that a picture shows, upright as coded; height×width×3.
    """

    name: str
    path: Path
    numbers: tuple[int, ...] = ()
    starts: tuple[Fraction, ...] = ()
    end: Fraction = Fraction(0)
    labels: tuple[str, ...] = ()
    cuts: tuple[int, ...] = ()
    size: tuple[int, int] = (0, 0)
    rotation: int = 0
    rate: Fraction = Fraction(0)
    variable: bool = False
    pixel_format: str = ""
    transfer: str = ""
    beeps: tuple[float, ...] = ()
    lossless: bool = True
    channels: int = 0
    tracks: int = 0
    language: str = ""
    read: Callable[[synth.Rgb], int] = field(default=synth.read_number)


def exact_clips(folder: Path, *, few: bool = False) -> Iterator[Truth]:
    """Make the clips; with `few`, those that differ most."""
    for name, plan in plans().items():
        if not few or name in FEW:
            yield _truth(name, plan, synth.make(plan.clip, folder))
    yield _edited(folder)
    for orientation, rotation in ((3, 180), (6, 90), (8, 270)):
        yield _picture(folder, orientation, rotation)


def _truth(name: str, plan: Plan, path: Path) -> Truth:
    clip = plan.clip
    times = [_rounded(tick * clip.time_base, plan.tick) for tick in clip.frame_ticks]
    sound = clip.sounds[0] if clip.sounds else None
    starts = times[:1] if clip.frames else []
    if sound is not None:
        begins = sound.start_s - Fraction(plan.lead, sound.rate)
        starts.append(_rounded(begins, plan.sound_tick) if plan.sound_tick else begins)
    origin = min(starts)
    truth = Truth(
        name,
        path,
        beeps=tuple(float(sound.start_s + Fraction(at) - origin) for at in plan.beeps)
        if sound
        else (),
        lossless=sound is None or sound.codec != "aac",
        channels=sound.channels if sound else 0,
        tracks=len(clip.sounds),
        language=sound.language if sound else "",
    )
    if not clip.frames:
        return truth
    rate = clip.rate
    end = times[0] + _rounded(clip.frames / clip.rate, plan.tick)
    if plan.variable:
        end = times[-1] + median(b - a for a, b in pairwise(times))
        rate = clip.frames / (end - times[0])
    return replace(
        truth,
        numbers=tuple(range(clip.frames)),
        starts=tuple(time - origin for time in times),
        end=end - origin,
        labels=tuple(islice(smpte_labels(_standard(rate)), clip.frames + 1)),
        cuts=clip.cuts,
        size=plan.size or clip.size,
        rotation=plan.rotation,
        rate=rate,
        variable=plan.variable,
        pixel_format=clip.pixel_format,
        transfer=plan.transfer,
        read=read_level if isinstance(clip, PlainFilm) else read_gray,
    )


def _rounded(value: Fraction, step: Fraction) -> Fraction:
    """Return the nearest multiple of a step; halves go away from zero, as FFmpeg rounds."""
    whole = abs(value) / step + Fraction(1, 2)
    count_ = whole.numerator // whole.denominator
    return count_ * step * (-1 if value < 0 else 1)


def _standard(rate: Fraction) -> Fraction:
    """Return the rate itself, or the standard rate nearest to a variable one."""
    known = (*NTSC.values(), *map(Fraction, (8, 10, 12, 15, 24, 25, 30, 48, 50, 60, 120, 240)))
    return min(known, key=lambda one: abs(one - rate))


def smpte_labels(rate: Fraction) -> Iterator[str]:
    """Count SMPTE timecodes up one by one, as a tape machine does."""
    fps = -(-rate.numerator // rate.denominator)
    dropped = {NTSC[30]: 2, NTSC[60]: 4}.get(rate, 0)
    mark, width = (";" if dropped else ":"), (3 if fps > 100 else 2)
    for second in count():
        hours, minutes, seconds = second // 3600, second // 60 % 60, second % 60
        first = dropped if seconds == 0 and minutes % 10 else 0
        for frame in range(first, fps):
            yield f"{hours:02}:{minutes:02}:{seconds:02}{mark}{frame:0{width}}"


def _edited(folder: Path) -> Truth:
    """Return a film whose edit list hides its first ten frames."""
    hidden = 10
    clip = NumberedFilm("edit.mp4", 75, cuts=(30, 50), encoder=(*X264, ("bf", "3")))
    data = bytearray(synth.make(clip, folder).read_bytes())
    entry = data.index(b"elst") + 12  # after version, flags and number of entries
    length, start = (int.from_bytes(data[entry + n : entry + n + 4], "big") for n in (0, 4))
    skipped = hidden * 3600
    data[entry : entry + 4] = (length - hidden * 40).to_bytes(4, "big")  # in milliseconds
    data[entry + 4 : entry + 8] = (start + skipped).to_bytes(4, "big")
    path = folder / "edited.mp4"
    path.write_bytes(data)
    frames = clip.frames - hidden
    return Truth(
        "edit list",
        path,
        read=read_gray,
        numbers=tuple(range(hidden, clip.frames)),
        starts=tuple(Fraction(n, 25) for n in range(frames)),
        end=Fraction(frames, 25),
        labels=tuple(islice(smpte_labels(clip.rate), frames + 1)),
        cuts=tuple(cut - hidden for cut in clip.cuts),
        size=clip.size,
        rate=clip.rate,
        pixel_format=clip.pixel_format,
    )


def _picture(folder: Path, orientation: int, rotation: int) -> Truth:
    path = folder / f"orientation{orientation}.jpg"
    path.write_bytes(synth.jpeg_with_orientation(orientation))
    return Truth(
        f"picture, EXIF orientation {orientation}",
        path,
        numbers=(1,),
        size=(180, 320) if rotation % 180 else (320, 180),
        rotation=rotation,
    )
