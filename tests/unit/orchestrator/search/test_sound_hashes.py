"""What sounds the same."""

from __future__ import annotations

import numpy as np
from sounding import RATE, Pcm, melody

from videre.common.values import NS
from videre.orchestrator.search.looks import Looks, Same, packed_hashes, same_pictures, same_sound
from videre.orchestrator.search.sound_hashes import (
    EVERY_MS,
    LENGTH,
    STEP,
    WINDOW_MS,
    sound_hashes,
)

SONG = melody(1, 24)


def heard(pcm: Pcm) -> Looks:
    return kept(sound_hashes(pcm).tolist())


def kept(hashes: list[int]) -> Looks:
    every = EVERY_MS * NS // 1_000
    times, values = packed_hashes([(number * every, one) for number, one in enumerate(hashes)])
    return Looks(sound_times=times, sound_hashes=values)


def told(same: Same | None) -> Same:
    assert same is not None
    return same


def test_a_hash_stands_for_a_whole_stretch_and_comes_four_times_a_second() -> None:
    assert sound_hashes(SONG[: LENGTH - 1]).tolist() == []
    assert len(sound_hashes(SONG[:LENGTH])) == 1
    assert len(sound_hashes(SONG[: LENGTH + STEP])) == 2
    assert (sound_hashes(SONG)[4:8] == sound_hashes(SONG[4 * STEP : 8 * STEP + LENGTH])[:4]).all()


def test_what_is_silent_or_steady_tells_nothing() -> None:
    hum = np.asarray(8_000 * np.sin(2 * np.pi * 300 * np.arange(4 * RATE) / RATE), np.int16)
    for plain in (np.zeros(4 * RATE, np.int16), hum):
        assert not sound_hashes(plain).any()
        assert heard(plain) == Looks()


def test_a_part_is_found_at_its_time_however_it_was_changed() -> None:
    # Between two hashes of the whole, as far from both as can be: 5.125 s.
    part = SONG[round(5.125 * RATE) : round(17 * RATE)].astype(np.float64)
    noise = np.random.default_rng(2).normal(0, 60, len(part))
    duller = np.convolve(part, [0.25, 0.5, 0.25], "same")
    for changed in (part, part * 0.3, part + noise, duller):
        copy = heard(np.asarray(changed, np.int16))
        same = told(same_sound(heard(SONG), copy))
        assert same.share > 8_000
        (start, end), (its_start, its_end) = same.first, same.second
        assert abs(start - its_start - 5_125) <= EVERY_MS
        assert abs(end - start - its_end + its_start) <= EVERY_MS
        assert 10_000 - WINDOW_MS // 2 <= end - start <= 12_000


def test_other_sound_is_not_the_same_and_short_sound_tells_nothing() -> None:
    for other in (melody(2, 24), SONG[::-1], np.zeros(RATE, np.int16)):
        assert same_sound(heard(SONG), heard(other)) is None
        assert same_sound(heard(other), heard(SONG)) is None
    assert same_sound(heard(SONG), heard(SONG[: LENGTH + 10 * STEP])) is None
    assert same_pictures(heard(SONG), heard(SONG)) is None


def test_sound_is_found_in_a_longer_one_that_says_something_else() -> None:
    other = melody(3, 20)
    mixed = np.concatenate([other, SONG[: 10 * RATE], other])
    same = told(same_sound(heard(SONG), heard(mixed)))
    assert abs(same.second[0] - same.first[0] - 20_000) <= EVERY_MS
    assert same.first[1] - same.first[0] >= 8_000


def test_a_few_hashes_of_a_long_sound_are_not_a_short_one() -> None:
    values = np.random.default_rng(4).integers(1, 2**62, 4_000).tolist()
    other = np.random.default_rng(5).integers(1, 2**62, 14).tolist()
    film, part = kept(values), kept(values[1_000:1_014])
    assert told(same_sound(film, part)) == Same(14, 10_000, (250_000, 257_250), (0, 7_250))
    assert told(same_sound(part, film)).share == 10_000
    looked_for = np.linspace(0, 3_999, 600).astype(int)[300:302]  # as of two long ones
    for place in looked_for:
        other[place - looked_for[0]] = values[place]
    for one, two in ((film, kept(other)), (kept(other), film)):
        assert same_sound(one, two) is None
