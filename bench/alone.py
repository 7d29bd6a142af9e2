"""The bundled recogniser by itself, given whole files: what the suite must not fall below."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np

from bench.constructed.media import sound
from videre.cli.evaluation.measures.speech import spoken_words
from videre.cli.evaluation.truth import Truth

_WORKERS: Final = 2
#: The recogniser needs a quarter of a recording's length; this bounds all of them together.
_TIMEOUT_S: Final = 1_800.0


def words_alone(truths: Sequence[Truth]) -> dict[str, Sequence[str]]:
    """Return the words of every English recording with a transcript, by name.

    Raises:
        TimeoutError: it took longer than half an hour.
    """
    known = [truth for truth in truths if truth.language == "en" and truth.transcript]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(_WORKERS, mp_context=context) as workers:
        paths = [truth.path for truth in known]
        heard = list(workers.map(_recognise, paths, timeout=_TIMEOUT_S))
    return {truth.name: words for truth, words in zip(known, heard, strict=True)}


def _recognise(path: Path) -> list[str]:
    from pocketsphinx import Decoder

    decoder = Decoder(loglevel="FATAL")
    pcm = (np.clip(sound(path), -1, 1) * 32_767).astype("<i2").tobytes()
    decoder.start_utt()
    decoder.process_raw(pcm, no_search=False, full_utt=True)
    decoder.end_utt()
    hypothesis = decoder.hyp()
    return spoken_words(hypothesis.hypstr) if hypothesis else []
