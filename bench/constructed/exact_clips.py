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
from typing import Final

import numpy as np

from tests import synth

_MILLISECONDS: Final = Fraction(1, 1000)
_TICKS: Final = Fraction(1, 90_000)
#: How FFmpeg counts in streams without a container.
_PARSED: Final = Fraction(1, 1_200_000)
#: Samples that an AAC encoder puts before the first; MPEG-TS has no way to hide them.
_AAC_LEAD: Final = 1024
_NTSC: Final = {24: Fraction(24_000, 1001), 30: Fraction(30_000, 1001), 60: Fraction(60_000, 1001)}
_X264: Final = (("preset", "medium"), ("g", "24"), ("crf", "20"))


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


@dataclass(frozen=True)
class _Film(synth.Clip):
    """A clip that shows its numbers in Gray code: one block changes from frame to frame.

    With plain binary numbers 3327 → 3328 changes nine blocks at once, which looks like a cut.
    """

    def picture(self, frame: int) -> synth.Rgb:
        """Return what a frame shows, as coded."""
        number = sum(1 for cut in self.cuts if cut <= frame)
        return synth.burn(synth.scene(number, *self.size), frame ^ frame >> 1)


def _read_gray(picture: synth.Rgb) -> int:
    number = code = synth.read_number(picture)
    while code := code >> 1:
        number ^= code
    return number


@dataclass(frozen=True)
class _Level(synth.Clip):
    """A clip too small for blocks: a frame's number is its brightness; a new scene is brighter."""

    def picture(self, frame: int) -> synth.Rgb:
        """Return a plain picture."""
        bright = 128 if any(cut <= frame for cut in self.cuts) else 0
        return np.full((self.size[1], self.size[0], 3), 8 + bright + 4 * frame, np.uint8)


