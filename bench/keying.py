"""Green screen against true mattes, and beside ffmpeg's chroma key at its best of three settings.

Both see the same films of `bench/constructed/screens.py`; the product finds the screen's colour by
itself, ffmpeg is told the true one.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from bench.constructed.screens import HEIGHT, TAKES, WIDTH, Frame, Take, subjects, write_take
from bench.harness import Outcome
from bench.options import Options
from bench.producing import Maker, workshop
from videre.cli.evaluation.figures import Case, Measured
from videre.production.rendering.program import find_program
from videre.v1 import production_pb2 as pb

_FRAMES: Final = 20
_QUICK_FRAMES: Final = 6
#: Similarity and blend of ffmpeg's chromakey.
_SETTINGS: Final = ((0.10, 0.05), (0.15, 0.10), (0.22, 0.08))
#: Every so many frames are measured.
_EVERY: Final = 3
_BACKGROUND: Final = "flower.mp4"


@dataclass(frozen=True, slots=True)
class Score:
    """Mean absolute error of alpha, the same at edges, and PSNR of the composite in dB."""

    alpha: float
    edge: float
    composite: float


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Key films and compare with true mattes and with ffmpeg."""
    with workshop() as (maker, folder):
        return keying(maker, options.media_folder(), folder, quick=options.quick, tell=tell), []


def keying(
    maker: Maker, media: Path, folder: Path, *, quick: bool, tell: Callable[[str], None]
) -> list[Measured]:
    """Key every take and compare with its truth."""
    program = find_program(None).path
    background = _background(media / "video" / _BACKGROUND)
    own, beside, cases = [], [], []
    people = subjects(media)
    for take in TAKES:
        path, truth = folder / "take.mp4", list[Frame]()
        count = _QUICK_FRAMES if quick else _FRAMES
        write_take(take, people[take.subject], path, count, truth.append)
        mine = _score(_keyed(maker, path), truth, background)
        theirs = max(
            (_score(_chromakeyed(program, path, take, one, folder), truth, background)
             for one in _SETTINGS),
            key=lambda score: score.composite,
        )  # fmt: skip
        words = f"{mine.composite:.1f} dB, chromakey {theirs.composite:.1f}"
        tell(f"{take.name}: alpha {mine.alpha:.4f}, edge {mine.edge:.3f}, {words}")
        own.append(mine)
        beside.append(mine.composite - theirs.composite)
        got = f"alpha {mine.alpha:.4f}, edge {mine.edge:.3f}, {words} at alpha {theirs.alpha:.4f}"
        cases.append(Case(take.name, None, "≥ 37 dB", got, -mine.composite))
    mean = float(np.mean([score.alpha for score in own]))
    how = f"{len(TAKES)} films of {len(truth)} frames, no setting given"
    return [
        Measured("green screen: alpha error, worst film", max(s.alpha for s in own), "", how,
                 cases=tuple(cases), shown=len(cases)),
        Measured("green screen: alpha error, mean", mean, "", how),
        Measured("green screen: alpha error at edges, worst film", max(s.edge for s in own), "",
                 "true alpha .02 to .98"),
        Measured("green screen: composite, worst film", min(s.composite for s in own), "dB", how),
        Measured("green screen: composite beside ffmpeg's chromakey, least", min(beside), "dB",
                 "its best of three settings, told the true colour"),
    ]  # fmt: skip


def _background(path: Path) -> NDArray[np.uint8]:
    with av.open(str(path)) as container:
        picture = next(container.decode(video=0)).to_ndarray(format="bgr24")
    return np.asarray(cv2.resize(picture, (WIDTH, HEIGHT)), np.uint8)


def _keyed(maker: Maker, path: Path) -> list[NDArray[np.uint8]]:
    params = pb.KeyGreenScreenParams(renditions=[pb.Rendition(preset="archive")])
    (made,) = maker.make(pb.ProductionTask(key_green_screen=params), {"main": path})
    assert isinstance(made.data, Path)
    return _frames(made.data)


def _chromakeyed(
    program: str, path: Path, take: Take, setting: tuple[float, float], folder: Path
) -> list[NDArray[np.uint8]]:
    blue, green, red = (round(part) for part in take.colour)
    made = folder / "chromakey.mkv"
    steps = f"chromakey=0x{red:02x}{green:02x}{blue:02x}:{setting[0]}:{setting[1]},format=bgra"
    subprocess.run(
        [program, "-v", "error", "-y", "-i", str(path), "-vf", steps, "-c:v", "ffv1", str(made)],
        check=True, timeout=600,
    )  # fmt: skip
    return _frames(made)


def _frames(path: Path) -> list[NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        return [
            np.asarray(frame.to_ndarray(format="bgra"), np.uint8)
            for number, frame in enumerate(container.decode(video=0))
            if number % _EVERY == 0
        ]


def _score(
    made: Sequence[NDArray[np.uint8]], truth: Sequence[Frame], background: NDArray[np.uint8]
) -> Score:
    alphas, edges, composites = [], [], []
    for shown, true in zip(made, truth[::_EVERY], strict=True):
        alpha = shown[..., 3:].astype(np.float32) / 255
        off = np.abs(alpha[..., 0] - true.alpha)
        alphas.append(float(off.mean()))
        edges.append(float(off[(true.alpha > 0.02) & (true.alpha < 0.98)].mean()))
        laid = shown[..., :3] * alpha + (1 - alpha) * background
        error = float(np.mean((laid - true.before(background)) ** 2))
        composites.append(10 * np.log10(255**2 / error))
    return Score(*(float(np.mean(one)) for one in (alphas, edges, composites)))
