"""Faults of picture and sound from measures that are made up to the frame."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType

import numpy as np
import pytest
from filmed import clock, shots
from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import NS, SCORE_ONE, TimeSpan
from videre.orchestrator.document import (
    Condition,
    FrameCondition,
    MediaFacts,
    MediaKind,
    QualityFinding,
    QualityKind,
)
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.inputs import FusionInput, PictureSignals
from videre.orchestrator.fusion.quality import PICTURE, SOUND, quality
from videre.orchestrator.fusion.quality_measures import QualityMeasures, SoundMeasures
from videre.orchestrator.fusion.quality_spans import Ramp, mean_severity, runs
from videre.orchestrator.media.quality_records import PICTURE_TYPE, SOUND_TYPE
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.orchestrator.timeline import Timeline

FRAMES = 500
HOPS = 200
Told = list[tuple[QualityKind, int | None, int | None]]


def pictures(**columns: object):  # type: ignore[no-untyped-def]
    """Return measures of a clean film, every 12th frame in full; columns are set over frames."""
    records = np.zeros(FRAMES, PICTURE_TYPE)
    records["measured"][::12] = 1
    clean = {"edge_width": 1.8, "noise": 1, "luma_1": 10, "luma_10": 30, "luma_50": 110,
             "luma_90": 190, "luma_99": 230}  # fmt: skip
    for name, value in clean.items():
        records[name] = value
    for name, (start, end, value) in columns.items():  # type: ignore[misc]
        records[name][start:end] = value
    return records


def sounds(channels: int = 2, level: float = 0.01):  # type: ignore[no-untyped-def]
    records = np.zeros((HOPS, channels), SOUND_TYPE)
    records["power"], records["peak"], records["beside"] = level, 0.5, 0.4 * level
    return records


def told(picture=None, sound=None, conditions=(), cuts=(), luma=None, cells=None):  # type: ignore[no-untyped-def]
    timeline = clock(FRAMES)
    luma = np.full(FRAMES, 100.0) if luma is None else luma
    if cells is None:
        cells = np.repeat(np.asarray(luma).clip(0, 255), 144).reshape(-1, 9, 16).astype(np.uint8)
    still = np.zeros(FRAMES, np.float32)
    media = MediaFacts(MediaKind.VIDEO, "mov", timeline.duration_ns, 1, "a" * 64)
    measured = None if sound is None else SoundMeasures(sound, 0, HOPS * NS // 10)
    taxonomy = Taxonomy("0", MappingProxyType({}), MappingProxyType({}))
    given = FusionInput(
        timeline, media, (), (), taxonomy, luma=luma, signals=PictureSignals(still, still, cells),
        quality=QualityMeasures(picture, measured),
    )  # fmt: skip
    records = [
        Evidence("quality", "q@1", timeline.frame_span(0, FRAMES), PICTURE, id="p/0"),
        Evidence("quality", "q@1", TimeSpan(0, 20 * NS), SOUND, id="s/0"),
    ]
    return quality(given, conditions, shots(timeline, cuts), records, ())


def places(found: tuple[QualityFinding, ...]) -> Told:
    return [(item.kind, item.span.start_frame, item.span.end_frame) for item in found]


def test_a_clean_film_has_no_faults() -> None:
    assert told(pictures(), sounds()) == ()


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        (QualityKind.BLUR, {"edge_width": (120, 240, 6.0)}),
        (QualityKind.BLOCKINESS, {"block_step": (120, 240, 1.5)}),
        (QualityKind.NOISE, {"noise": (120, 240, 9.0)}),
        (QualityKind.INTERLACE, {"comb": (120, 240, 0.05)}),
        (QualityKind.UNDER_EXPOSURE, {"luma_99": (120, 240, 60), "luma_50": (120, 240, 20)}),
        (QualityKind.OVER_EXPOSURE, {"clipped": (120, 240, 0.4), "luma_10": (120, 240, 150)}),
        (QualityKind.BLACK_BARS, {"top": (120, 240, 0.12), "bottom": (120, 240, 0.125)}),
    ],
)
def test_a_fault_is_told_with_its_frames_and_its_measures(kind, columns) -> None:  # type: ignore[no-untyped-def]
    (fault,) = told(pictures(**columns))
    assert (fault.kind, fault.span.start_frame, fault.span.end_frame) == (kind, 120, 240)
    assert 0 < fault.severity <= SCORE_ONE
    assert [ref.id for ref in fault.evidence] == ["p/0"]
    assert (fault.picture_box is not None) == (kind is QualityKind.BLACK_BARS)


def test_a_fault_begins_and_ends_at_the_cuts_nearby() -> None:
    columns = {"edge_width": (120, 240, 6.0)}
    assert places(told(pictures(**columns), cuts=(115, 233)))[0][1:] == (115, 233)
    assert places(told(pictures(**columns), cuts=(100, 300)))[0][1:] == (120, 240)


def test_short_faults_and_what_is_no_picture_are_left_out() -> None:
    assert told(pictures(noise=(120, 132, 9.0))) == ()
    black = FrameCondition(Condition.BLACK, clock(FRAMES).frame_span(100, 300), SCORE_ONE)
    assert told(pictures(noise=(120, 240, 9.0)), conditions=[black]) == ()


def test_a_frozen_picture_is_a_fault_and_a_still_one_is_none() -> None:
    span = clock(FRAMES).frame_span(100, 200)
    cues = [FrameCondition(kind, span, 9_000) for kind in (Condition.FROZEN, Condition.STILL)]
    (fault,) = told(pictures(), conditions=cues)
    assert (fault.kind, fault.span, fault.value) == (QualityKind.FREEZE, span, 4_000)


def test_bars_go_on_over_dark_scenes_and_stop_where_the_picture_fills_them() -> None:
    records = pictures(top=(0, FRAMES, 0.12), bottom=(0, FRAMES, 0.12))
    records["top"][240:264] = 0.3  # a night sky above
    records["bottom"][240:264] = 0.3
    records["top"][400:], records["bottom"][400:] = 0.0, 0.0
    ((kind, start, end),) = places(told(records))
    assert (kind, start) == (QualityKind.BLACK_BARS, 0)
    assert end is not None
    assert abs(end - 400) <= 12


def test_one_dark_side_is_no_bar() -> None:
    assert told(pictures(top=(0, FRAMES, 0.2))) == ()


def test_a_trembling_picture_shakes_and_a_panning_one_does_not() -> None:
    at = np.arange(100, 300)
    shaking, panning = pictures(), pictures()
    shaking["shift_x"][100:300] = 0.02 * np.sin(2 * np.pi * 4 * at / 25)
    panning["shift_x"][100:300] = 0.02
    ((kind, start, end),) = places(told(shaking))
    assert kind is QualityKind.SHAKE
    assert abs((start or 0) - 100) <= 13
    assert abs((end or 0) - 300) <= 13
    assert told(panning) == ()


def test_light_that_beats_flickers_and_light_that_is_switched_does_not() -> None:
    luma = np.full(FRAMES, 100.0)
    luma[100:300:2] += 12
    assert [item.kind for item in told(pictures(), luma=luma)] == [QualityKind.FLICKER]
    switched = np.repeat([100.0, 140.0, 90.0, 130.0, 100.0], FRAMES // 5)
    assert told(pictures(), luma=switched) == ()


def test_more_than_three_flashes_a_second_are_told() -> None:
    fast, slow = np.full(FRAMES, 60.0), np.full(FRAMES, 60.0)
    for start in range(100, 300, 4):
        fast[start : start + 2] = 220
    for start in range(100, 300, 13):
        slow[start : start + 6] = 220
    assert QualityKind.FLASHING in {item.kind for item in told(pictures(), luma=fast)}
    assert QualityKind.FLASHING not in {item.kind for item in told(pictures(), luma=slow)}


def changed(**columns: tuple[int, int, object]):  # type: ignore[no-untyped-def]
    records = sounds()
    for name, (start, end, values) in columns.items():
        records[name][start:end] = values
    return records


@pytest.mark.parametrize(
    ("kind", "columns", "channels"),
    [
        (QualityKind.SILENCE, {"power": (50, 110, 0)}, ()),
        (QualityKind.CLIPPING,
         {"clipped": (50, 110, [0.02, 0]), "peak": (80, 81, [1.0, 0.5])}, (0,)),
        (QualityKind.DC_OFFSET, {"mean": (50, 110, -0.05)}, ()),
        (QualityKind.HUM, {"hum": (50, 110, [[0, 0], [0.01, 0.02], [0, 0], [0, 0]])}, ()),
        (QualityKind.OUT_OF_PHASE, {"beside": (50, 110, -0.009)}, ()),
        (QualityKind.DUAL_MONO, {"beside": (50, 110, 0.01)}, ()),
        (QualityKind.CHANNEL_IMBALANCE,
         {"power": (50, 110, [0.01, 0.0005]), "beside": (50, 110, 0.001)}, (1,)),
        (QualityKind.CHANNEL_MISSING,
         {"power": (50, 110, [0, 0.01]), "beside": (50, 110, 0)}, (0,)),
    ],
)  # fmt: skip
def test_faults_of_sound_are_told_with_times_and_channels(kind, columns, channels) -> None:  # type: ignore[no-untyped-def]
    found = told(sound=changed(**columns))
    assert [(item.kind, item.channels) for item in found] == [(kind, channels)]
    (fault,) = found
    assert fault.span.start_ns == pytest.approx(5 * NS, abs=NS)
    assert fault.span.end_ns == pytest.approx(11 * NS, abs=NS)
    assert fault.span.start_frame is not None
    assert [ref.id for ref in fault.evidence] == ["s/0"]


def test_a_bass_beside_the_mains_frequency_is_no_hum() -> None:
    turns = np.exp(2j * np.pi * 1.3 * np.arange(HOPS) / 10)  # 1.3 Hz away
    bass = np.stack([turns.real, turns.imag], axis=-1)[:, None, None, :]
    assert told(sound=changed(hum=(0, HOPS, 0.1 * bass))) == ()


def test_what_is_only_loud_is_not_clipped() -> None:
    assert told(sound=changed(clipped=(50, 110, 0.02), peak=(50, 110, 0.98))) == ()


def test_a_mono_track_has_no_pair() -> None:
    assert told(sound=sounds(1)) == ()


def test_a_still_picture_is_judged_though_it_does_not_last() -> None:
    timeline = Timeline(NS, [0], NS, Fraction(25))
    records = pictures(noise=(0, 1, 12.0))[:1]
    given = FusionInput(
        timeline, MediaFacts(MediaKind.IMAGE, "png", 0, 1, "a" * 64), (), (),
        Taxonomy("0", MappingProxyType({}), MappingProxyType({})), luma=np.full(1, 100.0),
        signals=PictureSignals(np.zeros(1), np.zeros(1), np.zeros((1, 9, 16), np.uint8)),
        quality=QualityMeasures(records, None),
    )  # fmt: skip
    assert [item.kind for item in quality(given, (), shots(timeline), (), ())] == [
        QualityKind.NOISE
    ]


def test_what_nobody_measured_has_no_faults() -> None:
    assert told() == ()
    assert told(pictures(noise=(0, FRAMES, 12.0))[:-1]) == ()


@given(st.lists(st.floats(0, 1), max_size=60))
def test_runs_are_apart_in_order_and_strong_somewhere(severity: list[float]) -> None:
    values = np.array(severity)
    end_before = 0
    for start, end in runs(values):
        assert end_before <= start < end <= len(values)
        assert values[start:end].max() >= 0.3
        assert 0 <= mean_severity(values[start:end]) <= SCORE_ONE
        end_before = end


@given(st.floats(-100, 100), st.floats(-100, 100))
def test_a_ramp_rises(one: float, other: float) -> None:
    ramp = Ramp(-5, 20)
    low, high = sorted((one, other))
    assert 0 <= float(ramp(low)) <= float(ramp(high)) <= 1