def _read_level(picture: synth.Rgb) -> int:
    level = float(picture.mean()) - 8
    return round((level - 128 if level > 124 else level) / 4)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A clip, and what its container does to it.

    Args:
        tick: how finely the container counts the video's time, seconds.
        sound_tick: likewise of the sound; None = exact.
        lead: samples of sound before the first that was written, which the container shows.
    """

    clip: synth.Clip
    tick: Fraction = _TICKS
    sound_tick: Fraction | None = None
    lead: int = 0
    beeps: tuple[float, ...] = ()
    variable: bool = False
    transfer: str = ""
    rotation: int = 0
    size: tuple[int, int] | None = None


def exact_clips(folder: Path, *, few: bool = False) -> Iterator[Truth]:
    """Make the clips; with `few`, those that differ most."""
    for name, plan in _plans().items():
        if not few or name in _FEW:
            yield _truth(name, plan, synth.make(plan.clip, folder))
    yield _edited(folder)
    for orientation, rotation in ((3, 180), (6, 90), (8, 270)):
        yield _picture(folder, orientation, rotation)


def _truth(name: str, plan: _Plan, path: Path) -> Truth:
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
        labels=tuple(islice(_labels(_standard(rate)), clip.frames + 1)),
        cuts=clip.cuts,
        size=plan.size or clip.size,
        rotation=plan.rotation,
        rate=rate,
        variable=plan.variable,
        pixel_format=clip.pixel_format,
        transfer=plan.transfer,
        read=_read_level if isinstance(clip, _Level) else _read_gray,
    )


def _rounded(value: Fraction, step: Fraction) -> Fraction:
    """Return the nearest multiple of a step; halves go away from zero, as FFmpeg rounds."""
    whole = abs(value) / step + Fraction(1, 2)
    count_ = whole.numerator // whole.denominator
    return count_ * step * (-1 if value < 0 else 1)


def _standard(rate: Fraction) -> Fraction:
    """Return the rate itself, or the standard rate nearest to a variable one."""
    known = (*_NTSC.values(), *map(Fraction, (8, 10, 12, 15, 24, 25, 30, 48, 50, 60, 120, 240)))
    return min(known, key=lambda one: abs(one - rate))


def _labels(rate: Fraction) -> Iterator[str]:
    """Count SMPTE timecodes up one by one, as a tape machine does."""
    fps = -(-rate.numerator // rate.denominator)
    dropped = {_NTSC[30]: 2, _NTSC[60]: 4}.get(rate, 0)
    mark, width = (";" if dropped else ":"), (3 if fps > 100 else 2)
    for second in count():
        hours, minutes, seconds = second // 3600, second // 60 % 60, second % 60
        first = dropped if seconds == 0 and minutes % 10 else 0
        for frame in range(first, fps):
            yield f"{hours:02}:{minutes:02}:{seconds:02}{mark}{frame:0{width}}"


def _spaced(frames: int, rate: Fraction, cuts: tuple[int, ...], name: str, **more: object) -> _Plan:
    return _Plan(_Film(name, frames, rate=rate, cuts=cuts, **more))  # type: ignore[arg-type]


def _bare(name: str, codec: str, encoder: tuple[tuple[str, str], ...]) -> _Plan:
    """Return a stream without a container: nothing but its rate tells the time."""
    rate = _NTSC[24]
    frames = 72
    return _Plan(
        _Film(
            name, frames, rate=rate, time_base=1 / rate, ticks=tuple(range(frames)),
            cuts=(30, 50), codec=codec, encoder=encoder,
        ),
        tick=_PARSED,
    )  # fmt: skip


def _beeping(seconds: float, *at: float, rate: int = 48_000, **more: object) -> synth.Sound:
    return synth.Sound(synth.beeps(seconds, at, rate), rate, **more)  # type: ignore[arg-type]


#: The kinds of a quick run.
_FEW: Final = frozenset(
    {
        "CFR 25", "29.97 drop-frame", "variable rate", "picture before sound",
        "sound before picture", "B-frames with negative decoding times", "turned by 90°",
        "interlaced", "10-bit HLG", "5.1 sound", "one frame", "sound alone", "2×2 pixels",
    }
)  # fmt: skip


def _plans() -> dict[str, _Plan]:
    return {**_rates(), **_clocks(), **_pictures(), **_sounds()}


def _rates() -> dict[str, _Plan]:
    return {
        "CFR 24": _spaced(72, Fraction(24), (30, 50), "24.mp4"),
        "CFR 25": _spaced(75, Fraction(25), (30, 50), "25.mp4"),
        "CFR 30": _spaced(90, Fraction(30), (35, 61), "30.mp4"),
        "50": _spaced(150, Fraction(50), (60, 101), "50.mp4"),
        "60": _spaced(180, Fraction(60), (70, 121), "60.mp4"),
        "23.976": _spaced(72, _NTSC[24], (30, 50), "23976.mov"),
        "29.97 drop-frame": _spaced(1860, _NTSC[30], (900, 1790, 1812), "2997.mp4", size=(96, 64)),
        "59.94 drop-frame": _spaced(3660, _NTSC[60], (1800, 3580, 3610), "5994.mp4", size=(96, 64)),
        "29.97 in milliseconds": replace(
            _spaced(90, _NTSC[30], (35, 61), "2997.mkv"), tick=_MILLISECONDS
        ),
        "8 frames per second": _spaced(40, Fraction(8), (16, 29), "8.mp4"),
        "240 frames per second": _spaced(480, Fraction(240), (200, 321), "240.mp4"),
        "one frame": _spaced(1, Fraction(25), (), "one.mp4"),
    }


def _clocks() -> dict[str, _Plan]:
    uneven = tuple(3600 * n + 450 * (n * n % 7) + (108_000 if n > 40 else 0) for n in range(80))
    late = tuple(3600 * n + 135_000 for n in range(75))
    half = Fraction(1, 2)
    return {
        "variable rate": _Plan(
            _Film("vfr.mp4", 80, ticks=uneven, cuts=(25, 60)), variable=True
        ),
        "variable rate in milliseconds": _Plan(
            _Film("vfr.mkv", 80, ticks=uneven, cuts=(25, 60)),
            tick=_MILLISECONDS, variable=True,
        ),
        "sound before picture": _Plan(
            _Film("late.mp4", 75, ticks=late, cuts=(30, 50),
                       sounds=(_beeping(4.5, 0.5, 2.0, codec="aac"),)),
            beeps=(0.5, 2.0),
        ),
        "picture before sound": _Plan(
            _Film("early.mkv", 75, cuts=(30, 50),
                       sounds=(_beeping(2.0, 0.25, 1.0, codec="flac", start_s=half),)),
            tick=_MILLISECONDS, sound_tick=_MILLISECONDS, beeps=(0.25, 1.0),
        ),
        "both start late": _Plan(
            _Film("both.mkv", 75, ticks=late, cuts=(30, 50),
                       sounds=(_beeping(2.0, 0.25, codec="pcm_s16le", start_s=half * 2),)),
            tick=_MILLISECONDS, sound_tick=_MILLISECONDS, beeps=(0.25,),
        ),
        "B-frames with negative decoding times": _Plan(
            _Film("negative.mp4", 75, cuts=(30, 50), encoder=(*_X264, ("bf", "3")),
                       muxer=(("movflags", "+negative_cts_offsets"),)),
        ),
        "B-frames behind an edit list": _Plan(
            _Film("bframes.mp4", 75, cuts=(30, 50), encoder=(*_X264, ("bf", "3")))
        ),
        "fragments": _Plan(
            _Film("fragments.mp4", 75, cuts=(30, 50), encoder=(*_X264, ("bf", "2")),
                       muxer=(("movflags", "frag_keyframe+empty_moov"),)),
        ),
        "transport stream with sound": _Plan(
            _Film("av.ts", 75, cuts=(30, 50), encoder=(*_X264, ("bf", "2")),
                       sounds=(_beeping(3.0, 0.5, 2.0, codec="aac"),)),
            sound_tick=_TICKS, lead=_AAC_LEAD, beeps=(0.5, 2.0),
        ),
        "bare H.264": _bare("bare.h264", "libx264", (*_X264, ("bf", "3"))),
        "bare MPEG-2": _bare("bare.m2v", "mpeg2video", (("bf", "2"), ("b", "4000000"))),
        "AVI with B-frames": _Plan(
            _Film("bframes.avi", 75, cuts=(30, 50), encoder=(*_X264, ("bf", "2")),
                       time_base=Fraction(1, 25)),
            tick=Fraction(1, 25),
        ),
    }  # fmt: skip


def _pictures() -> dict[str, _Plan]:
    x265 = (("preset", "ultrafast"), ("x265-params", "log-level=none:pools=1"))
    turned = {
        f"turned by {degrees}°": _Plan(
            _Film(f"turned{degrees}.mp4", 75, cuts=(30, 50), rotation=-degrees),
            rotation=degrees,
            size=(320, 180) if degrees == 180 else (180, 320),
        )
        for degrees in (90, 180, 270)
    }
    deep = {
        f"10-bit {name}": _Plan(
            _Film(f"{name}.mp4", 50, cuts=(25,), codec="libx265",
                       pixel_format="yuv420p10le", encoder=x265, color_trc=number),
            transfer=transfer,
        )
        for name, number, transfer in (("PQ", 16, "smpte2084"), ("HLG", 18, "arib-std-b67"))
    }  # fmt: skip
    fields = (("flags", "+ildct+ilme"), ("g", "12"), ("qscale", "2"))
    return {
        **turned,
        **deep,
        "anamorphic": _Plan(
            _Film("wide.mp4", 50, size=(240, 180), aspect=Fraction(4, 3), cuts=(25,)),
            size=(320, 180),
        ),
        "anamorphic and turned": _Plan(
            _Film("tall.mp4", 50, size=(240, 180), aspect=Fraction(4, 3), cuts=(25,),
                       rotation=-90),
            size=(180, 320), rotation=90,
        ),
        "interlaced": _Plan(
            _Film("fields.mpg", 50, size=(320, 192), cuts=(25,), codec="mpeg2video",
                       encoder=fields, time_base=Fraction(1, 25)),
        ),
        "interlaced H.264": _Plan(
            _Film("fields.ts", 50, size=(320, 192), cuts=(25,),
                       encoder=(*_X264, ("x264-params", "interlaced=1:tff=1"))),
        ),
        "alpha": _Plan(
            _Film("alpha.mov", 50, cuts=(25,), codec="png", pixel_format="rgba", encoder=())
        ),
        "2×2 pixels": _Plan(
            _Level("two.mkv", 30, size=(2, 2), cuts=(15,), codec="ffv1", pixel_format="bgr0",
                   encoder=()),
            tick=_MILLISECONDS,
        ),
        "2×2 pixels, H.264": _Plan(_Level("two.mp4", 30, size=(2, 2), cuts=(15,))),
        "2 pixels wide": _Plan(_Level("narrow.mp4", 30, size=(2, 180), cuts=(15,))),
    }  # fmt: skip


def _sounds() -> dict[str, _Plan]:
    return {
        "5.1 sound": _Plan(
            _Film("surround.mp4", 75, cuts=(30, 50),
                       sounds=(_beeping(3.0, 0.5, 2.0, codec="aac", channels=6),)),
            beeps=(0.5, 2.0),
        ),
        "several audio tracks": _Plan(
            _Film("tracks.mkv", 50, cuts=(25,),
                       sounds=(_beeping(2.0, 0.5, codec="flac", language="eng"),
                               _beeping(2.0, 1.5, codec="flac", language="fra"))),
            tick=_MILLISECONDS, sound_tick=_MILLISECONDS, beeps=(0.5,),
        ),
        "sound alone": _Plan(
            _Film("alone.m4a", 0, sounds=(_beeping(4.0, 0.5, 3.0, codec="aac"),)),
            beeps=(0.5, 3.0),
        ),
        "sound alone, starting late": _Plan(
            _Film("late.mka", 0,
                       sounds=(_beeping(3.0, 0.5, codec="flac", start_s=Fraction(2)),)),
            sound_tick=_MILLISECONDS, beeps=(0.5,),
        ),
    }  # fmt: skip


def _edited(folder: Path) -> Truth:
    """Return a film whose edit list hides its first ten frames."""
    hidden = 10
    clip = _Film("edit.mp4", 75, cuts=(30, 50), encoder=(*_X264, ("bf", "3")))
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
        read=_read_gray,
        numbers=tuple(range(hidden, clip.frames)),
        starts=tuple(Fraction(n, 25) for n in range(frames)),
        end=Fraction(frames, 25),
        labels=tuple(islice(_labels(clip.rate), frames + 1)),
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
