"""Natural breaks of a film, scored by what stands around them. Pure.

Candidates are the borders of chapters, scenes and shots, and ends of black. One inside an utterance
is none. Five signals, each 0..1, are averaged by weight; what nobody measured is left out:

    boundary   what ends there (`BORDERS`)
    silence    share of silence in the second before and the second after, of the quieter of the two
    speech     1 − share of speech in the two seconds on either side
    music      0 where a piece goes on for two seconds before and after, else 1
    motion     1 − motion in the second on either side / twice the median of the film
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from videre.common.values import NS, SCORE_ONE, TimeSpan
from videre.orchestrator.ads.model import BORDERS, WEIGHTS, Border, Break, Reason, Signal
from videre.orchestrator.document import (
    Analysis,
    AudioKind,
    Condition,
    SceneKind,
)

#: Fields of an analysis that breaks are found by.
READ: Final = (
    "media", "shots", "scenes", "utterances", "audio_segments", "frame_conditions", "verdict",
)  # fmt: skip
_NEAR_NS: Final = NS
_WIDE_NS: Final = 2 * NS
#: So much of an utterance on both sides makes a place lie inside of it.
_INSIDE_NS: Final = NS // 5

#: Mean motion (luma, 0..255) of a stretch; None where it was not measured.
MotionOf = Callable[[int, int], float | None]


@dataclass(frozen=True, slots=True)
class Sound:
    """What is heard when; `None` where nobody listened."""

    silence: tuple[TimeSpan, ...]
    speech: tuple[TimeSpan, ...]
    music: tuple[TimeSpan, ...]


def sound_of(analysis: Analysis) -> Sound | None:
    """Return what is heard; None where nobody listened, or there is nothing to hear."""
    if not analysis.audio_segments:
        return None
    of = {
        kind: tuple(one.span for one in analysis.audio_segments if one.kind is kind)
        for kind in AudioKind
    }
    spoken = tuple(one.span for one in analysis.utterances)
    return Sound(of[AudioKind.SILENCE], of[AudioKind.SPEECH] + spoken, of[AudioKind.MUSIC])


def borders(analysis: Analysis) -> dict[int, Border]:
    """Return the candidates inside a film, each with the most that ends there."""
    found: dict[int, Border] = {}
    end = analysis.media.duration_ns

    def add(time_ns: int, border: Border) -> None:
        known = found.get(time_ns)
        if 0 < time_ns < end and (known is None or BORDERS[border] > BORDERS[known]):
            found[time_ns] = border

    for shot in analysis.shots:
        add(shot.span.start_ns, Border.SHOT)
    for one in analysis.frame_conditions:
        if one.kind is Condition.BLACK:
            add(one.span.end_ns, Border.BLACK)
    for scene in analysis.scenes:
        chapter = scene.kind is SceneKind.CHAPTER
        add(scene.span.start_ns, Border.CHAPTER if chapter else Border.SCENE)
    return dict(sorted(found.items()))


def breaks(analysis: Analysis, motion: MotionOf, usual_motion: float | None) -> list[Break]:
    """Return the breaks of a film, in order of time.

    Args:
        analysis: with the fields of `READ`.
        motion: of a stretch.
        usual_motion: median of the film; None where it was not measured.
    """
    sound = sound_of(analysis)
    shots = {shot.span.start_ns: shot.index for shot in analysis.shots}
    found: list[Break] = []
    for time_ns, border in borders(analysis).items():
        if any(_inside(one.span, time_ns) for one in analysis.utterances):
            continue
        reasons = [Reason(Signal.BOUNDARY, BORDERS[border])]
        if sound is not None:
            reasons += _heard(sound, time_ns)
        moved = motion(max(0, time_ns - _NEAR_NS), time_ns + _NEAR_NS)
        if moved is not None and usual_motion is not None:
            share = min(1.0, moved / (2 * usual_motion)) if usual_motion > 0 else 0.0
            reasons.append(Reason(Signal.MOTION, round((1 - share) * SCORE_ONE)))
        score = _mean(reasons)
        found.append(Break(time_ns, score, border, shots.get(time_ns), tuple(reasons)))
    return found


def _inside(span: TimeSpan, time_ns: int) -> bool:
    return span.start_ns + _INSIDE_NS <= time_ns <= span.end_ns - _INSIDE_NS


def _heard(sound: Sound, time_ns: int) -> list[Reason]:
    before, after = (time_ns - _NEAR_NS, time_ns), (time_ns, time_ns + _NEAR_NS)
    silent = max(_share(sound.silence, *before), _share(sound.silence, *after))
    spoken = _share(sound.speech, time_ns - _WIDE_NS, time_ns + _WIDE_NS)
    goes_on = any(
        span.start_ns <= time_ns - _WIDE_NS and span.end_ns >= time_ns + _WIDE_NS
        for span in sound.music
    )
    return [
        Reason(Signal.SILENCE, silent),
        Reason(Signal.SPEECH, SCORE_ONE - spoken),
        Reason(Signal.MUSIC, 0 if goes_on else SCORE_ONE),
    ]


def _share(spans: Iterable[TimeSpan], start: int, end: int) -> int:
    """Return the share E4 of a stretch that spans cover, however they overlap."""
    covered, at = 0, start
    for span in sorted(span for span in spans if span.start_ns < end and span.end_ns > start):
        begin = max(span.start_ns, at)
        stop = min(span.end_ns, end)
        if stop > begin:
            covered += stop - begin
            at = stop
    return covered * SCORE_ONE // (end - start)


def _mean(reasons: Sequence[Reason]) -> int:
    weight = sum(WEIGHTS[one.signal] for one in reasons)
    return sum(WEIGHTS[one.signal] * one.value for one in reasons) // weight
