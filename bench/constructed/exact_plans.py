"""Kinds of clips whose frames, times and sound are known exactly, and what containers do to them.

Every frame shows its own number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import numpy as np

from tests import synth

_MILLISECONDS: Final = Fraction(1, 1000)
_TICKS: Final = Fraction(1, 90_000)
#: How FFmpeg counts in streams without a container.
_PARSED: Final = Fraction(1, 1_200_000)
#: Samples that an AAC encoder puts before the first; MPEG-TS has no way to hide them.
_AAC_LEAD: Final = 1024
NTSC: Final = {24: Fraction(24_000, 1001), 30: Fraction(30_000, 1001), 60: Fraction(60_000, 1001)}
X264: Final = (("preset", "medium"), ("g", "24"), ("crf", "20"))


@dataclass(frozen=True)
class NumberedFilm(synth.Clip):
    """A clip that shows its numbers in Gray code: one block changes from frame to frame.

    With plain binary numbers 3327 → 3328 changes nine blocks at once, which looks like a cut.
    """

    def picture(self, frame: int) -> synth.Rgb:
        """Return what a frame shows, as coded."""
        number = sum(1 for cut in self.cuts if cut <= frame)
        return synth.burn(synth.scene(number, *self.size), frame ^ frame >> 1)


def read_gray(picture: synth.Rgb) -> int:
    """Return the number that a picture of a `NumberedFilm` shows."""
    number = code = synth.read_number(picture)
    while code := code >> 1:
        number ^= code
    return number


@dataclass(frozen=True)
class PlainFilm(synth.Clip):
    """A clip too small for blocks: a frame's number is its brightness; a new scene is brighter."""

    def picture(self, frame: int) -> synth.Rgb:
        """Return a plain picture."""
        bright = 128 if any(cut <= frame for cut in self.cuts) else 0
        return np.full((self.size[1], self.size[0], 3), 8 + bright + 4 * frame, np.uint8)


def read_level(picture: synth.Rgb) -> int:
    """Return the number that a picture of a `PlainFilm` shows."""
    level = float(picture.mean()) - 8
    return round((level - 128 if level > 124 else level) / 4)


