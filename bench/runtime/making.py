"""Writing, people and voices: engines that read, cut out and part, and what changes of it."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.runtime.base import Right
from bench.runtime.materials import Materials
from bench.stems import sdr
from videre.cli.evaluation.measures.texts import distance, letters
from videre.common.models import ModelStore
from videre.ocr.engines.rapid import RapidTextEngine
from videre.ocr.reader import Frame, UnitReader
from videre.production.painting.jobs import Behind, MatteJob
from videre.production.painting.portrait import Portrait
from videre.production.stems.child import Mask
from videre.production.stems.parting import voice_of

SPLEETER: Final = ("spleeter_voice", "spleeter_accompaniment")


def read(models: ModelStore, given: Materials) -> list[list[str]]:
    engine = RapidTextEngine()
    engine.load(models)
    pages = []
    for shown in given.writing:
        reader = UnitReader(engine, None, lambda: None)
        pages.append([line.text for line in reader.read(Frame(0, 0, shown.jpeg)).lines])
    return pages


def wrong_letters(given: Materials, pages: list[list[str]]) -> Right:
    """Return the share of letters and digits of the truth that the nearest line does not have."""
    wrong = size = 0
    for shown, page in zip(given.writing, pages, strict=True):
        for line in shown.lines:
            wanted = letters(line)
            errors = [distance(wanted, letters(text), inside=True) for text in page]
            wrong, size = wrong + min([len(wanted), *errors]), size + len(wanted)
    return Right("CER", wrong / max(1, size), more=False)


def pages_changed(before: list[list[str]], after: list[list[str]]) -> float:
    """Return the share of letters and digits that are read otherwise, page by page."""
    olds, news = ([letters("".join(page)) for page in pages] for pages in (before, after))
    wrong = sum(distance(old, new) for old, new in zip(olds, news, strict=True))
    return wrong / max(1, sum(map(len, olds)))


def mattes(models: ModelStore, given: Materials) -> list[NDArray[np.bool_]]:
    job = MatteJob(str(models.path("selfie_segmentation")), "", Behind())
    return [
        Portrait(job).paint(shown.bgr, None)[..., 3] > 127
        for shown in given.frames
        if "person" in (shown.truth.objects or ())
    ]


def mattes_changed(before: list[NDArray[np.bool_]], after: list[NDArray[np.bool_]]) -> float:
    """Return what lacks of intersection over union 1, the mean of the pictures."""
    ious = [
        (old & new).sum() / max(1, (old | new).sum())
        for old, new in zip(before, after, strict=True)
    ]
    return 1 - float(np.mean(ious)) if ious else 0.0


def voices(models: ModelStore, given: Materials) -> list[NDArray[np.float32]]:
    mask = Mask(models.path(SPLEETER[0]), models.path(SPLEETER[1]))
    return [
        np.concatenate([piece for _, piece in voice_of(mix.sound.T, mask)]).T for mix in given.mixes
    ]


def voices_right(given: Materials, voices: list[NDArray[np.float32]]) -> Right:
    found = [sdr(mix.voice, voice) for mix, voice in zip(given.mixes, voices, strict=True)]
    return Right("SDR of the voice, dB", float(np.mean(found)))


def voices_changed(before: list[NDArray[np.float32]], after: list[NDArray[np.float32]]) -> float:
    """Return the power of what differs, as a share of the voice's."""
    differs = sum(float(((old - new) ** 2).sum()) for old, new in zip(before, after, strict=True))
    return differs / sum(float((old**2).sum()) for old in before)
