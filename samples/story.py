"""What the sample clip shows and says, scene by scene. Pure.

All lengths are in frames of 30000/1001 a second. The text is our own; the voice reads each sentence
on its own, and the sentences were chosen so that a small recogniser can follow them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

FRAME_RATE: Final = Fraction(30_000, 1_001)
#: Beats per minute of the music, and how many beats it has.
TEMPO_BPM: Final = 100
BEATS: Final = 20


class Picture(StrEnum):
    """The photographs, by their file name in scikit-image's wheel."""

    ROCKET = "rocket.jpg"
    ASTRONAUT = "astronaut.png"
    CAT = "chelsea.png"
    COFFEE = "coffee.png"
    STARS = "hubble_deep_field.jpg"


class Layout(StrEnum):
    """How a scene fills the frame."""

    TITLE = "title"
    FULL = "full"  # the photograph covers the frame
    CARD = "card"  # the photograph lies on a dimmed, blurred copy of itself
    BLACK = "black"


@dataclass(frozen=True, slots=True)
class View:
    """A part of a photograph: its centre and width as shares of the photograph's sides."""

    x: float = 0.5
    y: float = 0.5
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """Text in both languages."""

    english: str
    chinese: str


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene.

    Args:
        frames: its length.
        layout: how it fills the frame.
        picture: the photograph, None for cards of text and for black.
        begin: the part of the photograph at the first frame …
        end: … and at the last one; equal for a static shot.
        caption: burned in from `CAPTION_IN` frames after the start to as many before the end; the
            lines of a title card stand all the time.
        speech: what the voice says, "" for nothing.
        speech_at: frames from the scene's start to the first word.
        fade_in, fade_out: frames of fading from and to black.
    """

    frames: int
    layout: Layout
    picture: Picture | None = None
    begin: View = View()
    end: View = View()
    caption: Line | None = None
    speech: str = ""
    speech_at: int = 20
    fade_in: int = 0
    fade_out: int = 0


CAPTION_IN: Final = 15
TITLE: Final = "Videre"

SCENES: Final = (
    Scene(
        frames=135,
        layout=Layout.TITLE,
        caption=Line("Video understanding that you run yourself", "自己就能运行的视频理解系统"),
        speech="Welcome to this short film.",
        speech_at=36,
    ),
    Scene(
        frames=180,
        layout=Layout.FULL,
        picture=Picture.ROCKET,
        begin=View(0.5, 0.70, 0.94),
        end=View(0.5, 0.48, 0.94),
        caption=Line("The rocket is ready for its flight", "火箭已经准备好起飞"),
        speech="The rocket is ready and the night sky is clear.",
    ),
    Scene(
        frames=220,
        layout=Layout.CARD,
        picture=Picture.ASTRONAUT,
        begin=View(0.5, 0.5, 1.0),
        end=View(0.5, 0.38, 0.76),
        caption=Line("An astronaut with a big smile", "面带微笑的宇航员"),
        speech="She has a big smile on her face and a model of the space shuttle behind her.",
        fade_out=18,
    ),
    Scene(
        frames=195,
        layout=Layout.CARD,
        picture=Picture.CAT,
        begin=View(0.5, 0.5, 0.84),
        end=View(0.5, 0.5, 1.0),
        caption=Line("The cat is looking at you", "小猫正在看着你"),
        speech="The cat is looking at the camera with big green eyes.",
        speech_at=30,
        fade_in=18,
    ),
    Scene(
        frames=180,
        layout=Layout.CARD,
        picture=Picture.COFFEE,
        caption=Line("A cup of coffee on the table", "桌子上有一杯咖啡"),
        speech="Here is a cup of coffee on an old wooden table.",
    ),
    Scene(frames=75, layout=Layout.BLACK),
    Scene(
        frames=375,
        layout=Layout.FULL,
        picture=Picture.STARS,
        begin=View(0.5, 0.40, 0.96),
        end=View(0.5, 0.56, 0.86),
        caption=Line("Every point of light is a galaxy", "每一个光点都是一个星系"),
        speech="We are looking at the stars and listening to music.",
    ),
    Scene(
        frames=165,
        layout=Layout.TITLE,
        caption=Line("Thank you for watching", "谢谢观看"),
    ),
)

#: The music begins this many frames after the start of the scene of stars.
MUSIC_AT: Final = 156
_MUSIC_SCENE: Final = 6


def starts() -> list[int]:
    """Return the first frame of every scene, and the number of frames as the last entry."""
    total, result = 0, [0]
    for scene in SCENES:
        total += scene.frames
        result.append(total)
    return result


def seconds(frame: int) -> Fraction:
    """Return when a frame is shown."""
    return frame / FRAME_RATE


def music_span() -> tuple[Fraction, Fraction]:
    """Return the first and the last beat's bar end, in seconds."""
    start = seconds(starts()[_MUSIC_SCENE] + MUSIC_AT)
    return start, start + Fraction(60 * BEATS, TEMPO_BPM)