@dataclass(frozen=True, slots=True)
class Plan:
    """A clip, and what its container does to it.

    Args:
        tick: how finely the container counts the video's time, seconds.
        sound_tick: likewise of the sound; None = exact.
        lead: samples of sound before the first that was written, which the container shows.
        beeps: when they sound, seconds from the sound's own start.
        variable: frames are not equally spaced.
        transfer: transfer characteristic that the container states.
        rotation: clockwise degrees for display.
        size: width and height as displayed; None = as coded.
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


def _spaced(frames: int, rate: Fraction, cuts: tuple[int, ...], name: str, **more: object) -> Plan:
    return Plan(NumberedFilm(name, frames, rate=rate, cuts=cuts, **more))  # type: ignore[arg-type]


def _bare(name: str, codec: str, encoder: tuple[tuple[str, str], ...]) -> Plan:
    """Return a stream without a container: nothing but its rate tells the time."""
    rate = NTSC[24]
    frames = 72
    return Plan(
        NumberedFilm(
            name, frames, rate=rate, time_base=1 / rate, ticks=tuple(range(frames)),
            cuts=(30, 50), codec=codec, encoder=encoder,
        ),
        tick=_PARSED,
    )  # fmt: skip


def _beeping(seconds: float, *at: float, rate: int = 48_000, **more: object) -> synth.Sound:
    return synth.Sound(synth.beeps(seconds, at, rate), rate, **more)  # type: ignore[arg-type]


#: The kinds of a quick run.
FEW: Final = frozenset(
    {
        "CFR 25", "29.97 drop-frame", "variable rate", "picture before sound",
        "sound before picture", "B-frames with negative decoding times", "turned by 90°",
        "interlaced", "10-bit HLG", "5.1 sound", "one frame", "sound alone", "2×2 pixels",
    }
)  # fmt: skip


def plans() -> dict[str, Plan]:
    """Return all kinds by name."""
    return {**_rates(), **_clocks(), **_pictures(), **_sounds()}


def _rates() -> dict[str, Plan]:
    return {
        "CFR 24": _spaced(72, Fraction(24), (30, 50), "24.mp4"),
        "CFR 25": _spaced(75, Fraction(25), (30, 50), "25.mp4"),
        "CFR 30": _spaced(90, Fraction(30), (35, 61), "30.mp4"),
        "50": _spaced(150, Fraction(50), (60, 101), "50.mp4"),
        "60": _spaced(180, Fraction(60), (70, 121), "60.mp4"),
        "23.976": _spaced(72, NTSC[24], (30, 50), "23976.mov"),
        "29.97 drop-frame": _spaced(1860, NTSC[30], (900, 1790, 1812), "2997.mp4", size=(96, 64)),
        "59.94 drop-frame": _spaced(3660, NTSC[60], (1800, 3580, 3610), "5994.mp4", size=(96, 64)),
        "29.97 in milliseconds": replace(
            _spaced(90, NTSC[30], (35, 61), "2997.mkv"), tick=_MILLISECONDS
        ),
        "8 frames per second": _spaced(40, Fraction(8), (16, 29), "8.mp4"),
        "240 frames per second": _spaced(480, Fraction(240), (200, 321), "240.mp4"),
        "one frame": _spaced(1, Fraction(25), (), "one.mp4"),
    }


def _clocks() -> dict[str, Plan]:
    uneven = tuple(3600 * n + 450 * (n * n % 7) + (108_000 if n > 40 else 0) for n in range(80))
    late = tuple(3600 * n + 135_000 for n in range(75))
    half = Fraction(1, 2)
    return {
        "variable rate": Plan(
            NumberedFilm("vfr.mp4", 80, ticks=uneven, cuts=(25, 60)), variable=True
        ),
        "variable rate in milliseconds": Plan(
            NumberedFilm("vfr.mkv", 80, ticks=uneven, cuts=(25, 60)),
            tick=_MILLISECONDS, variable=True,
        ),
        "sound before picture": Plan(
            NumberedFilm("late.mp4", 75, ticks=late, cuts=(30, 50),
                       sounds=(_beeping(4.5, 0.5, 2.0, codec="aac"),)),
            beeps=(0.5, 2.0),
        ),
        "picture before sound": Plan(
            NumberedFilm("early.mkv", 75, cuts=(30, 50),
                       sounds=(_beeping(2.0, 0.25, 1.0, codec="flac", start_s=half),)),
            tick=_MILLISECONDS, sound_tick=_MILLISECONDS, beeps=(0.25, 1.0),
        ),
        "both start late": Plan(
            NumberedFilm("both.mkv", 75, ticks=late, cuts=(30, 50),
                       sounds=(_beeping(2.0, 0.25, codec="pcm_s16le", start_s=half * 2),)),
            tick=_MILLISECONDS, sound_tick=_MILLISECONDS, beeps=(0.25,),
        ),
        "B-frames with negative decoding times": Plan(
            NumberedFilm("negative.mp4", 75, cuts=(30, 50), encoder=(*X264, ("bf", "3")),
                       muxer=(("movflags", "+negative_cts_offsets"),)),
        ),
        "B-frames behind an edit list": Plan(
            NumberedFilm("bframes.mp4", 75, cuts=(30, 50), encoder=(*X264, ("bf", "3")))
        ),
        "fragments": Plan(
            NumberedFilm("fragments.mp4", 75, cuts=(30, 50), encoder=(*X264, ("bf", "2")),
                       muxer=(("movflags", "frag_keyframe+empty_moov"),)),
        ),
        "transport stream with sound": Plan(
            NumberedFilm("av.ts", 75, cuts=(30, 50), encoder=(*X264, ("bf", "2")),
                       sounds=(_beeping(3.0, 0.5, 2.0, codec="aac"),)),
            sound_tick=_TICKS, lead=_AAC_LEAD, beeps=(0.5, 2.0),
        ),
        "bare H.264": _bare("bare.h264", "libx264", (*X264, ("bf", "3"))),
        "bare MPEG-2": _bare("bare.m2v", "mpeg2video", (("bf", "2"), ("b", "4000000"))),
        "AVI with B-frames": Plan(
            NumberedFilm("bframes.avi", 75, cuts=(30, 50), encoder=(*X264, ("bf", "2")),
                       time_base=Fraction(1, 25)),
            tick=Fraction(1, 25),
        ),
    }  # fmt: skip


def _pictures() -> dict[str, Plan]:
    x265 = (("preset", "ultrafast"), ("x265-params", "log-level=none:pools=1"))
    turned = {
        f"turned by {degrees}°": Plan(
            NumberedFilm(f"turned{degrees}.mp4", 75, cuts=(30, 50), rotation=-degrees),
            rotation=degrees,
            size=(320, 180) if degrees == 180 else (180, 320),
        )
        for degrees in (90, 180, 270)
    }
    deep = {
        f"10-bit {name}": Plan(
            NumberedFilm(f"{name}.mp4", 50, cuts=(25,), codec="libx265",
                       pixel_format="yuv420p10le", encoder=x265, color_trc=number),
            transfer=transfer,
        )
        for name, number, transfer in (("PQ", 16, "smpte2084"), ("HLG", 18, "arib-std-b67"))
    }  # fmt: skip
    fields = (("flags", "+ildct+ilme"), ("g", "12"), ("qscale", "2"))
    return {
        **turned,
        **deep,
        "anamorphic": Plan(
            NumberedFilm("wide.mp4", 50, size=(240, 180), aspect=Fraction(4, 3), cuts=(25,)),
            size=(320, 180),
        ),
        "anamorphic and turned": Plan(
            NumberedFilm("tall.mp4", 50, size=(240, 180), aspect=Fraction(4, 3), cuts=(25,),
                       rotation=-90),
            size=(180, 320), rotation=90,
        ),
        "interlaced": Plan(
            NumberedFilm("fields.mpg", 50, size=(320, 192), cuts=(25,), codec="mpeg2video",
                       encoder=fields, time_base=Fraction(1, 25)),
        ),
        "interlaced H.264": Plan(
            NumberedFilm("fields.ts", 50, size=(320, 192), cuts=(25,),
                       encoder=(*X264, ("x264-params", "interlaced=1:tff=1"))),
        ),
        "alpha": Plan(
            NumberedFilm("alpha.mov", 50, cuts=(25,), codec="png", pixel_format="rgba", encoder=())
        ),
        "2×2 pixels": Plan(
            PlainFilm("two.mkv", 30, size=(2, 2), cuts=(15,), codec="ffv1", pixel_format="bgr0",
                   encoder=()),
            tick=_MILLISECONDS,
        ),
        "2×2 pixels, H.264": Plan(PlainFilm("two.mp4", 30, size=(2, 2), cuts=(15,))),
        "2 pixels wide": Plan(PlainFilm("narrow.mp4", 30, size=(2, 180), cuts=(15,))),
    }  # fmt: skip


def _sounds() -> dict[str, Plan]:
    return {
        "5.1 sound": Plan(
            NumberedFilm("surround.mp4", 75, cuts=(30, 50),
                       sounds=(_beeping(3.0, 0.5, 2.0, codec="aac", channels=6),)),
            beeps=(0.5, 2.0),
        ),
        "several audio tracks": Plan(
            NumberedFilm("tracks.mkv", 50, cuts=(25,),
                       sounds=(_beeping(2.0, 0.5, codec="flac", language="eng"),
                               _beeping(2.0, 1.5, codec="flac", language="fra"))),
            tick=_MILLISECONDS, sound_tick=_MILLISECONDS, beeps=(0.5,),
        ),
        "sound alone": Plan(
            NumberedFilm("alone.m4a", 0, sounds=(_beeping(4.0, 0.5, 3.0, codec="aac"),)),
            beeps=(0.5, 3.0),
        ),
        "sound alone, starting late": Plan(
            NumberedFilm("late.mka", 0,
                       sounds=(_beeping(3.0, 0.5, codec="flac", start_s=Fraction(2)),)),
            sound_tick=_MILLISECONDS, beeps=(0.5,),
        ),
    }  # fmt: skip
