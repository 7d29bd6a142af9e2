"""Portrait matting against true alphas: people of a real film before other films."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Final

import av
import numpy as np

from bench.constructed.people_before import BACKGROUNDS, write_people
from bench.constructed.screens import Floats
from bench.harness import Outcome
from bench.options import Options
from bench.producing import Maker, workshop
from videre.cli.evaluation.figures import Case, Measured
from videre.v1 import production_pb2 as pb

_FRAMES: Final = 40
_QUICK_FRAMES: Final = 6


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Cut people out and compare with their true outlines."""
    with workshop() as (maker, folder):
        return portraits(maker, options.media_folder(), folder, quick=options.quick, tell=tell), []


def portraits(
    maker: Maker, media: Path, folder: Path, *, quick: bool, tell: Callable[[str], None]
) -> list[Measured]:
    """Cut people out before each background and compare with the truth."""
    found: dict[str, tuple[float, float, float]] = {}
    for name in BACKGROUNDS if maker.can("matte_portrait") else ():
        truth: list[Floats] = []
        path = folder / "people.mp4"
        write_people(media, name, path, _QUICK_FRAMES if quick else _FRAMES, truth.append)
        params = pb.MattePortraitParams(renditions=[pb.Rendition(preset="archive")])
        (made,) = maker.make(pb.ProductionTask(matte_portrait=params), {"main": path})
        assert isinstance(made.data, Path)
        found[name] = _score(made.data, truth)
        tell(f"people before {name}: IoU {found[name][0]:.3f}, alpha {found[name][1]:.4f}")
    cases = tuple(
        Case(name, None, "IoU ≥ .95", f"IoU {iou:.3f}, alpha error {off:.4f}", 1 - iou)
        for name, (iou, off, _) in found.items()
    )
    how = f"{len(found)} backgrounds; GrabCut's outline of a real person is the truth"
    ious = [score[0] for score in found.values()]
    return [
        Measured("portrait: IoU, median", float(np.median(ious)) if ious else None, "", how,
                 cases=cases, shown=len(cases)),
        Measured("portrait: IoU, worst", min(ious, default=None), "", how),
        Measured("portrait: jitter", max((s[2] for s in found.values()), default=None), "",
                 "mean change of alpha from frame to frame beside that of the truth; worst"),
    ]  # fmt: skip


def _score(path: Path, truth: list[Floats]) -> tuple[float, float, float]:
    """Return intersection over union at one half, mean error of alpha, and jitter."""
    with av.open(str(path)) as container:
        alphas = [
            frame.to_ndarray(format="bgra")[..., 3].astype(np.float32) / 255
            for frame in container.decode(video=0)
        ]
    ious = []
    for alpha, true in zip(alphas, truth, strict=True):
        own, theirs = alpha > 0.5, true > 0.5
        ious.append(float((own & theirs).sum() / max(1, (own | theirs).sum())))
    off = [alpha - true for alpha, true in zip(alphas, truth, strict=True)]
    errors = [float(np.abs(one).mean()) for one in off]
    jitters = [float(np.abs(after - before).mean()) for before, after in pairwise(off)]
    return float(np.mean(ious)), float(np.mean(errors)), float(np.mean(jitters))
