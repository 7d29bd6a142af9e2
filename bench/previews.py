"""How long previews of every function take at 720p, and what they show."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from bench.constructed.screens import TAKES, subjects, write_take
from bench.harness import Outcome
from bench.options import Options
from bench.producing import Maker, workshop
from videre.cli.evaluation.figures import Measured
from videre.v1 import production_pb2 as pb
from videre.v1 import types_pb2

_FILM: Final = "demo.mp4"
#: Instant that is shown, seconds.
_AT: Final = 12
_TAKE_FRAMES: Final = 150
_BOX: Final = types_pb2.BoundingBox(x=0.7, y=0.06, width=0.2, height=0.1)
#: Where the film has a subtitle.
_LOW: Final = types_pb2.BoundingBox(x=0.32, y=0.81, width=0.36, height=0.105)


def preview_tasks() -> dict[str, dict[str, Any]]:
    """Return parameters of every function with a preview that needs no analysis, by its name."""
    region = pb.PictureRegion(keys=[pb.RegionKey(box=_BOX)])
    low = pb.PictureRegion(keys=[pb.RegionKey(box=_LOW)])
    black = pb.Backdrop(color="#203040")
    track = pb.MixTrack(role=pb.MIX_ROLE_VOICE)
    cue = pb.CaptionCue(text="A preview", range=_part(0, 60))
    return {
        "cover": {},
        "sprite": {},
        "transcode": {"renditions": [pb.Rendition(aspect="1:1")]},
        "trim": {"keep": [_part(2, 20), _part(30, 40)]},
        "concatenate": {},
        "watermark": {"text": "Videre"},
        "burn_captions": {"track": pb.CaptionTrack(cues=[cue])},
        "obscure": {"targets": [pb.OBSCURE_TARGET_FACES], "regions": [region]},
        "remove_logo": {"regions": [region]},
        "remove_text": {"regions": [low]},
        "key_green_screen": {"backdrop": black},
        "matte_portrait": {"backdrop": black},
        "beautify_faces": {},
        "cartoonize": {},
        "upscale": {},
        "reframe": {},
        "mix_audio": {"tracks": [track]},
        "trim_silence": {"threshold_db": -45},
        "bleep": {"ranges": [_part(_AT + 1, _AT + 2)]},
        "denoise_speech": {},
        "demix_music": {},
    }


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Time the preview of every function."""
    with workshop() as (maker, folder):
        return previews(maker, options.media_folder(), folder, tell), []


def previews(
    maker: Maker, media: Path, folder: Path, tell: Callable[[str], None], kept: Path | None = None
) -> list[Measured]:
    """Time the preview of each function; its files stay in `kept`, if that is given."""
    take, film = folder / "screen.mp4", media / _FILM
    write_take(
        TAKES[1], subjects(media)[TAKES[1].subject], take, _TAKE_FRAMES, lambda _: None
    )  # fmt: skip
    taken: dict[str, float] = {}
    for name, params in preview_tasks().items():
        if maker.can(name):
            source, at = (take, 3) if name == "key_green_screen" else (film, _AT)
            taken[name], how = _timed(maker, name, params, source, at, kept)
            tell(f"preview of {name}: {taken[name]:.2f} s, {how}")
    how = ", ".join(f"{name} {value:.1f} s" for name, value in taken.items())
    return [Measured("previews: longest at 720p", max(taken.values()), "s", how)]


def _timed(
    maker: Maker, name: str, params: Mapping[str, Any], source: Path, at: int, kept: Path | None
) -> tuple[float, str]:
    shown = pb.ProductionPreview(at=pb.RationalTime(value=at, rate_numerator=1))
    task = pb.ProductionTask(**{name: params}, preview=shown)  # type: ignore[arg-type]
    spent, began = _cpu_seconds(), time.monotonic()
    made = maker.make(task, {"main": source})
    seconds, cost = time.monotonic() - began, _cpu_seconds() - spent
    for one in made:
        if kept is None:
            break
        target = kept / f"{name}-{one.name}"
        if isinstance(one.data, bytes):
            target.write_bytes(one.data)
        else:
            shutil.copyfile(one.data, target)
    files = ", ".join(one.name for one in made)
    return seconds, f"{files}; {cost:.2f} CPU-seconds"


def _cpu_seconds() -> float:
    """Return what this process and its children have used."""
    return sum(os.times()[:4])


def _part(start: int, end: int) -> pb.MediaRange:
    sides = [Fraction(start), Fraction(end)]
    first, last = (pb.RationalTime(value=int(one), rate_numerator=1) for one in sides)
    return pb.MediaRange(start=first, end=last)
