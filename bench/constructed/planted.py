"""Sound events of the set planted in rooms, between speech, under music and under speech.

Every event is heard at several places and levels: alone and quiet, as near to spoken words as
people leave between sentences, and above music and speech that go on through it – by 12 dB, in
front of them, and by 6 dB, half drowned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bench.constructed.media import SOUND_RATE, Samples, silence, sound, write_sound
from bench.constructed.songs import render_style
from bench.constructed.spoken import trimmed
from videre.cli.evaluation.truth import Event, Span, Truth

HEARD: Final = "constructed/planted"
DROWNED: Final = "constructed/drowned"
_SPEECH_S: Final = 4.0
_GAP_S: Final = 0.5
#: Longer events are cut, seconds.
_LONGEST_S: Final = 4.0
#: Root mean square level of speech and music around, of full scale.
_AROUND: Final = 0.06
_SONG_BPM: Final = 100.0
#: Events keep their fading ends: cut off, a bark is a click.
_FADED_DB: Final = 60.0


@dataclass(frozen=True, slots=True)
class _Around:
    """What sounds around events, at one level."""

    speech: Samples
    music: Samples
    chance: np.random.Generator

    def room(self, seconds: float) -> Samples:
        return silence(seconds, self.chance)


#: A scene is given an event (root mean square 1) and returns sound, and the event's first sample.
_Scene = Callable[[Samples, _Around], tuple[Samples, int]]


def planted_events(truths: Sequence[Truth], folder: Path) -> list[Truth]:
    """Write a track per event and scene; empty when the set has no events or no speech."""
    spoken = [truth for truth in truths if truth.transcript and (truth.seconds or 0) >= _SPEECH_S]
    events = [truth for truth in truths if truth.events]
    if not spoken:
        return []
    return [
        track
        for number, event in enumerate(events)
        for track in _tracks(event, spoken[number % len(spoken)], number, folder)
    ]


def _tracks(event: Truth, spoken: Truth, number: int, folder: Path) -> Iterator[Truth]:
    speech = sound(spoken.path)[: round(_SPEECH_S * SOUND_RATE)]
    music = render_style("pop", _SONG_BPM, seconds=2 * _SPEECH_S, seed=number).samples
    heard = _even(trimmed(sound(event.path), _FADED_DB)[: round(_LONGEST_S * SOUND_RATE)])
    name = event.events[0].name
    for (group, scene_name), scene in SCENES.items():
        chance = np.random.default_rng([number, *scene_name.encode()])
        samples, first = scene(
            heard, _Around(_AROUND * _even(speech), _AROUND * _even(music), chance)
        )
        path = folder / f"planted_{scene_name}_{event.path.stem}.wav"
        write_sound(path, samples)
        span = Span(first / SOUND_RATE, (first + len(heard)) / SOUND_RATE)
        yield Truth(
            name=f"constructed/{path.name}", path=path, group=group,
            events=(Event(name, span),),
        )  # fmt: skip


def _alone(level: float) -> _Scene:
    def scene(event: Samples, around: _Around) -> tuple[Samples, int]:
        before = around.room(1.0 + around.chance.uniform(0, _GAP_S))
        return np.concatenate([before, level * event, around.room(1.0)]), len(before)

    return scene


def _at_once(event: Samples, around: _Around) -> tuple[Samples, int]:
    return np.concatenate([_AROUND * event, around.room(_GAP_S), around.speech]), 0


def _between_words(event: Samples, around: _Around) -> tuple[Samples, int]:
    gap = around.room(_GAP_S)
    parts = [around.speech, gap, _AROUND * event, gap, around.speech]
    return np.concatenate(parts), len(around.speech) + len(gap)


def _over(background: Callable[[_Around], Samples], above: float) -> _Scene:
    def scene(event: Samples, around: _Around) -> tuple[Samples, int]:
        under = background(around)
        first = round(around.chance.uniform(1.0, 2.0) * SOUND_RATE)
        missing = max(0, first + len(event) - len(under))
        mixed = np.concatenate([under, around.room(missing / SOUND_RATE + 1.0)])
        mixed[first : first + len(event)] += above * _AROUND * event
        return mixed, first

    return scene


def _music(around: _Around) -> Samples:
    return around.music


def _speech(around: _Around) -> Samples:
    return around.speech


#: Scenes by group and name.
SCENES: Final[dict[tuple[str, str], _Scene]] = {
    (HEARD, "alone"): _alone(_AROUND),
    (HEARD, "quiet"): _alone(_AROUND / 8),  # 18 dB lower
    (HEARD, "first"): _at_once,
    (HEARD, "between"): _between_words,
    (HEARD, "music"): _over(_music, 4.0),  # 12 dB above
    (HEARD, "speech"): _over(_speech, 4.0),
    (DROWNED, "under_music"): _over(_music, 2.0),  # 6 dB above
    (DROWNED, "under_speech"): _over(_speech, 2.0),
}


def _even(samples: Samples) -> Samples:
    """Return sound at a root mean square level of 1."""
    level = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
    return np.asarray(samples / max(level, 1e-6), np.float32)
