"""The sound of an input as raw samples in a file, decoded by a child process that may die."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from videre.common.errors import Reason, VidereError
from videre.production.functions.base import Input, Work
from videre.production.media_index import Sound
from videre.production.rendering.process import run_child

_MODULE: Final = "videre.production.rendering.samples_child"
Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SamplesJob:
    """What is decoded.

    Args:
        path: the file.
        index: the file with its stored media index.
        out: where samples are written: float32 in the machine's order, channels side by side.
        rate: samples a second.
        channels: number.
        start: of what is decoded, seconds from the origin.
        end: of it.
    """

    path: str
    index: str
    out: str
    rate: int
    channels: int
    start: Fraction
    end: Fraction


JOB: Final = TypeAdapter(SamplesJob)


def read_samples(
    work: Work,
    given: Input,
    *,
    rate: int,
    channels: int,
    span: tuple[Fraction, Fraction],
    share: Callable[[float], None],
) -> Samples:
    """Return the sound of an input, float32 [samples, channels], mapped from a file of the task.

    Args:
        work: the task.
        given: the input.
        rate: samples a second.
        channels: number.
        span: what of it, seconds from the origin; gaps are silent.
        share: called with the share that is done.

    Raises:
        VidereError: NO_TRACK, DECODE_FAILED, DECODE_LIMIT.
    """
    require_sound(given)
    index = work.folder / f".{given.name}.samples-index"
    index.write_bytes(given.index)
    out = samples_file(work, given, rate, channels)
    job = SamplesJob(str(given.path), str(index), str(out), rate, channels, *span)
    done = run_child(_MODULE, JOB.dump_json(job), check=work.check, share=share)
    work.spent(float(done["cpu_seconds"]), 0)
    if not out.stat().st_size:
        return np.zeros((0, channels), np.float32)
    return np.memmap(out, np.float32, "r").reshape(-1, channels)


def samples_file(work: Work, given: Input, rate: int, channels: int) -> Path:
    """Return the file of an input's samples."""
    return work.folder / f".{given.name}-{rate}-{channels}.f32"


def require_sound(given: Input) -> Sound:
    """Return the sound of an input.

    Raises:
        VidereError: NO_TRACK, it has none.
    """
    if given.media.sound is None:
        raise VidereError(
            Reason.NO_TRACK,
            f"input {given.name!r} has no sound",
            metadata={"input": given.name, "track": "sound"},
        )
    return given.media.sound
