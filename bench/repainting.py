"""How fast functions are that change every frame, at 720p, and how much memory they need."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Final

from bench.constructed.screens import TAKES, subjects, write_take
from bench.harness import Outcome
from bench.options import Options
from bench.processes import watched
from bench.producing import Maker, stretch, workshop
from tests import reframed
from videre.cli.evaluation.figures import Measured
from videre.v1 import production_pb2 as pb

_SECONDS: Final = 8
_QUICK_SECONDS: Final = 1
_RATE: Final = 25
_FILM: Final = "demo.mp4"
#: Somebody who walks before another film: who, how tall in pixels, before what.
_PERSON: Final = "portrait/greenscreen_astronaut.mp4"
_TALL: Final = 600
_BEHIND: Final = "video/car-detection.mp4"


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Time functions that change every frame."""
    with workshop() as (maker, folder):
        return repainting(maker, options.media_folder(), folder, quick=options.quick, tell=tell), []


def repainting(
    maker: Maker, media: Path, folder: Path, *, quick: bool, tell: Callable[[str], None]
) -> list[Measured]:
    """Time each function on a stretch of a film, its picture encoded as preset web does."""
    seconds = _QUICK_SECONDS if quick else _SECONDS
    take, film = folder / "screen.mp4", media / _FILM
    write_take(TAKES[1], subjects(media)[TAKES[1].subject], take, seconds * _RATE, lambda _: None)
    walk = folder / "walk.mp4"
    reframed.composed(
        media / _BEHIND, reframed.person(media / _PERSON, _TALL),
        lambda t: (0.35 + 0.04 * t, 0.6), walk, count=seconds * _RATE, size=(1280, 720), rate=_RATE,
    )  # fmt: skip
    part = stretch(Fraction(0), Fraction(seconds))
    black = pb.Backdrop(color="#000000")
    tasks = {
        "key_green_screen": pb.KeyGreenScreenParams(backdrop=black),
        "matte_portrait": pb.MattePortraitParams(backdrop=black),
        "beautify_faces": pb.BeautifyFacesParams(),
        "cartoonize": pb.CartoonizeParams(range=part),
        "upscale": pb.UpscaleParams(range=part),
    }
    sources = {"key_green_screen": take, "matte_portrait": walk, "beautify_faces": walk}
    figures, largest = [], 0
    for name, params in tasks.items():
        value, how = None, "its model is not installed"
        if maker.can(name):
            source = sources.get(name, film)
            spent, began = maker.cpu_seconds, time.monotonic()
            with watched(os.getpid()) as peaks:
                maker.make(pb.ProductionTask(**{name: params}), {"main": source})  # type: ignore[arg-type]
            largest = max(largest, *peaks.each.values())
            value = seconds / (time.monotonic() - began)
            cost = (maker.cpu_seconds - spent) / seconds
            how = f"{source.name}, {seconds} s, {cost:.2f} CPU-seconds a second"
            tell(f"{name}: {value:.2f} × real time, {how}")
        figures.append(Measured(f"{name}: × real time at 720p", value, "", how))
    words = "largest process; upscale makes frames of 1440 rows"
    return [*figures, Measured("changed frames: peak memory", largest / 2**20, "MB", words)]
