"""Made songs and planted sounds are what their truth says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.constructed.media import SOUND_RATE, sound, write_sound
from bench.constructed.planted import DROWNED, SCENES, planted_events
from bench.constructed.songs import SHORT_SONGS, SONGS, STYLES, render_style
from bench.measures.sounds import top_sounds
from videre.cli.evaluation.observed import Observed, Sound
from videre.cli.evaluation.truth import Event, Span, Truth

NOTHING = Observed(
    seconds=10.0, rate=25.0, shots=(), lines=(), utterances=(), speech=(), sounds=(), objects=(),
    faces=(), labels=(), beats=(), bpm=None, suggestion="pass", findings=(), nsfw_frames=0,
    nsfw_scores=(), checked=frozenset(),
)  # fmt: skip


def truth(**known: Any) -> Truth:
    return Truth(**{"name": "clip.wav", "path": Path("clip.wav"), "group": "clip", **known})


def answer(sounds: tuple[Sound, ...]) -> Observed:
    return replace(NOTHING, sounds=sounds)


@pytest.mark.parametrize("style", STYLES)
def test_a_song_sounds_on_every_beat_and_not_before_the_first(style: str) -> None:
    song = render_style(style, 96.0, seconds=6.0, seed=1)
    assert np.diff(song.beats) == pytest.approx(60 / 96)
    first = round(song.beats[0] * SOUND_RATE)
    assert not song.samples[:first].any()
    for beat in song.beats:
        if style == "halftime" or beat == song.beats[0]:
            continue  # it leaves beats to the chords
        at = round(beat * SOUND_RATE)
        before, after = song.samples[at - 400 : at], song.samples[at : at + 400]
        assert np.square(np.diff(after)).mean() > np.square(np.diff(before)).mean()


def test_songs_are_slow_and_fast_short_and_long_in_every_style() -> None:
    tempos = [bpm for _, bpm in SONGS]
    assert min(tempos) < 70
    assert max(tempos) > 170
    assert {style for style, _ in SONGS} == STYLES.keys()
    assert all(2.0 < seconds < 4.0 for _, _, seconds in SHORT_SONGS)


def test_a_planted_sound_lies_where_its_truth_says(tmp_path: Path) -> None:
    tone = np.sin(np.arange(SOUND_RATE, dtype=np.float32) * 2.0).astype(np.float32)
    chance = np.random.default_rng(0)
    hum = chance.normal(0, 0.1, 5 * SOUND_RATE).astype(np.float32)
    for name, samples in (("tone.wav", tone), ("words.wav", np.cumsum(hum) / 500)):
        write_sound(tmp_path / name, samples.astype(np.float32))
    known = [
        truth(name="tone.wav", path=tmp_path / "tone.wav", events=(Event("tone"),)),
        truth(name="words.wav", path=tmp_path / "words.wav", transcript="words", seconds=5.0),
    ]
    tracks = planted_events(known, tmp_path)
    assert len(tracks) == len(SCENES)
    for track in tracks:
        span = track.events[0].span
        assert span is not None
        samples = sound(track.path)
        first, last = (round(at * SOUND_RATE) for at in (span.start_s, span.end_s))
        assert last - first == pytest.approx(SOUND_RATE, abs=SOUND_RATE // 50)

        def tones(part: np.ndarray) -> float:
            wave = np.exp(2.0j * np.arange(len(part)))
            return float(abs(np.vdot(wave, part))) / max(len(part), 1)

        outside = np.concatenate([samples[:first], samples[last:]])
        assert tones(samples[first:last]) > 10 * tones(outside)


def test_a_sound_counts_only_among_the_three_strongest_where_it_is_heard() -> None:
    dog = Event("dog", Span(2.0, 3.0))
    near = [Sound(name, Span(1.9, 3.1), 0.9) for name in ("Speech", "Music", "Wind")]
    far = [Sound(name, Span(5.0, 6.0), 0.9) for name in ("Rain", "Thunder")]
    bark = Sound("Bark", Span(2.1, 2.9), 0.5)

    def values(*pairs: object) -> list[float | None]:
        return [figure.value for figure in top_sounds(pairs)]  # type: ignore[arg-type]

    heard = truth(events=(dog,))
    drowned = truth(events=(dog,), group=DROWNED)
    assert values((heard, answer(sounds=(*near[:2], *far, bark)))) == [1.0, None]
    assert values((heard, answer(sounds=(*near, bark)))) == [0.0, None]
    assert values((drowned, answer(sounds=(*near, bark)))) == [None, 0.0]
