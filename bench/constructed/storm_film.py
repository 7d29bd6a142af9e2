"""A report of a flood as it is cut every day: its words in the picture, a recorded storm."""

from __future__ import annotations

import subprocess
from itertools import repeat
from pathlib import Path
from typing import Final

import imageio_ffmpeg
import numpy as np
from PIL import ImageDraw, ImageFont

from bench.constructed.drawn_pictures import blue_sky
from bench.constructed.media import FRAME_RATE, sound, write_film, write_sound

STORM: Final = "events/esc50_thunderstorm_3-103051-C-19.wav"
_SECONDS: Final = 10
_TIMEOUT_S: Final = 120


def flood_report(folder: Path, path: Path) -> None:
    """Write the film.

    Args:
        folder: of the set, which holds the recording.
        path: of the film.

    Raises:
        FileNotFoundError: the recording is not there.
    """
    storm = sound(folder / STORM)
    picture = blue_sky(np.random.default_rng(3))
    caption = ImageDraw.Draw(picture)
    caption.rectangle((0, 600, 1_280, 700), "#202020")
    caption.text((80, 620), "Flood in the valley", "white", ImageFont.load_default(54))
    silent, heard = path.with_suffix(".silent.mp4"), path.with_suffix(".wav")
    write_film(silent, repeat(np.asarray(picture, np.uint8), _SECONDS * FRAME_RATE))
    write_sound(heard, np.tile(storm, 2))
    subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", "-y", "-i", str(silent),
         "-i", str(heard), "-c:v", "copy", "-c:a", "aac", str(path)],
        check=True, timeout=_TIMEOUT_S,
    )  # fmt: skip
