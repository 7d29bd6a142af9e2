"""Sound events of the set planted between two stretches of its speech."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from bench.constructed.media import SOUND_RATE, silence, sound, write_sound
from bench.truth import Event, Span, Truth

_SPEECH_S: Final = 5.0
_GAP_S: Final = 0.5
_LEVEL: Final = 0.5


def planted_events(truths: Sequence[Truth], folder: Path) -> list[Truth]:
    """Write one track per event; empty when the set has no events or no speech."""
    spoken = [truth for truth in truths if truth.transcript and (truth.seconds or 0) >= _SPEECH_S]
    events = [truth for truth in truths if truth.events]
    if not spoken:
        return []
    return [
        _track(event, spoken[number % len(spoken)], folder) for number, event in enumerate(events)
    ]


def _track(event: Truth, spoken: Truth, folder: Path) -> Truth:
    name = event.events[0].name
    path = folder / f"planted_{event.path.stem}.wav"
    chance = np.random.default_rng(len(name))
    gap = silence(_GAP_S, chance)
    speech = sound(spoken.path)[: round(_SPEECH_S * SOUND_RATE)]
    heard = sound(event.path)
    heard = heard / max(float(np.abs(heard).max()), 1e-6) * _LEVEL
    write_sound(path, np.concatenate([speech, gap, heard, gap, speech]))
    start_s = (len(speech) + len(gap)) / SOUND_RATE
    span = Span(start_s, start_s + len(heard) / SOUND_RATE)
    return Truth(
        name=f"constructed/{path.name}", path=path, group="constructed/planted",
        events=(Event(name, span),),
    )  # fmt: skip
