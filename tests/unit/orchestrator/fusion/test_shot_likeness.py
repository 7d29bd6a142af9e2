"""What shots look like, where there is little to compare."""

from __future__ import annotations

import numpy as np

from videre.orchestrator.fusion.inputs import PictureSignals
from videre.orchestrator.fusion.shot_likeness import looks


def test_a_measured_film_whose_shots_nobody_looked_for_has_no_looks() -> None:
    frames = 3
    signals = PictureSignals(
        change=np.zeros(frames, np.float32),
        chroma_deviation=np.zeros(frames, np.float32),
        cells=np.zeros((frames, 9, 16), np.uint8),
    )
    known = looks((), (), signals)
    assert (len(known.patterns), len(known.colors), len(known.things)) == (0, 0, 0)
