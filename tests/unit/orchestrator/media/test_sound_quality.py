"""Measures of sound: what stands in a tenth of a second, however the decoder cuts it."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.media.quality_records import HUM_HZ
from videre.orchestrator.media.sound_quality import SoundQuality

RATE = 8_000


def frame(samples: npt.NDArray[np.float32], form: str = "fltp", rate: int = RATE) -> av.AudioFrame:
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[len(samples)]
    made = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), "fltp", layout)
    made.sample_rate = rate
    if form == "fltp":
        return made
    (made,) = av.AudioResampler(form, layout, rate).resample(made)
    return made


def measured(*pieces: npt.NDArray[np.float32], form: str = "fltp", rate: int = RATE):  # type: ignore[no-untyped-def]
    quality = SoundQuality()
    for piece in pieces:
        quality.add(frame(piece, form, rate))
    return quality.result()


def tone(
    seconds: float, level: float = 0.5, rate: int = RATE, hertz: float = 440
) -> npt.NDArray[np.float32]:
    times = np.arange(round(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * hertz * times)).astype(np.float32)[None]


@given(cuts=st.lists(st.integers(1, 3_999), max_size=6, unique=True))
def test_cuts_of_the_decoder_change_nothing_that_is_summed(cuts: list[int]) -> None:
    sound = np.vstack([tone(0.5), 0.3 * tone(0.5)])
    whole = measured(sound)
    parts = measured(*np.split(sound, sorted(cuts), axis=1))
    for name in ("mean", "power", "peak", "beside", "hum"):
        assert parts[name] == pytest.approx(whole[name], abs=1e-5 if name == "hum" else 1e-6)


@pytest.mark.parametrize("form", ["fltp", "flt", "s16", "s16p", "s32", "u8", "dbl"])
def test_sample_formats_are_the_same_sound(form: str) -> None:
    sound = np.vstack([tone(0.3), -tone(0.3)])
    records = measured(sound, form=form)
    assert records.shape == (3, 2)
    assert records["power"] == pytest.approx(0.125, rel=0.03)
    assert records["beside"] == pytest.approx(-0.125, rel=0.03)
    assert records["peak"] == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("rate", [8_000, 11_025, 44_100, 96_000])
def test_a_record_is_a_tenth_of_a_second_at_any_rate(rate: int) -> None:
    silent, loud = np.zeros((1, rate), np.float32), tone(1.0, rate=rate)
    records = measured(np.hstack([silent, loud, silent]), rate=rate)
    heard = np.flatnonzero(records["power"][:, 0] > 1e-4)
    assert len(records) == 30
    assert (heard[0], heard[-1]) == (10, 19)


def test_a_gap_is_silence() -> None:
    quality = SoundQuality()
    quality.add(frame(tone(0.2)))
    quality.break_at(Fraction(1))
    quality.add(frame(tone(0.2)))
    heard = quality.result()["power"][:, 0] > 0
    assert heard.tolist() == [True] * 2 + [False] * 8 + [True] * 2


def test_the_share_of_samples_at_full_scale_is_counted() -> None:
    clean, cut = tone(0.2, 0.9), np.clip(tone(0.2, 2.0), -1, 1)
    share = [float(measured(sound)["clipped"].mean()) for sound in (clean, cut)]
    assert share[0] == 0.0
    assert share[1] == pytest.approx(2 / 3, abs=0.05)  # a sine above half its height


def test_the_mean_tells_an_offset_and_broken_samples_tell_nothing() -> None:
    sound = tone(0.4) + np.float32(0.1)
    sound[0, 100] = np.nan
    records = measured(sound)
    assert records["mean"] == pytest.approx(0.1, abs=2e-3)
    assert np.isfinite(records["power"]).all()


@pytest.mark.parametrize("rate", [8_000, 11_025, 44_100, 96_000])
@pytest.mark.parametrize("place", range(len(HUM_HZ)))
def test_the_mains_keep_their_phase_at_any_rate(rate: int, place: int) -> None:
    hum = measured(tone(1.0, 0.1, rate, HUM_HZ[place]) + tone(1.0, rate=rate), rate=rate)["hum"]
    amplitudes = hum[:, 0, :, 0] + 1j * hum[:, 0, :, 1]
    assert amplitudes[:, place] == pytest.approx(-0.1j, abs=4e-3)
    assert np.abs(np.delete(amplitudes, place, axis=1)) == pytest.approx(0, abs=4e-3)


def test_no_sound_is_no_record() -> None:
    assert SoundQuality().result().shape == (0, 1)


def test_other_channels_have_no_pair() -> None:
    records = measured(np.vstack([tone(0.2)] * 6))
    assert (records["beside"][:, :2] > 0).all()
    assert (records["beside"][:, 2:] == 0).all()
