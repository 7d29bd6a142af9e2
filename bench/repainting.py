"""How fast functions are that change every frame, at 720p, and how much memory they need."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Final

from bench.constructed.screens import TAKES, subjects, write_take
from bench.harness import Outcome
from bench.options import Options
from bench.producing import Maker, stretch, workshop
from videre.cli.evaluation.figures import Measured
from videre.v1 import production_pb2 as pb

_SECONDS: Final = 8
_QUICK_SECONDS: Final = 1
_RATE: Final = 25
_FILM: Final = "demo.mp4"
#: Where somebody is seen in the film, a face large enough to be worked on, seconds.
_PERSON: Final = (Fraction("29.5"), Fraction("33.5"))


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
    whole = stretch(Fraction(0), Fraction(seconds))
    person = stretch(*_PERSON)
    black = pb.Backdrop(color="#000000")
    tasks = {
        "key_green_screen": pb.KeyGreenScreenParams(backdrop=black),
        "matte_portrait": pb.MattePortraitParams(backdrop=black, range=person),
        "beautify_faces": pb.BeautifyFacesParams(range=person),
        "cartoonize": pb.CartoonizeParams(range=whole),
        "upscale": pb.UpscaleParams(range=whole),
    }
    lengths = dict.fromkeys(("matte_portrait", "beautify_faces"), float(_PERSON[1] - _PERSON[0]))
    figures = []
    for name, params in tasks.items():
        value, how = None, "its model is not installed"
        if maker.can(name):
            source = take if name == "key_green_screen" else film
            shown = lengths.get(name, float(seconds))
            spent, began = maker.cpu_seconds, time.monotonic()
            maker.make(pb.ProductionTask(**{name: params}), {"main": source})  # type: ignore[arg-type]
            value = shown / (time.monotonic() - began)
            cost = (maker.cpu_seconds - spent) / shown
            how = f"{source.name}, {shown:g} s, {cost:.2f} CPU-seconds a second"
            tell(f"{name}: {value:.2f} × real time, {how}")
        figures.append(Measured(f"{name}: × real time at 720p", value, "", how))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1_024
    words = "largest process of the run so far; upscale makes frames of 1440 rows"
    return [*figures, Measured("changed frames: peak memory", peak, "MB", words)]
