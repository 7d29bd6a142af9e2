"""The bench of exactness: its own clock is another than the suite's, and its figures can fail."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from bench.constructed.exact_clips import Truth, smpte_labels
from bench.constructed.exact_plans import PlainFilm, plans, read_gray, read_level
from bench.edge import Kept, Seen
from bench.measures.exactness import edge_figures
from videre.cli.evaluation.figures import Measured
from videre.common.values import timecode
from videre.orchestrator.media.index import Mapping, MediaIndex, MediaKind, VideoTrack

RATES = [
    *(Fraction(n, 1001) for n in (24_000, 30_000, 60_000)),
    *map(Fraction, (8, 24, 25, 30, 50, 60, 240)),
]


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_two_ways_to_count_timecodes_agree(rate: Fraction) -> None:
    seconds = 660 if rate.denominator > 1 else 70  # every ten minutes no frame is dropped
    counted = list(islice(smpte_labels(rate), int(rate * seconds)))
    assert counted == [timecode(frame, rate) for frame in range(len(counted))]


@pytest.mark.parametrize("name", ["CFR 25", "2×2 pixels", "turned by 90°"])
def test_pictures_show_their_numbers(name: str) -> None:
    clip = plans()[name].clip
    read = read_level if isinstance(clip, PlainFilm) else read_gray
    assert [read(clip.picture(frame)) for frame in range(clip.frames)] == list(range(clip.frames))


def _truth() -> Truth:
    return Truth(
        "clip", Path("clip.mp4"), numbers=(0, 1, 2),
        starts=tuple(Fraction(n, 25) for n in range(3)), end=Fraction(3, 25),
        labels=tuple(islice(smpte_labels(Fraction(25)), 4)), size=(320, 180),
        rate=Fraction(25), pixel_format="yuv420p", beeps=(0.05,), channels=1, tracks=1,
    )  # fmt: skip


def _seen(step: int = 1, **more: object) -> Seen:
    pts = np.arange(0, 3 * step, step, dtype=np.int64)
    track = VideoTrack(
        stream_index=0, codec="h264", width=320, height=180, coded_width=320, coded_height=180,
        rotation=0, pixel_aspect=Fraction(1), average_rate=Fraction(25), variable_rate=False,
        pixel_format="yuv420p", color_transfer="", container_timecode="", bit_rate=0,
        time_base=Fraction(1, 25), pts=pts, end_pts=3 * step, keys=np.ones(3, np.bool_),
        mapping=Mapping.PTS, tokens=pts,
    )  # fmt: skip
    starts = [(frame, frame * step * 40_000_000) for frame in range(3)]
    seen = Seen(
        index=MediaIndex(MediaKind.VIDEO, "mov", 1, "", track, audio_stream_count=1),
        passed=[(n, n) for n in range(3)],
        sought=[(n, n) for n in range(1, 3)],
        signals=starts,
        kept=[Kept(1, starts[1][1], 1, (320, 180))],
        labels=["00:00:00:00", "00:00:00:01", "00:00:00:02", "00:00:00:03"],
        beeps=[0.05],
    )
    return replace(seen, **more)  # type: ignore[arg-type]


def _value(figures: list[Measured], name: str) -> float | None:
    return next(figure.value for figure in figures if figure.name == name)


def test_what_is_right_counts_nothing() -> None:
    figures = edge_figures([(_truth(), _seen())])
    wrong = {f.name: f.value for f in figures if f.name.endswith("wrong")}
    assert set(wrong.values()) == {0}
    assert _value(figures, "sound: lossless beep error") == 0


@pytest.mark.parametrize(
    ("seen", "figure"),
    [
        (_seen(passed=[(0, 0), (1, 2), (2, 2)]), "frames: wrong"),
        (_seen(sought=[(2, 2)]), "frames: wrong"),
        (_seen(kept=[Kept(1, 40_000_000, 2, (320, 180))]), "frames: wrong"),
        (_seen(step=2), "offsets: wrong"),
        (_seen(signals=[(0, 0), (1, 1), (2, 80_000_000)]), "offsets: wrong"),
        (_seen(labels=["00:00:00:00"] * 4), "timecodes: wrong"),
        (_seen(index=MediaIndex(MediaKind.AUDIO, "mov", 1, audio_stream_count=2)), "facts: wrong"),
        (_seen(beeps=[]), "sound: lossless beep error"),
        (_seen(beeps=[0.06]), "sound: lossless beep error"),
    ],
)
def test_what_is_wrong_is_counted(seen: Seen, figure: str) -> None:
    value = _value(edge_figures([(_truth(), seen)]), figure)
    assert value is not None
    assert value > 0
